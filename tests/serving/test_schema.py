"""Stores of other versions: told when read, brought up to date when written, runs and all."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from scoring.segments.schemes import SCHEMES
from serving.at_risk import Query, at_risk
from serving.erasure import erase
from serving.errors import StoreError
from serving.idempotency import answered
from serving.members import MembersQuery, members
from serving.migrate import MIGRATIONS
from serving.records import CustomerRecord, metadata
from serving.schema import CURRENT, VERSIONS
from serving.selection import Selection
from serving.store import Store
from tests.serving.records import ask, change, scored, write, write_abc, write_from


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """In a file: no earlier version knew PostgreSQL."""
    return Store(tmp_path / "store.db")


@pytest.fixture
def earlier(tmp_path: Path, store: Store) -> Store:
    """A store as a version wrote it that numbered no forms, with one run of a, b and c."""
    made = Path(__file__).with_name("store_before_forms.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        connection.executescript(made)
    return store


def test_the_scripts_lead_to_the_current_version_one_after_the_other() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    assert tuple(script.revision for script in scripts)[::-1] == VERSIONS
    assert VERSIONS[-1] == CURRENT


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_scripts_make_the_tables_that_the_code_asks(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    place = tmp_path / "store.db" if kind == "sqlite" else request.getfixturevalue("schema")
    store = Store(place)
    write(store, [scored("a")])
    with store.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert answered.metadata is metadata
        assert compare_metadata(context, metadata) == []
        indexes = inspect(connection).get_indexes("customers")
    assert {index["name"] for index in indexes} == {"listed_by_value", "listed_by_probability"}


def test_a_store_of_an_earlier_version_says_to_score_and_keeps_its_runs(earlier: Store) -> None:
    with pytest.raises(StoreError, match=r"not written by this version .* run `retinue score`"):
        members(earlier, MembersQuery("abc", 1))

    write_abc(earlier, {"a": ("B", 1.0)})

    assert members(earlier, MembersQuery("abc", 1, run_id=1)).lines[0].label == "A"
    assert members(earlier, MembersQuery("abc", 1)).lines[0].label == "B"


def test_a_run_of_an_earlier_version_is_read_as_it_was_written(earlier: Store) -> None:
    with pytest.raises(RuntimeError, match="the model fell over"):
        write_from(earlier, falling_over())  # the store is brought up to date by then

    run, [first, second, third] = earlier.customers(["a", "b", "c"])
    lines = at_risk(earlier, Query(10, Selection(attributes=(("region", "north"),))), "EUR").lines

    assert (run.run_id, run.bundle_id, run.counts) == (1, "b1", {"scored": 2, "already_churned": 1})
    assert first.traits == {"gender": "female", "age_in_years": 41.0}
    assert second.traits == {"gender": None, "age_in_years": None}
    assert (third.status, third.prediction) == ("already_churned", None)
    assert first.prediction is not None
    assert first.prediction["segments"] == {"cluster": "cluster_1", "risk": "high"}
    assert first.prediction["reasons"][0]["contribution"] == 0.9
    assert [line.customer_id for line in lines] == ["a"]
    assert lines[0].reasons == ["Order history: 2 orders so far (typical: 5 orders)"]


def falling_over() -> Iterator[Sequence[CustomerRecord]]:
    yield [scored("new")]
    raise RuntimeError("the model fell over")


def test_tables_that_came_later_are_added(earlier: Store) -> None:
    change(earlier, "DROP TABLE labels", "DROP TABLE schemes", "DROP TABLE cursor_secret")
    write_abc(earlier, {"a": ("B", 1.0)})
    assert members(earlier, MembersQuery("abc", 1)).lines[0].label == "B"


def test_a_scheme_that_came_later_gets_its_column_and_old_runs_stay(earlier: Store) -> None:
    change(
        earlier,
        "ALTER TABLE labels DROP COLUMN cluster",
        "ALTER TABLE labels DROP COLUMN lifecycle",
    )

    write_abc(earlier, {"a": ("B", 1.0)})

    columns = {column for _, column, *_ in ask(earlier, "PRAGMA table_info(labels)")}
    kept = {"run_id", "customer_id", "money", "attributes"}
    assert columns == {*kept, *(one.name for one in SCHEMES)}
    assert members(earlier, MembersQuery("abc", 1, run_id=1)).lines[0].label == "A"
    assert members(earlier, MembersQuery("abc", 1)).lines[0].label == "B"


def test_columns_and_indexes_that_came_later_are_added_and_old_rows_stay(earlier: Store) -> None:
    change(
        earlier,
        "DROP INDEX listed_by_value",
        "DROP INDEX listed_by_probability",
        "CREATE INDEX at_risk_by_value ON customers (run_id, status)",
        "ALTER TABLE customers DROP COLUMN value_at_risk",
        "ALTER TABLE customers DROP COLUMN traits",
    )

    write_abc(earlier, {"a": ("B", 1.0)})

    columns = {column for _, column, *_ in ask(earlier, "PRAGMA table_info(customers)")}
    assert {"value_at_risk", "traits"} <= columns
    names = "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE '%_by_%'"
    assert {name for (name,) in ask(earlier, names)} == {"listed_by_value", "listed_by_probability"}
    kept = ask(earlier, "SELECT run_id, value_at_risk, traits FROM customers")
    assert (1, None, b"{}") in kept


def test_what_breaks_off_while_a_store_is_brought_up_to_date_leaves_it_as_it_was(
    earlier: Store,
) -> None:
    change(earlier, "ALTER TABLE customers DROP COLUMN traits", "DROP TABLE schemes")
    change(earlier, "CREATE VIEW schemes AS SELECT 1")  # in the way of a table

    with pytest.raises(StoreError, match="cannot be written"):
        write_abc(earlier, {"a": ("B", 1.0)})

    columns = {column for _, column, *_ in ask(earlier, "PRAGMA table_info(customers)")}
    assert "traits" not in columns


def test_a_store_of_a_later_generation_is_neither_read_nor_written(store: Store) -> None:
    run = write_abc(store, {"a": ("A", 1.0)})
    change(store, "UPDATE alembic_version SET version_num = '0101'")

    for ask_it in (store.current_run, lambda: write_abc(store, {"a": ("B", 1.0)})):
        with pytest.raises(StoreError, match=r"a later version .*0101.*; upgrade Retinue, or"):
            ask_it()
    assert store.glance("a") is None

    change(store, f"UPDATE alembic_version SET version_num = '{CURRENT}'")  # noqa: S608 - our own
    assert store.current_run() == run


def test_a_store_that_a_later_version_added_to_is_read_and_not_written(store: Store) -> None:
    run = write_abc(store, {"a": ("A", 1.0)})
    change(
        store,
        "ALTER TABLE runs ADD COLUMN mood VARCHAR",
        "ALTER TABLE customers ADD COLUMN mood VARCHAR",
        "CREATE TABLE moods (mood VARCHAR)",
        "UPDATE alembic_version SET version_num = '0099'",
    )

    assert store.current_run() == run
    assert store.glance("a")
    assert store.customer("a")[0] == run
    assert members(store, MembersQuery("abc", 1)).lines[0].label == "A"
    for write_it in (lambda: write_abc(store, {"a": ("B", 1.0)}), lambda: erase(store, ["a"])):
        with pytest.raises(StoreError, match=r"a later version .*0099.*; upgrade Retinue, or"):
            write_it()
    assert store.current_run() == run
