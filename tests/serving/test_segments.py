"""Schemes of, and movement between, runs that were written by hand."""

from datetime import date, datetime

import pytest

from serving.errors import DatesError, StoreError, UnknownRunError, UnknownSegmentError
from serving.members import MembersQuery, members
from serving.segments import all_schemes, movement, one_scheme
from serving.store import Store
from tests.serving.records import write_abc

MAY, JUNE, JULY = (datetime(2024, month, 1) for month in (5, 6, 7))
PEOPLE = {"a": ("A", 50.0), "b": ("B", 20.0), "c": ("A", 30.0), "d": (None, 0.0), "e": ("A", 1.0)}


@pytest.fixture
def moved(store: Store) -> Store:
    """May to June: a stays, b falls, c leaves, e enters."""
    write_abc(store, {"a": ("A", 50.0), "b": ("A", 20.0), "c": ("B", 7.5)}, MAY)
    write_abc(store, {"a": ("A", 60.0), "b": ("C", 2.0), "e": ("B", 9.0)}, JUNE)
    return store


def test_what_there_is_is_told_where_a_scheme_is_unknown(store: Store) -> None:
    write_abc(store, PEOPLE)
    with pytest.raises(UnknownSegmentError, match=r"no such scheme; it has abc, cluster$"):
        one_scheme(store, "secret")


def test_a_scheme_that_is_off_is_defined_and_has_no_customers(store: Store) -> None:
    write_abc(store, PEOPLE, MAY)
    write_abc(store, PEOPLE, JULY)
    _, scheme = one_scheme(store, "cluster")
    assert (scheme.labels, scheme.sizes) == ((), None)
    with pytest.raises(UnknownSegmentError, match=r"cluster is off .* nothing to tell by"):
        members(store, MembersQuery("cluster", 1))
    with pytest.raises(UnknownSegmentError, match="cluster is off"):
        movement(store, "cluster", (None, None), "EUR")


def test_movement_is_counted_in_customers_and_money(moved: Store) -> None:
    found = movement(moved, "abc", (None, None), "EUR")

    cells = [
        (cell.before.code, cell.after.code, cell.customers, cell.money_before, cell.money_after)
        for cell in found.migration.cells
    ]
    assert cells == [
        ("A", "A", 1, 50.0, 60.0),
        ("A", "C", 1, 20.0, 2.0),
        ("B", "_left", 1, 7.5, 0.0),
        ("_entered", "B", 1, 0.0, 9.0),
    ]
    assert [(alert.kind, alert.cell.after.code, alert.steps) for alert in found.alerts] == [
        ("downward", "C", 2)
    ]
    assert found.warnings == ()


def test_movement_adds_up_to_the_sizes_of_both_runs(moved: Store) -> None:
    found = movement(moved, "abc", (None, None), "EUR")
    ends = zip((found.migration.before, found.migration.after), found.schemes, strict=True)
    for totals, scheme in ends:
        assert scheme.sizes is not None
        sizes = (*scheme.sizes.labels, scheme.sizes.unlabelled)
        assert [(total.label.code, total.customers, total.parts) for total in totals] == [
            (size.label.code, size.customers, size.parts) for size in sizes
        ]


def dates(store: Store, first: date | None, second: date | None) -> tuple[str, str]:
    before, after = movement(store, "abc", (first, second), "EUR").runs
    return before.as_of[:7], after.as_of[:7]


def test_runs_are_found_by_date_and_otherwise_the_last_two_dates(moved: Store) -> None:
    write_abc(moved, PEOPLE, JULY)
    assert dates(moved, None, None) == ("2024-06", "2024-07")
    assert dates(moved, MAY.date(), None) == ("2024-05", "2024-07")
    assert dates(moved, None, JUNE.date()) == ("2024-05", "2024-06")
    assert dates(moved, MAY.date(), JUNE.date()) == ("2024-05", "2024-06")


def test_of_two_runs_of_a_date_the_later_counts(moved: Store) -> None:
    again = write_abc(moved, PEOPLE, JUNE)
    before, after = movement(moved, "abc", (None, None), "EUR").runs
    assert (before.as_of[:7], after) == ("2024-05", again)


def test_a_run_of_an_earlier_date_written_last_is_the_current_one(moved: Store) -> None:
    write_abc(moved, PEOPLE, datetime(2024, 5, 15))
    assert dates(moved, None, None) == ("2024-05", "2024-05")


def test_the_run_before_is_that_of_the_latest_date_whenever_it_was_written(store: Store) -> None:
    for month in (JUNE, MAY, JULY):
        write_abc(store, PEOPLE, month)
    assert dates(store, None, None) == ("2024-06", "2024-07")


def test_a_date_without_a_run_is_told_with_those_that_have_one(moved: Store) -> None:
    with pytest.raises(UnknownRunError, match="there are runs as of 2024-05-01, 2024-06-01; run"):
        movement(moved, "abc", (date(2023, 1, 1), None), "EUR")


def test_one_run_is_too_few_for_movement(store: Store) -> None:
    write_abc(store, PEOPLE)
    write_abc(store, PEOPLE)
    with pytest.raises(UnknownRunError, match=r"needs two dates; .* 2024-06-01; run `retinue sc"):
        movement(store, "abc", (None, None), "EUR")


@pytest.mark.parametrize("first", [JUNE, JULY])
def test_movement_goes_from_the_earlier_date_to_the_later(store: Store, first: datetime) -> None:
    write_abc(store, PEOPLE, JULY)
    write_abc(store, PEOPLE, JUNE)
    with pytest.raises(DatesError, match=r"from an earlier date to a later one"):
        movement(store, "abc", (first.date(), JUNE.date()), "EUR")


@pytest.mark.parametrize(
    ("change", "said"),
    [({"version": 2}, ("of version 2", "规则版本")), ({"rule": "other"}, ("thresholds", "阈值"))],
)
def test_another_rule_or_other_thresholds_are_warned_of(
    store: Store, change: dict[str, object], said: tuple[str, str]
) -> None:
    write_abc(store, PEOPLE, MAY)
    write_abc(store, PEOPLE, JUNE, **change)
    (warning,) = movement(store, "abc", (None, None), "EUR").warnings
    assert said[0] in warning.en
    assert said[1] in warning.zh


def test_without_a_run_there_are_no_segments(store: Store) -> None:
    with pytest.raises(StoreError, match=r"no scoring run yet; run `retinue score` first"):
        all_schemes(store)
