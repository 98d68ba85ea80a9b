"""Who is in a segment: each customer once, page by page, whatever is written meanwhile."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Select

from features.sources.postgres_address import PostgresAddress
from serving.at_risk import Query, at_risk
from serving.errors import QueryError, RunGoneError, UnknownRunError, UnknownSegmentError
from serving.members import Members, MembersQuery, labelled, members, members_run
from serving.selection import Selection
from serving.store import Store
from tests.conftest import Trained
from tests.serving.records import scored, write, write_abc

PEOPLE = {"a": ("A", 50.0), "b": ("B", 20.0), "c": ("A", 30.0), "d": (None, 0.0), "e": ("A", 1.0)}
ALL = MembersQuery("abc", 10)

people = st.dictionaries(
    st.text("abAé客-", min_size=1, max_size=3),
    st.tuples(st.sampled_from(["A", "B", None]), st.sampled_from([0.0, 7.5])),
    max_size=25,
)


def ids(page: Members) -> list[str]:
    return [line.customer_id for line in page.lines]


def next_of(store: Store, query: MembersQuery) -> str:
    cursor = members(store, query).next
    assert cursor is not None
    return cursor


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(people, st.sampled_from([None, "A", "C", "_no_label"]), st.integers(1, 6), st.integers(0, 3))
def test_pages_give_each_customer_once_in_order_though_another_run_is_written(
    store: Store,
    found: dict[str, tuple[str | None, float]],
    label: str | None,
    size: int,
    new_run_after: int,
) -> None:
    write_abc(store, found)
    query = MembersQuery("abc", size, label)

    walked: list[str] = []
    cursor, number = None, 0
    while cursor or not number:
        page = members(store, query, cursor)
        walked += ids(page)
        cursor, number = page.next, number + 1
        assert len(page.lines) == size or cursor is None
        assert len(page.lines) or number == 1
        assert len(walked) <= len(found)
        if number == new_run_after:
            write_abc(store, dict.fromkeys(("a", "zzz", "客客"), ("A", 1.0)))

    fitting = [name for name, (code, _) in found.items() if label in (None, code or "_no_label")]
    assert walked == sorted(fitting, key=str.encode)


@pytest.mark.parametrize(
    ("label", "found"), [("A", ["a", "c", "e"]), ("B", ["b"]), ("C", []), ("_no_label", ["d"])]
)
def test_a_label_picks_its_customers(store: Store, label: str, found: list[str]) -> None:
    write_abc(store, PEOPLE)
    assert ids(members(store, replace(ALL, label=label))) == found


def test_an_earlier_run_is_listed_by_its_id_and_gone_on_with(store: Store) -> None:
    first = write_abc(store, PEOPLE)
    write_abc(store, {"z": ("A", 1.0)})
    query = MembersQuery("abc", 3, run_id=first.run_id)

    begun = members(store, query)
    rest = members(store, query, begun.next)

    assert ids(begun) + ids(rest) == sorted(PEOPLE)
    assert (begun.run, rest.run) == (first, first)
    assert ids(members(store, ALL)) == ["z"]


def test_the_run_of_a_page_is_known_without_it(store: Store) -> None:
    first = write_abc(store, PEOPLE)
    cursor = next_of(store, MembersQuery("abc", 2))
    second = write_abc(store, PEOPLE)
    assert members_run(store, MembersQuery("abc", 2), cursor) == first
    assert members_run(store, MembersQuery("abc", 2), None) == second
    assert members_run(store, MembersQuery("abc", 2, run_id=first.run_id), None) == first


def test_a_cursor_outlives_new_runs_until_its_own_is_given_up(store: Store) -> None:
    write_abc(store, PEOPLE)
    query = MembersQuery("abc", 2)
    cursor = next_of(store, query)
    for _ in range(2):
        write_abc(store, {"z": ("A", 1.0)})
        assert ids(members(store, query, cursor)) == ["c", "d"]

    write_abc(store, {"z": ("A", 1.0)})

    with pytest.raises(RunGoneError, match="begin anew without a cursor"):
        members(store, query, cursor)


@pytest.mark.parametrize(
    "other",
    [
        MembersQuery("cluster", 2),
        MembersQuery("abc", 2, "A"),
        MembersQuery("abc", 2, run_id=1),
    ],
)
def test_a_cursor_of_another_list_is_refused(store: Store, other: MembersQuery) -> None:
    write_abc(store, PEOPLE)
    cursor = next_of(store, MembersQuery("abc", 2))
    with pytest.raises(QueryError, match="belongs to a list with other filters"):
        members(store, other, cursor)


def test_a_cursor_of_the_at_risk_list_is_refused_and_the_other_way_round(store: Store) -> None:
    write(store, [scored("a"), scored("b")])
    risk = at_risk(store, Query(1), "EUR").next
    write_abc(store, PEOPLE)
    for selection in (Selection(), Selection(segments=(("abc", "A"),))):
        with pytest.raises(QueryError, match="belongs to a list with other filters"):
            at_risk(store, Query(1, selection), "EUR", next_of(store, replace(ALL, most=1)))
    with pytest.raises(QueryError, match="belongs to a list with other filters"):
        members(store, ALL, risk)


def test_the_length_of_pages_may_change_from_page_to_page(store: Store) -> None:
    write_abc(store, PEOPLE)
    assert ids(members(store, ALL, next_of(store, MembersQuery("abc", 2)))) == ["c", "d", "e"]


def test_a_run_that_is_not_kept_is_told_with_those_that_are(store: Store) -> None:
    run = write_abc(store, PEOPLE)
    with pytest.raises(UnknownRunError, match=rf"those kept are {run.run_id}$"):
        members(store, replace(ALL, run_id=4711))


def test_what_there_is_is_told_where_a_label_is_unknown(store: Store) -> None:
    write_abc(store, PEOPLE)
    with pytest.raises(UnknownSegmentError, match=r"no such label; it has A, B, C, _no_label$"):
        members(store, replace(ALL, label="secret"))


def plan(connection: Connection, query: Select[Any], explain: str) -> str:
    page = query.limit(50).compile(
        dialect=connection.dialect, compile_kwargs={"literal_binds": True}
    )
    return "\n".join(step[-1] for step in connection.exec_driver_sql(f"{explain} {page}"))


@pytest.mark.parametrize("label", [None, "A", "_no_label"])
@pytest.mark.parametrize(("after", "begins"), [(None, ""), ("m", " AND customer_id>?")])
def test_a_page_is_read_off_the_keys_from_where_the_last_ended(
    trained: Trained, label: str | None, after: str | None, begins: str
) -> None:
    with trained.store.reading() as (connection, runs):
        query = labelled(runs[0], replace(ALL, label=label), after)
        assert plan(connection, query, "EXPLAIN QUERY PLAN").splitlines() == [
            f"SEARCH labels USING PRIMARY KEY (run_id=?{begins})",
            "SEARCH customers USING PRIMARY KEY (run_id=? AND customer_id=?)",
        ]


def test_postgresql_passes_over_none_of_the_pages_before(schema: PostgresAddress) -> None:
    store = Store(schema)
    for _ in range(2):
        write_abc(store, {f"{i:04}": ("BC"[i % 2], 1.0) for i in range(4000)})

    for label in (None, "B"):
        with store.reading() as (connection, runs):
            query = labelled(runs[0], replace(ALL, label=label), "2000")
            found = plan(connection, query, "EXPLAIN")
        bounds = [line for line in found.splitlines() if "Index Cond" in line]
        assert len(bounds) == 2
        assert all("customer_id" in bound for bound in bounds)
        assert "labels_pkey" in found
        assert "customers_pkey" in found
        assert "Sort" not in found
