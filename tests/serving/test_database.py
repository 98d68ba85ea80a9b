"""A file or a database that cannot be used is told in one line that says what to do."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import pytest

from features.sources.postgres_address import PostgresAddress
from serving.at_risk import Query, at_risk
from serving.database import PostgresDatabase
from serving.errors import StoreError, StoreUnreachableError
from serving.records import CustomerRecord
from serving.store import Store
from tests.postgres import Postgres
from tests.serving.records import ask, scored, write, write_from


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "output" / "store.db"


def test_without_a_run_there_is_none_yet(store: Store) -> None:
    for question in (
        store.current_run,
        lambda: store.customer("a"),
        lambda: at_risk(store, Query(1), "EUR"),
    ):
        with pytest.raises(StoreError, match=r"no scoring run yet; run `retinue score` first"):
            question()


def test_a_new_file_has_pages_that_hold_several_customers(file: Path) -> None:
    write(Store(file), [scored("a")])
    assert ask(Store(file), "PRAGMA page_size") == [(16_384,)]
    assert ask(Store(file), "PRAGMA journal_mode") == [("wal",)]


def test_asking_makes_no_file(file: Path) -> None:
    with pytest.raises(StoreError, match="no scoring run yet"):
        Store(file).current_run()
    assert not file.parent.exists()


def test_an_empty_file_asks_for_a_run(file: Path) -> None:
    file.parent.mkdir()
    file.touch()
    with pytest.raises(StoreError, match="run `retinue score`"):
        Store(file).current_run()


def test_a_file_that_is_no_store_is_refused_in_one_line(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"these are not the pages you look for" * 300)

    with pytest.raises(
        StoreError, match=r"cannot be read: .* move the file and its -wal aside and run"
    ) as refused:
        Store(file).current_run()
    assert str(file) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_no_store_is_not_written_to(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"precious" * 1000)

    with pytest.raises(
        StoreError, match=r"cannot be written: .* move the file and its -wal aside and run"
    ):
        write(Store(file), [scored("a")])
    assert file.read_bytes() == b"precious" * 1000


def test_a_folder_that_cannot_be_made_is_refused_in_one_line(file: Path) -> None:
    file.parent.write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(StoreError, match=r"store\.db: .*cannot be written"):
        write(Store(file), [scored("a")])


def test_a_server_that_is_not_there_is_unreachable_in_one_line(tmp_path: Path) -> None:
    store = Store(PostgresAddress(f"postgresql://me:hunter2@/db?host={tmp_path}"))
    for question in (store.current_run, lambda: write(store, [scored("a")])):
        with pytest.raises(
            StoreUnreachableError,
            match=r"^postgresql://me@/db: .*cannot be reached: .* \[store\] url",
        ) as said:
            question()
        assert "\n" not in str(said.value)


def test_a_question_that_was_cut_off_is_answered_when_asked_again(schema: PostgresAddress) -> None:
    store = Store(schema)
    run = write(store, [scored("a")])

    with pytest.raises(StoreUnreachableError, match="terminating connection due to administrator"):
        ask(store, "SELECT pg_terminate_backend(pg_backend_pid())")

    assert store.current_run() == run


def test_a_question_that_takes_too_long_is_given_up_though_the_database_is_there(
    schema: PostgresAddress,
) -> None:
    with pytest.raises(StoreError, match="due to statement timeout") as given_up:
        ask(Store(schema), "SET LOCAL statement_timeout = 20; SELECT pg_sleep(5)")
    assert not isinstance(given_up.value, StoreUnreachableError)


def test_a_writer_may_take_its_time_between_two_batches(schema: PostgresAddress) -> None:
    def slowly() -> Iterator[Sequence[CustomerRecord]]:
        yield [scored("a")]
        time.sleep(0.3)
        yield [scored("b")]

    impatient = quote(" -cidle_in_transaction_session_timeout=50")
    store = Store(PostgresAddress(f"{schema.uri}{impatient}"))

    assert write_from(store, slowly()).counts == {"scored": 2}


def test_who_may_only_read_can_answer(postgres: Postgres, schema: PostgresAddress) -> None:
    write(Store(schema), [scored("a", 0.5), scored("b", 0.4)])
    [(name,)] = ask(Store(schema), "SELECT current_schema()")
    postgres.run(
        "DROP ROLE IF EXISTS reader",
        "CREATE ROLE reader LOGIN",
        f"GRANT USAGE ON SCHEMA {name} TO reader",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {name} TO reader",
    )
    reader = Store(PostgresAddress(schema.uri.replace("//postgres:@", "//reader@")))

    page = at_risk(reader, Query(1), "EUR")

    assert [line.customer_id for line in at_risk(reader, Query(1), "EUR", page.next).lines] == ["b"]
    with pytest.raises(StoreError, match=r"permission denied for .* check the rights of the user"):
        write(reader, [scored("a")])
    postgres.run("DROP OWNED BY reader", "DROP ROLE reader")


def test_a_password_opens_and_is_never_shown(postgres: Postgres) -> None:
    def locked(password: str) -> PostgresAddress:
        return PostgresAddress(f"postgresql://locked:{password}@/postgres?host={postgres.folder}")

    right, wrong = locked("key%2F%40%3A1"), locked("hunter%402")

    with pytest.raises(StoreError, match="no scoring run yet"):
        Store(right).current_run()
    with pytest.raises(StoreError, match=r"permission denied for schema .* rights of the user"):
        write(Store(right), [scored("a")])
    with pytest.raises(StoreUnreachableError, match="password authentication failed") as refused:
        Store(wrong).current_run()

    database = PostgresDatabase(wrong)
    for shown in (refused.value, repr(database), str(database), repr(database.engine), repr(wrong)):
        assert not any(secret in str(shown) for secret in (*wrong.secrets, "hunter"))
    assert refused.value.__suppress_context__
