"""The specification shows an example of every model, and they hold together."""

from math import exp, fsum
from typing import Any, cast

import pytest

from serving.served_model import ServedModel
from serving.store import Store
from serving.web.app import Parts, create_app
from serving.web.raw_rows import Attributes
from serving.web.specified_examples import models

NOTHING = Parts(cast("ServedModel", None), cast("Store", None))
SCHEMAS: dict[str, Any] = {
    name: schema
    for name, schema in create_app(NOTHING).openapi()["components"]["schemas"].items()
    if "enum" not in schema
}
ASKED = ("CustomerRows", "InvocationRequest", "PredictRequest", "SplitFrame")


def example(name: str) -> dict[str, Any]:
    """The first of the model's."""
    found: dict[str, Any] = SCHEMAS[name]["examples"][0]
    return found


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_model_has_an_example_that_fits_it(name: str) -> None:
    model = models()[name]
    assert SCHEMAS[name].get("examples"), f"{name} shows no example"

    for shown in SCHEMAS[name]["examples"]:
        read = model.model_validate(shown)
        if name not in ASKED and not name.endswith("Row") and model is not Attributes:
            assert read.model_dump(mode="json") == shown


def test_the_example_of_a_prediction_adds_up() -> None:
    scored = example("Scored")

    contributions = [reason["contribution"] for reason in scored["reasons"]]
    log_odds = fsum([scored["base_log_odds"], *contributions, scored["other_contributions"]])
    assert log_odds == pytest.approx(scored["log_odds"], abs=1e-6)
    sigmoid = 1 / (1 + exp(-scored["log_odds"]))
    assert scored["churn_probability"] == pytest.approx(sigmoid, abs=1e-6)
    at_risk = scored["churn_probability"] * scored["remaining_value"]
    assert scored["value_at_risk"] == pytest.approx(at_risk, abs=1e-4)


def test_the_examples_of_sizes_and_movement_add_up() -> None:
    whole, moved = example("DefinitionAnswer"), example("MigrationAnswer")

    sizes = [*whole["labels"], whole["unlabelled"]]
    for amount in ("customers", "money"):
        assert fsum(one[amount] for one in sizes) == pytest.approx(whole[amount], abs=0.005, rel=0)
    for share in ("share", "share_of_money"):
        assert fsum(one[share] for one in sizes) == pytest.approx(1, abs=1e-9)
    for end in ("before", "after"):
        for total in moved[end]:
            cells = [one for one in moved["cells"] if one[end] == total["label"]]
            assert sum(one["customers"] for one in cells) == total["customers"]
            money = fsum(one[f"money_{end}"] for one in cells)
            assert money == pytest.approx(total["money"], abs=0.005, rel=0)
    elsewhere = [one for one in moved["cells"] if one["before"] != one["after"]]
    assert sum(one["customers"] for one in elsewhere) == moved["moved"]
    share = moved["moved"] / moved["known_at_both"]
    assert moved["share_moved"] == pytest.approx(share, abs=1e-4)
