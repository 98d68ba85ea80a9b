"""The properties turn red when a leak is planted: in the cut of every table, and in a feature."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import ibis
import pytest

from features import build
from features.catalog import CATALOG
from features.contract import CUSTOMERS, Table
from features.history import (
    before,
    customers,
    cut,
    events,
    feedback,
    items,
    orders,
    subscriptions,
    tickets,
)
from tests.features.history.seen import (
    Seen,
    assert_same,
    assert_the_unknown_changes_nothing,
    seen,
)
from tests.features.streams import (
    CONNECTION,
    DAY,
    TABLES,
    TICK,
    Row,
    Stream,
    T,
    anchor,
    as_known,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.history.customers import CustomerHistory
    from features.history.tickets import TicketHistory

# Each place that cuts a table. What `before` cuts of orders and subscriptions is data_until.
CUTS = (
    (orders, "orders"),
    (items, "orders"),
    (before, "orders"),
    (events, "events"),
    (feedback, "feedback"),
    (tickets, "tickets"),
    (subscriptions, "subscriptions"),
    (before, "subscriptions"),
    (before, "treatments"),
    (customers, "customers"),
)
FAULTS = ("no cut", "an inclusive cut", "known_at ignored")
# The moment and known_at of the row that each of them lets in.
UNKNOWN = ((T + 3 * DAY, T + 3 * DAY), (T, T), (T - TICK, T + 3 * DAY))
BROKEN = [(module, name, fault) for module, name in CUTS for fault in FAULTS if name != "customers"]
BROKEN += [(customers, "customers", "known_at ignored")]
UNBLANKED = [
    (tickets, "tickets", "resolved_at"),
    (subscriptions, "subscriptions", "ended_at"),
    (before, "treatments", "converted_at"),
    (customers, "customers", "joined_at"),
]


def with_rows(table: Table, *rows: Row) -> Stream:
    """Rows of a customer who had begun a subscription, beside someone else's.

    Orders have most of the features: where another table is meant, they are left away.
    """
    own = [anchor(table, T - 9 * DAY) | {"customer_id": "1"} | row for row in ({}, *rows)]
    begun = anchor(TABLES["subscriptions"], T - 30 * DAY) | {"customer_id": "1"}
    stream = {"subscriptions": [anchor(TABLES["subscriptions"]), begun]}
    return stream | {table.name: [*stream.get(table.name, [anchor(table)]), *own]}


def with_unknown_rows(table: Table) -> Stream:
    """Rows of each kind that a broken cut lets in."""
    if table.occurred is None:
        return with_rows(table, {"birth_year": 2001, "known_at": T + 3 * DAY})
    rows = [{table.occurred: happened, "known_at": known_at} for happened, known_at in UNKNOWN]
    return with_rows(table, *rows)


@pytest.fixture(scope="module")
def unplanted(folder: Path) -> Callable[[Table, Stream], Seen]:
    """What is seen of a table's stream, once it is known that nothing leaks; made once a table."""
    found: dict[str, Seen] = {}

    def of(table: Table, stream: Stream) -> Seen:
        if table.name not in found:
            found[table.name] = assert_the_unknown_changes_nothing(stream, folder)
        return found[table.name]

    return of


def broken_cut(
    table: Table, fault: str
) -> Callable[[str, "ir.Table", Sequence[datetime]], "ir.Table"]:
    """The cut, with one fault in one table."""

    def broken(name: str, rows: "ir.Table", dates: Sequence[datetime]) -> "ir.Table":
        if name != table.name:
            return cut.cut(name, rows, dates)
        dated = cut.once_per_date(rows, dates)
        moment = dated[table.occurred] if table.occurred else ibis.null("timestamp(6)")
        known = dated.known_at <= dated.as_of
        kept = {
            "no cut": ibis.literal(True),
            "an inclusive cut": known & (moment <= dated.as_of),
            "known_at ignored": (moment < dated.as_of).fill_null(True),
            "nothing blanked": known & (moment < dated.as_of).fill_null(True),
        }[fault]
        dated = dated.filter(kept)
        blanked = () if fault == "nothing blanked" else table.later
        still = {
            name: (dated[name] < dated.as_of).ifelse(dated[name], ibis.null()) for name in blanked
        }
        return dated.mutate(**still)

    return broken


