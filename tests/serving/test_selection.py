"""Which customers a list holds, in which order: the same read off an index as sorted by hand."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from features.sources.postgres_address import PostgresAddress
from serving.at_risk import Query, at_risk, pages
from serving.errors import QueryError
from serving.labels import Batch, schemes_of
from serving.records import CustomerRecord, Origin
from serving.selection import Place, RunList, Selection, attributes_of, pairs_of, stretches
from serving.store import Store
from tests.conftest import Trained
from tests.serving.records import AS_OF, scored, unscored, write

SORTS = ("churn_probability", "value_at_risk")


def person(customer_id: str, probability: float, value: float | None) -> CustomerRecord:
    return replace(scored(customer_id, probability), value_at_risk=value)


people = st.dictionaries(
    st.text("abAé客-", min_size=1, max_size=3),
    st.tuples(
        st.sampled_from([0.1, 0.1 + 0.2, 0.5, 1.0]),
        st.sampled_from([None, -2.0, 0.0, 1e-300, 10.0]),
    ),
    max_size=25,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(people, st.sampled_from(SORTS), st.integers(1, 6), st.integers(0, 3))
def test_pages_give_each_customer_once_in_order_though_another_run_is_written(
    store: Store,
    found: dict[str, tuple[float, float | None]],
    sort: Any,
    size: int,
    new_run_after: int,
) -> None:
    records = [person(name, *amounts) for name, amounts in found.items()]
    write(store, [*records, unscored("!gone"), unscored("~gone")])
    query = Query(size, Selection(sort=sort))

    walked: list[str] = []
    cursor, number = None, 0
    while cursor or not number:
        page = at_risk(store, query, "EUR", cursor)
        walked += [line.customer_id for line in page.lines]
        cursor, number = page.next, number + 1
        assert len(page.lines) == size or cursor is None
        if number == new_run_after:
            write(store, [person(name, 0.5, 10.0) for name in ("a", "zzz", "客客")])

    def key(record: CustomerRecord) -> tuple[bool, float, bytes]:
        amount = record.churn_probability if sort == SORTS[0] else record.value_at_risk
        return amount is None, -(amount or 0.0), record.customer_id.encode()

    assert walked == [record.customer_id for record in sorted(records, key=key)]


def test_the_whole_list_is_the_same_whatever_pages_it_came_in(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(store, [scored(f"{i:02}", (i % 4) / 4) for i in range(23)])
    whole = at_risk(store, Query(100), "EUR").lines
    monkeypatch.setattr("serving.at_risk.PAGE", 5)

    found = list(pages(store, Query(12), "EUR"))

    assert [len(page.lines) for page in found] == [5, 5, 2]
    assert [line for page in found for line in page.lines] == whole[:12]


def plans(store: Store, selection: Selection, after: Place | None) -> list[str]:
    """SQLite's plan of each query of a page."""
    with store.reading() as (connection, runs):
        found_in = RunList(runs[0], selection, schemes_of(connection, runs[0]))
        made = []
        for stretch in stretches(found_in, after):
            query = stretch.limit(50).compile(
                dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
            )
            steps = connection.execute(text(f"EXPLAIN QUERY PLAN {query}".replace(":", r"\:")))
            made.append("\n".join(step[-1] for step in steps))
    return made


# A churn probability is always known, so no place in that order is without one.
@pytest.mark.parametrize(
    ("sort", "after"),
    [(sort, after) for sort in SORTS for after in (None, Place(0.5, "m"))]
    + [(SORTS[1], Place(None, "m"))],
)
@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"tier": "high", "least_probability": 0.2, "least_value_at_risk": 3.0},
        {"segments": (("rfm", "champions"),), "attributes": (("region", "north"),)},
    ],
)
def test_a_page_is_read_off_an_index_in_the_order_of_the_list(
    trained: Trained, sort: Any, after: Place | None, filters: dict[str, Any]
) -> None:
    index = "listed_by_probability" if sort == SORTS[0] else "listed_by_value"

    found = plans(trained.store, Selection(sort=sort, **filters), after)

    if not (after and after.key is None and "least_value_at_risk" in filters):
        assert found
    for plan in found:
        assert plan.startswith(f"SEARCH customers USING COVERING INDEX {index} (run_id=? AND ")
        assert "SCAN" not in plan
        assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("sort", SORTS)
def test_postgresql_reads_a_page_off_the_same_indexes(schema: PostgresAddress, sort: Any) -> None:
    store = Store(schema)
    write(store, [scored(f"{i:04}", i / 4000) for i in range(0, 4000, 2)])
    write(store, [unscored(f"{i}") if i % 2 else scored(f"{i}", i / 4000) for i in range(4000)])
    index = "listed_by_probability" if sort == SORTS[0] else "listed_by_value"

    for after in (None, Place(0.5, "1")):
        with store.reading() as (connection, runs):
            found_in = RunList(runs[0], Selection(sort=sort), schemes_of(connection, runs[0]))
            for stretch in stretches(found_in, after):
                query = stretch.limit(50).compile(
                    dialect=connection.dialect, compile_kwargs={"literal_binds": True}
                )
                plan = "\n".join(step for (step,) in connection.exec_driver_sql(f"EXPLAIN {query}"))
                assert f"Index Only Scan using {index}" in plan
                assert "Sort" not in plan


