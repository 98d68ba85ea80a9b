"""A simulated company from its first row to its list: every family counts, satisfaction and all."""

import subprocess
from pathlib import Path

import pytest

from tests.e2e.conftest import RETINUE, Example


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """Simulated, trained and scored by the command line."""
    folder: Path = tmp_path_factory.mktemp("companies") / "company"
    command = [str(RETINUE), "simulate", "--customers", "1500", "--days", "500", "--out", "company"]
    subprocess.run(command, cwd=folder.parent, check=True, capture_output=True)
    with (folder / "retinue.toml").open("a", encoding="utf-8") as file:
        file.write("\n[training]\nsnapshot_every_days = 42\nbootstrap_samples = 100\n")
    made = Example(folder)
    made.retinue("train")
    made.retinue("score")
    return made


def test_the_model_learns_what_was_planted_beside_orders(company: Example) -> None:
    listed = company.json("at-risk", "--top", "300")

    said = " ".join(reason for line in listed for reason in line["reasons"])
    for word in ("complaint", "event", "subscription", "order"):
        assert word in said


def test_it_beats_the_recency_rule(company: Example) -> None:
    rules = company.json("evaluate")["rules"]
    for metric, better in (("roc_auc", 1), ("log_loss", -1)):
        model, recency = (rules[rule][metric]["value"] for rule in ("model", "recency_rule"))
        assert better * (model - recency) > 0