@pytest.mark.parametrize(
    "planted",
    BROKEN,
    ids=[f"{module.__name__}: {fault} of {name}" for module, name, fault in BROKEN],
)
def test_a_broken_cut_turns_the_property_red(
    planted: tuple[ModuleType, str, str],
    folder: Path,
    unplanted: Callable[[Table, Stream], Seen],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module, name, fault = planted
    stream = with_unknown_rows(TABLES[name])
    before_it = unplanted(TABLES[name], stream)

    monkeypatch.setattr(module, "cut", broken_cut(TABLES[name], fault))

    assert_same(seen(as_known(stream), folder), before_it)
    with pytest.raises(AssertionError):
        assert_same(seen(stream, folder), before_it)


def test_every_table_has_a_broken_cut_and_every_later_moment_one_that_stays() -> None:
    assert {name for _, name, _ in BROKEN} == set(TABLES)
    later = {(table.name, name) for table in TABLES.values() for name in table.later}
    assert {(name, moment) for _, name, moment in UNBLANKED} == later


@pytest.mark.parametrize(("module", "name", "later"), UNBLANKED)
def test_a_moment_that_is_not_blanked_turns_the_property_red(
    module: ModuleType, name: str, later: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    still_to_come = {later: T, "known_at": T - 8 * DAY}
    stream = with_rows(TABLES[name], still_to_come)
    assert_the_unknown_changes_nothing(stream, folder)

    monkeypatch.setattr(module, "cut", broken_cut(TABLES[name], "nothing blanked"))

    with pytest.raises(AssertionError):
        assert_the_unknown_changes_nothing(stream, folder)


def test_an_attribute_that_may_have_changed_turns_the_property_red_once_it_counts(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = with_rows(CUSTOMERS)
    for row in stream["customers"]:
        del row["known_at"]
    assert_the_unknown_changes_nothing(stream, folder)
    declared = customers.customers_before

    def trusting(
        rows: "ir.Table", dates: Sequence[datetime], _timeless: Sequence[str]
    ) -> "CustomerHistory":
        return declared(rows, dates, rows.columns)

    monkeypatch.setattr(before, "customers_before", trusting)

    with pytest.raises(AssertionError):
        assert_the_unknown_changes_nothing(stream, folder)


def reads_the_uncut_table(found: "TicketHistory") -> "ir.Scalar":
    return found.count() + CONNECTION.table("tickets_raw").count().as_scalar()


def reads_the_unblanked_column(found: "TicketHistory") -> "ir.Scalar":
    return found.count() + CONNECTION.table("tickets_raw").resolved_at.count().as_scalar()


@pytest.mark.parametrize(
    ("leaky", "unknown"),
    [
        (reads_the_uncut_table, {"opened_at": T}),
        (reads_the_unblanked_column, {"resolved_at": T}),
    ],
)
def test_a_feature_that_looks_past_the_history_turns_the_property_red(
    leaky: Callable[["TicketHistory"], "ir.Scalar"],
    unknown: Row,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = with_rows(TABLES["tickets"], unknown)
    assert_the_unknown_changes_nothing(stream, folder)
    honest = next(feature for feature in CATALOG if feature.name == "tickets_in_total")
    monkeypatch.setattr(leaky, "__name__", honest.name)
    planted = replace(honest, function=leaky)

    monkeypatch.setattr(
        build, "CATALOG", tuple(planted if each is honest else each for each in CATALOG)
    )

    with pytest.raises(AssertionError):
        assert_the_unknown_changes_nothing(stream, folder)
