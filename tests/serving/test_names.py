"""Records hold values alone where the run has their names, and are read as they were given."""

from dataclasses import asdict, replace
from typing import Any

import orjson
import pytest

from features.feature import Words
from scoring.reasons import Reason
from serving.names import Names
from serving.records import CustomerRecord
from serving.store import Store
from tests.serving.records import ask, scored, unscored, write

REASON = Reason("code", "orders_in_total", 2.0, None, 0.1 + 0.2, Words("two", "两"))
TOLD = asdict(REASON)


def predicted(customer_id: str, **parts: Any) -> CustomerRecord:
    prediction = {"risk_tier": "high", "segments": {"abc": "A", "rfm": None}, "reasons": [REASON]}
    traits = {"gender": "female", "age_in_years": None}
    return replace(scored(customer_id), prediction=prediction | parts, traits=traits)


def test_what_is_read_is_what_was_given_whatever_names_it_has(store: Store) -> None:
    odd = predicted("d", segments={"abc": "A"}, more=1)
    write(
        store,
        [unscored("a")],
        [
            predicted("b"),
            predicted("c", reasons=[]),
            odd,
            replace(unscored("e"), traits={"gender": None}),
        ],
    )

    _, found = store.customers(["a", "b", "c", "d", "e"])

    assert [one.traits for one in found] == [
        {},
        {"gender": "female", "age_in_years": None},
        {"gender": "female", "age_in_years": None},
        {"gender": "female", "age_in_years": None},
        {"gender": None},
    ]
    whole = {"risk_tier": "high", "segments": {"abc": "A", "rfm": None}, "reasons": [TOLD]}
    assert [one.prediction for one in found] == [
        None,
        whole,
        whole | {"reasons": []},
        whole | {"segments": {"abc": "A"}, "more": 1},
        None,
    ]


def test_names_are_kept_once(store: Store) -> None:
    write(store, [predicted(f"{i}") for i in range(3)])
    for prediction, traits in ask(store, "SELECT prediction, traits FROM customers"):
        assert isinstance(orjson.loads(prediction), list)
        assert isinstance(orjson.loads(traits), list)
        for name in (b"contribution", b"risk_tier", b"rfm", b"gender"):
            assert name not in prediction + traits
    [(names,)] = ask(store, "SELECT names FROM runs")
    assert Names.read(names) == Names().knowing([predicted("a")])


@pytest.mark.parametrize("content", [None, b"{}"])
def test_a_run_without_names_has_none(content: bytes | None) -> None:
    assert Names.read(content) == Names()


def test_a_reason_is_read_by_the_names_of_its_run() -> None:
    names = Names(prediction=("reasons",), reason=("code", "contribution"))
    read = names.prediction_of(orjson.dumps([[["a.higher_risk", 0.5]]]))
    assert read == {"reasons": [{"code": "a.higher_risk", "contribution": 0.5}]}
