"""Migration: totals that reconcile, whatever the order of labels and rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.feature import Words
from scoring.errors import MigrationError
from scoring.segments.migration import Migration
from scoring.segments.paths import Labelled, Paths
from scoring.segments.scheme import Label
from scoring.segments.sizes import Sizes
from tests.scoring.segments.populations import customers_with

A, B, C = (Label(code, Words(code, f"{code}类")) for code in "ABC")
LABELS = (A, B, C)
Matrix = dict[tuple[str, str], tuple[int, float, float]]

# Who, label or -1, money: any overlap between two dates.
PEOPLE = st.dictionaries(
    st.integers(0, 30).map(str),
    st.tuples(st.integers(-1, 2), st.integers(-(10**9), 10**13).map(lambda parts: parts / 10_000)),
    max_size=30,
)
People = dict[str, tuple[int, float]]


def labelled(
    people: People, as_of: str = "2024-01-01", labels: tuple[Label, ...] = LABELS
) -> Labelled:
    return Labelled(
        as_of,
        np.array(list(people), dtype=object),
        labels,
        np.array([position for position, _ in people.values()], dtype=np.int64),
        np.array([money for _, money in people.values()], dtype=np.float64),
    )


def by_code(migration: Migration) -> Matrix:
    return {
        (cell.before.code, cell.after.code): (cell.customers, cell.money_before, cell.money_after)
        for cell in migration.cells
    }


def by_hand() -> tuple[Labelled, Labelled]:
    before = {"a": (0, 10.0), "b": (0, 20.0), "c": (1, 5.5), "d": (-1, 1.0), "gone": (2, 7.0)}
    after = {"new": (0, 3.0), "d": (2, 2.0), "c": (1, 6.0), "b": (1, 15.0), "a": (0, 11.0)}
    return labelled(before), labelled(after, "2024-04-01")


def test_each_cell_holds_its_customers_and_their_money_at_both_dates() -> None:
    migration = Migration.between(*by_hand())

    assert by_code(migration) == {
        ("A", "A"): (1, 10.0, 11.0),
        ("A", "B"): (1, 20.0, 15.0),
        ("B", "B"): (1, 5.5, 6.0),
        ("C", "_left"): (1, 7.0, 0.0),
        ("_no_label", "C"): (1, 1.0, 2.0),
        ("_entered", "A"): (1, 0.0, 3.0),
    }


def test_moved_entered_and_left_are_told_apart() -> None:
    migration = Migration.between(*by_hand())

    assert (migration.known_at_both, migration.moved, migration.share_moved) == (4, 2, 0.5)
    assert (migration.entered.customers, migration.entered.money) == (1, 3.0)
    assert (migration.left.customers, migration.left.money) == (1, 7.0)
    assert migration.in_words().en == (
        "From 2024-01-01 to 2024-04-01, 2 (50.0%) of 4 customers known at both dates changed "
        "their label; 1 entered and 1 left."
    )
    assert "2位的标签有变化(50.0%)" in migration.in_words().zh


def test_customers_of_a_cell_are_named_on_request() -> None:
    paths = Paths.between(*by_hand())

    assert paths.customers("A", "B").tolist() == ["b"]
    assert paths.customers("_entered", "A").tolist() == ["new"]
    assert paths.customers("C", "_left").tolist() == ["gone"]


def test_a_label_that_is_not_there_is_told_which_are() -> None:
    paths = Paths.between(*by_hand())

    with pytest.raises(MigrationError, match="no label D; there are A, B, C, _no_label, _left"):
        paths.customers("A", "D")


def test_a_label_of_one_date_only_has_its_row_and_column() -> None:
    before = labelled({"a": (0, 1.0), "b": (1, 1.0)}, labels=(A, B))
    after = labelled({"a": (0, 2.0), "b": (1, 2.0)}, labels=(B, C))

    migration = Migration.between(before, after)

    assert [label.code for label in migration.rows[:3]] == ["A", "B", "C"]
    assert set(by_code(migration)) == {("A", "B"), ("B", "C")}


@pytest.mark.parametrize("ids", [["a", "b", "b"], ["b", "b", "a"]])
def test_a_customer_who_stands_twice_is_named(ids: list[str]) -> None:
    once = labelled({"a": (0, 1.0)})
    twice = Labelled(
        "2024-02-01", np.array(ids, dtype=object), LABELS, np.zeros(3, dtype=np.int64), np.ones(3)
    )

    with pytest.raises(MigrationError, match="customer b stands more than once at 2024-02-01"):
        Migration.between(once, twice)
    with pytest.raises(MigrationError, match="customer b stands more than once"):
        Migration.between(twice, once)


@given(before=PEOPLE, after=PEOPLE)
def test_totals_are_the_sizes_at_both_dates(before: People, after: People) -> None:
    migration = Migration.between(labelled(before), labelled(after))

    for people, totals in ((before, migration.before), (after, migration.after)):
        found = [(total.label.code, total.customers, total.parts) for total in totals]
        assert found == [
            (
                code,
                sum(place == position for place, _ in people.values()),
                sum(round(m * 10_000) for place, m in people.values() if place == position),
            )
            for code, position in (("A", 0), ("B", 1), ("C", 2), ("_no_label", -1))
        ]
    assert migration.left.customers == len(set(before) - set(after))
    assert migration.entered.customers == len(set(after) - set(before))
    assert migration.customers[-1, -1] == 0


def test_totals_are_exact_where_floats_are_not() -> None:
    # 2**53 + 1 is not a float: added one by one, the two smallest sums would be lost.
    people = {"a": (0, float(2**53) / 10_000), "b": (0, 0.0001), "c": (0, 0.0001)}

    migration = Migration.between(labelled(people), labelled(people))

    assert migration.before[0].parts == migration.after[0].parts == 2**53 + 2


def test_totals_are_those_of_the_sizes() -> None:
    random = np.random.default_rng(5)
    customers = customers_with(
        spend_last_365_days=random.lognormal(3, 2, 200), orders_last_365_days=np.ones(200)
    )
    positions = random.integers(-1, 3, 200)
    at = Labelled("x", customers.rows.customer_ids, LABELS, positions, customers.money)

    totals = Migration.between(at, at).before

    sizes = Sizes.of(LABELS, positions, customers)
    assert [(t.label.code, t.customers, t.parts) for t in totals] == [
        (s.label.code, s.customers, s.parts) for s in (*sizes.labels, sizes.unlabelled)
    ]


@given(before=PEOPLE, after=PEOPLE, order=st.permutations(range(3)), seed=st.integers(0, 99))
def test_neither_the_order_of_labels_nor_of_rows_matters(
    before: People, after: People, order: list[int], seed: int
) -> None:
    expected = by_code(Migration.between(labelled(before), labelled(after)))

    shuffled = list(after.items())
    np.random.default_rng(seed).shuffle(shuffled)
    renamed = {
        who: (order.index(place) if place >= 0 else place, money)
        for who, (place, money) in shuffled
    }
    labels = tuple(LABELS[place] for place in order)
    found = by_code(Migration.between(labelled(before), labelled(renamed, labels=labels)))

    assert found == expected


def test_nobody_at_either_date_is_an_empty_matrix() -> None:
    migration = Migration.between(labelled({}), labelled({}))

    assert migration.cells == ()
    assert migration.share_moved is None
    assert "0 of 0 customers" in migration.in_words().en
