"""Make docs/model_card.md: train the Complete Journey example, whose data `make data` fetches."""

from pathlib import Path

from features.sources.digest import hash_of_data
from retinue.commands.configuring import attributes_of, config_of
from retinue.commands.opening import open_project_tables
from retinue.project import Project
from training.model_card import model_card
from training.sensitive import sensitive_slices
from training.train import train

ROOT = Path(__file__).parents[1]
MADE = "<!-- Made by scripts/make_model_card.py; do not edit. -->"


def main() -> None:
    """Train without MLflow and without touching the example's output, and write the card."""
    project = Project.read(ROOT / "examples" / "complete_journey")
    tables = open_project_tables(project, quiet=True)
    data_hash = hash_of_data(project.sources, tables.orders.get_backend())
    result = train(config_of(project), tables, data_hash=data_hash, created_at="")
    sensitive = sensitive_slices(result, tables, attributes_of(project))
    card = model_card(result.bundle, result.evaluation, sensitive)
    title, _, rest = card.partition("\n")
    page = ROOT / "docs" / "model_card.md"
    page.write_text(f"{title}\n{MADE}\n{rest}", encoding="utf-8")
    print("made docs/model_card.md")


if __name__ == "__main__":
    main()