def chosen(trained: Trained, fits: Callable[[CustomerRecord], bool]) -> list[str]:
    """Scored customers of the run that fit, in the order of their probability, by hand."""
    everyone = [line.customer_id for line in at_risk(trained.store, Query(10_000), "EUR").lines]
    _, records = trained.store.customers(everyone)
    return [record.customer_id for record in records if fits(record)]


def segment_of(record: CustomerRecord, scheme: str) -> str | None:
    assert record.prediction is not None
    code: str | None = record.prediction["segments"][scheme]
    return code


@pytest.mark.parametrize(
    ("selection", "fits"),
    [
        ({"tier": "high"}, lambda one: one.risk_tier == "high"),
        ({"segments": (("abc", "A"), ("abc", "B"), ("lifecycle", "active"))},
         lambda one: segment_of(one, "abc") in ("A", "B")
         and segment_of(one, "lifecycle") == "active"),
        ({"segments": (("region", "_no_label"),)}, lambda one: segment_of(one, "region") is None),
        ({"segments": (("region", "_no_label"), ("region", "north")), "tier": "high"},
         lambda one: segment_of(one, "region") in (None, "north") and one.risk_tier == "high"),
        ({"least_probability": 0.3}, lambda one: one.churn_probability >= 0.3),
        ({"least_value_at_risk": 20.0}, lambda one: (one.value_at_risk or 0) >= 20.0),
        ({"attributes": (("region", "north"), ("region", "south")), "tier": "high"},
         lambda one: one.profile["attributes"].get("region") in ("north", "south")
         and one.risk_tier == "high"),
    ],
)  # fmt: skip
def test_filters_choose_whom_the_run_says_they_fit(
    trained: Trained, selection: dict[str, Any], fits: Callable[[CustomerRecord], bool]
) -> None:
    lines = at_risk(trained.store, Query(10_000, Selection(**selection)), "EUR").lines
    wanted = chosen(trained, fits)
    assert [line.customer_id for line in lines] == wanted
    assert 0 < len(wanted) < len(chosen(trained, lambda _one: True))


def test_an_attribute_is_found_whatever_its_name_or_value(store: Store) -> None:
    name, value = 'it\'s "our" $[0]: 店长', 'O\'Neill; -- "李":'
    records = []
    for customer_id, known in (("a", value), ("b", "other"), ("c", None)):
        attributes = {} if known is None else {name: known}
        records.append(
            replace(scored(customer_id), profile={"attributes": attributes, "events": {},
                                                  "treatments": {}})
        )  # fmt: skip
    batch = Batch(records, {}, records[0].features[:3], attributes=("first", name))  # type: ignore[index]
    store.write_run([batch], Origin(AS_OF, AS_OF, "b", ""))

    def found(*attributes: tuple[str, str]) -> list[str]:
        lines = at_risk(store, Query(9, Selection(attributes=attributes)), "EUR").lines
        return [line.customer_id for line in lines]

    assert found((name, value)) == ["a"]
    assert found((name, f"{value}\0")) == []
    assert found((name, "\0"), (name, "other")) == ["b"]


def test_what_the_run_does_not_have_is_refused_with_what_it_has(trained: Trained) -> None:
    for selection, message in (
        ({"segments": (("fame", "A"),)}, "no such scheme; those that are on are rfm, abc, "),
        ({"segments": (("abc", "Z"),)}, "scheme abc has no such label; it has A, B, C, _no_label"),
        (
            {"attributes": (("canary", "Z"),)},
            "no such attribute of customers; it has region; map others",
        ),
    ):
        with pytest.raises(QueryError, match=message) as refused:
            at_risk(trained.store, Query(1, Selection(**selection)), "EUR")  # type: ignore[arg-type]
        assert "canary" not in str(refused.value)


def test_a_run_of_an_earlier_version_has_no_attributes(store: Store) -> None:
    write(store, [scored("a")])
    with pytest.raises(QueryError, match="it has none; map others under"):
        at_risk(store, Query(1, Selection(attributes=(("region", "north"),))), "EUR")


def test_pairs_are_split_at_the_first_colon() -> None:
    assert pairs_of(["a:b:c", "a:"], "segment") == (("a", "b:c"), ("a", ""))
    named = attributes_of(["city:Lyon"], region="North", owner="Li")
    assert named == (("city", "Lyon"), ("region", "North"), ("owner", "Li"))
    for wrong in ("rfm", ":champions", ""):
        with pytest.raises(QueryError, match="write segment as name:value, such as rfm:champions"):
            pairs_of([wrong], "segment")
