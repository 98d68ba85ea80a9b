"""The model card says what it must, and the same of the same model."""

from tests.conftest import Trained


def test_the_card_of_a_training_has_every_part(trained: Trained) -> None:
    card = (trained.project.output / "model_card.md").read_text(encoding="utf-8")
    wanted = (
        "Intended use", "Not to be used", "Data", "Training procedure",
        "Figures, beside the baselines", "Limits", "Sensitive attributes",
        "Replacing it, and going back",
    )  # fmt: skip
    titles = tuple(line[3:] for line in card.splitlines() if line.startswith("## "))
    assert titles == wanted
    manifest = trained.bundle.manifest
    assert manifest.churn_definition.in_words() in card
    assert manifest.trained_on.data_hash in card
    assert f"| roc auc | {manifest.metrics['test_roc_auc']:.3f} [" in card
