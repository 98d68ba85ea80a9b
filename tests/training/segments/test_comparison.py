"""What drifted between two fits, and for whom."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from features.feature import Words
from scoring.segments.abc import Abc
from scoring.segments.customers import Customers
from scoring.segments.scheme import Off
from scoring.segments.segmentation import Segmentation
from tests.scoring.segments.populations import customers_with, population_of
from training.segments.comparison import Dated, compare, population_stability_index
from training.segments.thresholds import threshold_changes

WHY = Words("nobody ordered", "无人下单")


def shoppers(money: list[float]) -> Customers:
    return customers_with(
        spend_last_365_days=money,
        orders_last_365_days=[1.0] * len(money),
        days_since_last_order=[10.0] * len(money),
    )


def dated(customers: Customers, **fitted: Any) -> Dated:
    """The customers, under these schemes alone."""
    on = {name: one for name, one in fitted.items() if not isinstance(one, Off)}
    off = {name: one for name, one in fitted.items() if isinstance(one, Off)}
    return Dated(Segmentation("2024-01-01", len(customers), on, off), customers)


def abc(a: float, b: float) -> Abc:
    return Abc(a, b, 0.75, 0.95, "EUR")


# Ten customers of 10, 20, ... 100: above 50 is A, above 20 is B.
TEN = shoppers([10.0 * i for i in range(1, 11)])


def test_the_index_is_the_one_of_the_formula() -> None:
    before, after = np.array([0.5, 0.3, 0.2]), np.array([0.4, 0.3, 0.3])

    assert population_stability_index(before, after) == pytest.approx(
        -0.1 * math.log(0.8) + 0.1 * math.log(1.5)
    )
    assert population_stability_index(before, before) == 0
    assert population_stability_index(np.array([1.0, 0.0]), np.array([0.5, 0.5])) > 1


def test_the_same_thresholds_and_customers_hold() -> None:
    found = compare(dated(TEN, abc=abc(50, 20)), dated(TEN, abc=abc(50, 20)))["abc"]

    assert found.standing == "holds"
    assert found.drift is not None
    assert (found.drift.stability_index, found.drift.thresholds, found.drift.changes) == (0, (), ())
    assert found.in_words().en.startswith("Still holds: shares of labels shifted by 0.00")


def test_new_thresholds_are_named_and_so_is_whom_they_move() -> None:
    found = compare(dated(TEN, abc=abc(50, 20)), dated(TEN, abc=abc(70, 20)))["abc"]

    assert found.standing == "drifted"
    assert found.drift is not None
    (change,) = found.drift.thresholds
    assert (change.name, change.before, change.after) == ("a", 50, 70)
    assert change.relative == pytest.approx(0.4)
    assert change.in_words() == Words("a: 50 to 70 (+40.0%)", "a:50→70(+40.0%)")
    (cell,) = found.drift.changes
    assert (cell.before.code, cell.after.code, cell.customers, cell.money_after) == (
        "A", "B", 2, 110,
    )  # fmt: skip
    assert found.drift.share_relabelled == 0.2
    assert found.drift.customers("A", "B").tolist() == ["c4", "c5"]
    assert "give 20.0% of customers another label" in found.in_words().en
    assert "有20.0%的客户标签改变" in found.in_words().zh


def test_a_population_that_moved_under_thresholds_that_did_not_has_drifted() -> None:
    poorer = shoppers([5.0 * i for i in range(1, 11)])
    found = compare(dated(TEN, abc=abc(50, 20)), dated(poorer, abc=abc(50, 20)))["abc"]

    # Shares were 6, 3 and 1 tenths, and are 1, 6 and 3.
    assert found.drift is not None
    assert found.drift.stability_index == pytest.approx(
        -0.5 * math.log(1 / 6) + 0.3 * math.log(2) + 0.2 * math.log(3)
    )
    assert (found.standing, found.drift.share_relabelled) == ("drifted", 0)


@pytest.mark.parametrize(
    ("a", "standing"),
    [(500, "holds"), (540, "holds"), (550, "moving"), (640, "moving"), (650, "drifted")],
)
def test_the_share_of_customers_with_another_label_decides(a: float, standing: str) -> None:
    hundred = shoppers([10.0 * i for i in range(1, 101)])

    found = compare(dated(hundred, abc=abc(500, 20)), dated(hundred, abc=abc(a, 20)))

    assert found["abc"].standing == standing


def test_schemes_that_went_or_came_say_what_was_lacking() -> None:
    on, off = dated(TEN, abc=abc(50, 20), rfm=Off(WHY)), dated(TEN, abc=Off(WHY), rfm=Off(WHY))

    gone, new = compare(on, off), compare(off, on)

    assert (gone["abc"].standing, new["abc"].standing, new["rfm"].standing) == (
        "gone",
        "new",
        "off",
    )
    assert gone["abc"].in_words() == Words(
        "No longer available: nobody ordered.", "不再可用:无人下单。"
    )
    assert new["abc"].in_words().en == "Newly available; before, it was off: nobody ordered."


def test_a_whole_segmentation_is_compared_scheme_by_scheme() -> None:
    random = np.random.default_rng(1)
    then, now = (shoppers(random.lognormal(3, 1, 400).tolist()) for _ in "12")
    before, after = (
        Dated(Segmentation.fit(population_of(customers), {}), customers)
        for customers in (then, now)
    )

    found = compare(before, after)

    assert {"rfm", "abc"} <= set(found)
    assert all(one.in_words().en and one.in_words().zh for one in found.values())


@dataclass(frozen=True)
class Inner:
    edges: tuple[float, ...]
    name: str = "x"
    is_on: bool = True


@dataclass(frozen=True)
class Outer:
    one: int
    inner: Inner
    by_name: dict[str, float]


def test_numbers_are_found_however_deep_and_texts_and_flags_are_not() -> None:
    before = Outer(1, Inner((1.0, 2.0)), {"k": 3.0})
    after = replace(before, inner=Inner((1.0, 4.0, 5.0), "y", is_on=False), by_name={"k": 0.0})

    found = threshold_changes(before, after)  # type: ignore[arg-type]

    assert [(change.name, change.before, change.after) for change in found] == [
        ("inner.edges[1]", 2, 4),
        ("by_name.k", 3, 0),
        ("inner.edges[2]", None, 5),
    ]
    assert [change.relative for change in found] == [1, -1, None]
    assert found[2].in_words().en == "inner.edges[2]: none to 5"
