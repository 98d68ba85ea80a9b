"""Many as-of dates are described in one pass as each would be alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given

from features.build import build_features
from features.errors import AsOfDateError
from features.history.before import History
from features.tables import Tables
from tests.features.history.seen import assert_same_rows
from tests.features.streams import (
    DAY,
    EXAMPLES,
    SEEDS,
    TABLES,
    Stream,
    T,
    anchor,
    opened,
    random_stream,
    without_known_at,
)

DATES = [T - 91 * DAY, T - 7 * DAY, T]


def of_one_moment(stream: Stream) -> Stream:
    """Nothing says when rows became known, and the lines of an order share its moment."""
    bare = without_known_at(stream)
    orders = [row for row in bare["orders"] if row["ordered_at"] is not None]
    moments = {_order(row): row["ordered_at"] for row in orders if row["order_id"]}
    whole = [row | {"ordered_at": moments.get(_order(row), row["ordered_at"])} for row in orders]
    return bare | {"orders": whole}


def _order(row: dict[str, object]) -> tuple[object, ...]:
    is_return = bool(row["is_return"]) or str(row["amount"]).startswith("-")
    return (row["customer_id"], row["order_id"], is_return)


@pytest.mark.parametrize(
    ("change", "whole"),
    [(of_one_moment, True), (without_known_at, False), (dict, False)],
    ids=["orders of one moment", "orders split over moments", "rows known late"],
)
@EXAMPLES
@given(seed=SEEDS)
def test_many_dates_in_one_pass_equal_each_date_alone(
    seed: int, change: Callable[[Stream], Stream], whole: bool, folder: Path
) -> None:
    tables = opened(change(random_stream(seed)), folder)
    assert tables.orders_are_whole == whole

    assert_each_date_stands_alone(tables)


def assert_each_date_stands_alone(tables: Tables) -> None:
    """Features of many dates are, date by date, those of each alone."""
    together = build_features(History.before(tables, DATES))
    for date in DATES:
        alone = build_features(History.before(tables, [date]))
        assert_same_rows(together.at(date), alone)


def test_orders_taken_for_whole_that_are_not_turn_the_property_red(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = {"orders": without_known_at(random_stream(1))["orders"]}
    assert_each_date_stands_alone(opened(orders, folder))

    monkeypatch.setattr(Tables, "orders_are_whole", True)

    with pytest.raises(AssertionError):
        assert_each_date_stands_alone(opened(orders, folder))


def test_a_date_before_the_first_row_is_refused(folder: Path) -> None:
    tables = opened({name: [anchor(TABLES[name], T)] for name in ("orders",)}, folder)
    with pytest.raises(AsOfDateError, match="no order is known before 2023-01-01: the first is of"):
        History.before(tables, [T.replace(year=2023, month=1)])


def test_no_date_at_all_is_refused(folder: Path) -> None:
    tables = opened({"orders": [anchor(TABLES["orders"])]}, folder)
    with pytest.raises(AsOfDateError, match="no as-of date was given"):
        History.before(tables, [])
