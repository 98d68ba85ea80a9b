"""A customer read on the event loop: the same as in a thread, or not at all, never waiting."""

import sqlite3
from collections.abc import Iterator
from itertools import count, repeat
from pathlib import Path
from time import monotonic

import pytest

from features.sources.postgres_address import PostgresAddress
from serving.database import SQLiteFile
from serving.errors import UnknownCustomerError
from serving.glance import SLOW_S, SPARED, Glance
from serving.records import CustomerRecord
from serving.store import Store
from tests.conftest import Trained
from tests.serving.records import scored, unscored, write, write_from

AT_ONCE_S = 2  # SQLite by itself would wait for five


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """In a file."""
    return Store(tmp_path / "output" / "store.db")


def broken_off() -> Iterator[list[CustomerRecord]]:
    """A run that fails on its way."""
    yield [scored("ann", 0.9)]
    raise KeyboardInterrupt


def test_a_glance_says_what_any_other_look_says(trained: Trained) -> None:
    store = trained.store
    customers = trained.tables.rows["customers"].customer_id.to_pyarrow().to_pylist()
    run, records = store.customers(sorted(customers))
    assert {record.status for record in records} > {"scored"}
    for record in records:
        seen = store.glance(record.customer_id)
        assert seen is not None
        of_run, glimpse = seen
        assert of_run == run
        assert glimpse.customer_id == record.customer_id
        assert glimpse.status == record.status
        assert glimpse.prediction == record.prediction


def test_whom_the_run_does_not_know_a_glance_does_not_see(store: Store) -> None:
    write(store, [scored("ann")])
    assert store.glance("bob") is None
    assert store.glance("ann\0") is None
    assert store.glance("") is None


def test_swap_a_glance_sees_the_run_that_is_current(store: Store) -> None:
    for probability in (0.25, 0.75):
        run = write(store, [scored("ann", probability), unscored("bob")])
        seen = store.glance("ann")
        assert seen is not None
        assert seen[0] == run
        with pytest.raises(KeyboardInterrupt):
            write_from(store, broken_off())
        assert store.glance("ann") == seen


def test_there_is_nothing_to_see_where_nothing_was_scored(store: Store) -> None:
    assert store.glance("ann") is None
    assert isinstance(store.place, Path)
    assert not store.place.exists()


def test_another_form_of_the_store_is_not_guessed_at(store: Store) -> None:
    write(store, [scored("ann")])
    assert isinstance(store.place, Path)
    with sqlite3.connect(store.place) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0003'")
    assert store.glance("ann") is None


def test_a_file_put_in_the_place_of_another_is_seen(store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path / "other.db")
    write(other, [scored("zoe")])
    other.close()
    write(store, [scored("ann")])
    assert store.glance("ann")

    assert isinstance(store.place, Path)
    for part in store.place.parent.glob(f"{store.place.name}*"):  # what SQLite has beside it too
        part.rename(tmp_path / f"old-{part.name}")
    (tmp_path / "other.db").replace(store.place)

    assert store.glance("ann") is None
    assert store.glance("zoe")


def test_a_file_put_in_the_place_of_another_is_what_threads_ask_too(
    store: Store, tmp_path: Path
) -> None:
    write(store, [scored("ann")])
    assert store.customer("ann")
    assert isinstance(store.place, Path)
    for part in store.place.parent.glob(f"{store.place.name}*"):
        part.rename(tmp_path / f"old-{part.name}")
    write(Store(store.place), [scored("zoe")])

    assert store.customer("zoe")
    with pytest.raises(UnknownCustomerError):
        store.customer("ann")


def test_a_file_that_is_gone_is_not_read_on(store: Store) -> None:
    write(store, [scored("ann")])
    assert store.glance("ann")
    assert isinstance(store.place, Path)
    store.place.rename(store.place.with_name("aside.db"))
    assert store.glance("ann") is None


def test_health_a_glance_waits_for_nobody(store: Store) -> None:
    write(store, [scored("ann")])
    store.close()
    assert isinstance(store.place, Path)
    with sqlite3.connect(store.place, isolation_level=None) as alone:
        alone.execute("PRAGMA locking_mode = EXCLUSIVE")
        alone.execute("BEGIN EXCLUSIVE")
        glance = Glance(SQLiteFile(store.place))
        began = monotonic()
        assert glance.at("ann") is None
        assert monotonic() - began < AT_ONCE_S
        alone.execute("COMMIT")
    alone.close()
    assert glance.at("ann") is None, "spared for a while"
    assert store.glance("ann")


def test_health_a_slow_file_is_left_to_threads_for_a_while(store: Store) -> None:
    write(store, [scored("ann")])
    assert isinstance(store.place, Path)
    took = 2 * SLOW_S
    over = took + SPARED * took
    # Began, ended; asked again while it is spared, and once more when that is over.
    times = iter([0.0, took, over - 0.001, over, over])
    glance = Glance(SQLiteFile(store.place), seconds=lambda: next(times))
    assert glance.at("ann")
    assert glance.at("ann") is None
    assert glance.at("ann")


def test_health_a_file_that_hangs_and_fails_is_left_alone_for_longer(tmp_path: Path) -> None:
    times = iter([0.0, 5.0, 5.0 + SPARED * 5.0 - 0.001, 5.0 + SPARED * 5.0, 60.0])
    looked: list[Path] = []

    class Hanging(SQLiteFile):
        def impatient(self) -> sqlite3.Connection:
            looked.append(self.path)
            raise sqlite3.OperationalError("disk I/O error")

    (tmp_path / "store.db").touch()
    glance = Glance(Hanging(tmp_path / "store.db"), seconds=lambda: next(times))
    assert [glance.at("ann") for _ in range(2)] == [None, None]
    assert len(looked) == 1
    assert glance.at("ann") is None
    assert len(looked) == 2


def test_a_quick_file_is_not_spared(store: Store) -> None:
    write(store, [scored("ann")])
    assert isinstance(store.place, Path)
    times = count(0.0, SLOW_S / 2)
    glance = Glance(SQLiteFile(store.place), seconds=lambda: next(times))
    assert all(glance.at("ann") for _ in repeat(None, 5))


def test_a_glance_keeps_no_old_state_from_being_cleared_away(store: Store) -> None:
    write(store, [scored("ann")])
    assert store.glance("ann")
    write(store, [scored("ann")])
    assert isinstance(store.place, Path)
    with sqlite3.connect(store.place) as connection:
        in_the_way, _left, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert not in_the_way


def test_a_database_elsewhere_is_too_far_for_a_glance(schema: PostgresAddress) -> None:
    store = Store(schema)
    write(store, [scored("ann")])
    assert store.customer("ann")
    assert store.glance("ann") is None
