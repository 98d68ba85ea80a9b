"""What the soak looks at in answers, and when it calls memory flat."""

import json
from typing import Any

import pytest

from benchmarks.soak_load import Soaked, predictions_in
from benchmarks.soak_report import Findings, page, raw


def told(*versions: str) -> list[dict[str, Any]]:
    return [{"customer_id": "a", "model": {"version": version}} for version in versions]


def body(**values: Any) -> bytes:
    return json.dumps(values).encode()


def test_predictions_are_taken_from_lists_and_profiles_alone() -> None:
    assert predictions_in("many", body(predictions=told("b1", "b1"))) == told("b1", "b1")
    assert predictions_in("profile", body(prediction=told("b1")[0])) == told("b1")
    assert predictions_in("metrics", b"# HELP no JSON") == []


def test_one_answer_of_two_models_is_an_error() -> None:
    with pytest.raises(ValueError, match="of several models"):
        predictions_in("many", body(predictions=told("b1", "b2")))


@pytest.mark.parametrize(("last", "flat"), [(209.0, True), (211.0, False)])
def test_memory_is_flat_where_the_last_third_holds_hardly_more(last: float, *, flat: bool) -> None:
    held = [*[100.0] * 3, *[200.0] * 3, *[last] * 3]
    found = Findings("c", "d", 1.0, Soaked(memory=[(10.0 * i, one) for i, one in enumerate(held)]))
    assert found.flat == flat
    assert ("**no**" in page(found)) == (not flat)


def test_what_went_wrong_is_told() -> None:
    soaked = Soaked(memory=[(0.0, 1.0)])
    soaked.wrong["one: 500"] += 3
    found = Findings("c", "d", 1.0, soaked)
    assert "3 one: 500 | **no**" in page(found)
    assert json.loads(raw(found))["told"]["wrong"] == {"one: 500": 3}
