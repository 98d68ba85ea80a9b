"""The model in service as a rule to beat, where it and the new one can be compared."""

from datetime import datetime

from scoring.bundle import Manifest

CHAMPION_RULE = "champion"


def outcomes_seen_until(manifest: Manifest) -> datetime:
    """When the label windows of everything that a model was made from had ended."""
    latest = datetime.fromisoformat(manifest.trained_on.calibration)
    return latest + manifest.churn_definition.reach


def not_comparable(champion: Manifest, new: Manifest, as_of: datetime) -> str | None:
    """Why a champion cannot be judged beside a new model; None where it can.

    Args:
        champion: Of the model in service.
        new: Of the model whose churn, features and texts the test's rows hold.
        as_of: Date of the test.
    """
    if champion.churn_definition != new.churn_definition:
        return f"it means by churn {champion.churn_definition.in_words()}"
    if champion.catalog_hash != new.catalog_hash:
        return "it was made with other features"
    if champion.trained_on.text_model != new.trained_on.text_model:
        return "it was made with texts that another model read"
    seen = outcomes_seen_until(champion)
    if seen > as_of:
        return (
            f"it was made from outcomes up to {seen:%Y-%m-%d}, after the test's as-of date, and "
            "its figures would flatter it"
        )
    return None
