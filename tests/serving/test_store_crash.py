"""A run is seen whole or not at all: by readers, after exceptions, after kill -9."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import delete, select

from features.catalog import catalog_hash
from features.sources.postgres_address import PostgresAddress
from serving import database
from serving.errors import StoreError, UnknownCustomerError
from serving.labels import Batch, labels
from serving.limits import KEPT_RUNS
from serving.records import CustomerRecord, Origin, Run, runs
from serving.store import Store
from tests.killed import left_at_every_step
from tests.serving.records import AS_OF, LAST_ORDER, riskiest, scored, unscored, write, write_from

Batches = Iterator[Sequence[CustomerRecord]]


def sees_only(store: Store, old: Run) -> None:
    """What a process that opens the store now finds: the old run, whole, and nothing else."""
    reader = Store(store.place)
    assert reader.current_run() == old
    assert [record.customer_id for record in riskiest(reader, 10)] == ["old"]
    assert reader.customer("gone")[1].status == "already_churned"
    with reader.reading() as (connection, seen):
        assert seen == [old]
        of_runs = select(labels.c.run_id, labels.c.customer_id).where(labels.c.run_id == old.run_id)
        labelled = connection.execute(of_runs).all()
    assert sorted(labelled) == [(old.run_id, "gone"), (old.run_id, "old")]
    with pytest.raises(UnknownCustomerError, match="1 of 1"):
        reader.customer("new")


def test_an_exception_between_batches_leaves_the_old_run(store: Store) -> None:
    def broken() -> Batches:
        yield [scored("new"), scored("old", 0.9)]
        raise RuntimeError("the model fell over")

    old = write(store, [scored("old"), unscored("gone")])
    with pytest.raises(RuntimeError, match="the model fell over"):
        write_from(store, broken())

    sees_only(store, old)


def test_a_run_can_be_written_after_one_that_broke_off(store: Store) -> None:
    def broken() -> Batches:
        yield [scored("a")]
        raise RuntimeError("the model fell over")

    with pytest.raises(RuntimeError, match="fell over"):
        write_from(store, broken())
    with pytest.raises(StoreError, match=r"no scoring run yet; run `retinue score` first"):
        store.current_run()

    assert write(store, [scored("b")]).counts == {"scored": 1}


def test_a_customer_named_twice_is_refused_without_naming_the_customer(store: Store) -> None:
    old = write(store, [scored("old"), unscored("gone")])
    with pytest.raises(StoreError, match=r"cannot be written: .*(?i:unique constraint)") as refused:
        write(store, [scored("secret")], [scored("secret")])

    assert "secret" not in str(refused.value)
    sees_only(store, old)


def test_readers_see_the_old_run_while_a_new_one_is_written(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WRITER_PATIENCE_MS", 20)
    old = write(store, [scored("old"), unscored("gone")])

    def watched() -> Batches:
        # More than SQLite keeps in memory, so that some of it is on disk before the run is whole.
        yield [scored("new"), *(scored(f"n{i}") for i in range(10_000))]
        sees_only(store, old)
        yield [scored("old", 0.1)]
        sees_only(store, old)

    new = write_from(store, watched())

    assert Store(store.place).current_run() == new
    assert Store(store.place).customer("new")[0] == new


def test_nobody_who_reads_waits_until_old_runs_are_deleted(store: Store) -> None:
    old = write(store, [scored("old"), unscored("gone")])
    with store.database.writing() as connection:
        connection.execute(delete(runs))
        sees_only(store, old)
    with pytest.raises(StoreError, match="no scoring run yet"):
        store.current_run()


def test_a_reader_opened_before_a_run_sees_it_afterwards(store: Store) -> None:
    write(store, [scored("old")])
    reader = Store(store.place)
    reader.current_run()

    new = write(store, [scored("new")])

    assert reader.current_run() == new


def test_a_question_of_two_runs_sees_one_state_while_others_are_written(store: Store) -> None:
    old = [write(store, [scored("old")]) for _ in range(KEPT_RUNS)]

    with store.reading() as (connection, seen):
        for _ in range(KEPT_RUNS):  # so many that the old ones are dropped
            write(Store(store.place), [scored("new")])
        found = connection.execute(select(labels.c.run_id).order_by(labels.c.run_id)).scalars()
        assert list(found) == [run.run_id for run in old]

    assert seen == old[::-1]
    with store.reading() as (_, now):
        assert {run.run_id for run in now}.isdisjoint(run.run_id for run in old)


def test_a_second_writer_is_told_that_the_store_is_locked(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WRITER_PATIENCE_MS", 20)

    def interrupted() -> Batches:
        yield [scored("a")]
        with pytest.raises(StoreError, match="another process is writing a run; try again"):
            write(Store(store.place), [scored("b")])

    write_from(store, interrupted())

    assert [record.customer_id for record in riskiest(store, 10)] == ["a"]


PROGRAM = """
import os, signal, sys
from pathlib import Path
from features.sources.postgres_address import PostgresAddress
from serving import store
from tests.serving.records import scored, write_from

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def batches():
    yield [scored("new"), scored("old", 0.9)]
    if sys.argv[2] == "writing":
        die()

if sys.argv[2] == "deleting":
    store.forget = die
where = sys.argv[1]
place = PostgresAddress(where) if where.startswith("postgresql:") else Path(where)
write_from(store.Store(place, kept_runs=1), batches())
"""


def killed_while(doing: str, store: Store) -> None:
    """Start another process that writes a run, and is killed while it does."""
    where = store.place.uri if isinstance(store.place, PostgresAddress) else store.place
    killed = subprocess.run([sys.executable, "-c", PROGRAM, where, doing], check=False)
    assert killed.returncode == -9


def test_crash_safety_a_writer_killed_while_writing_leaves_the_old_run(store: Store) -> None:
    old = write(store, [scored("old"), unscored("gone")])

    killed_while("writing", store)

    sees_only(store, old)
    assert write(store, [scored("next")]).counts == {"scored": 1}
    with store.reading() as (connection, seen):
        written = connection.execute(select(labels.c.run_id).distinct()).scalars()
        assert sorted(written) == sorted(run.run_id for run in seen)  # nothing of it is left


def test_a_writer_killed_before_it_deletes_leaves_the_new_run_and_the_next_deletes(
    store: Store,
) -> None:
    old = write(store, [scored("old"), unscored("gone")])

    killed_while("deleting", store)

    with store.reading() as (_, seen):
        assert [run.run_id for run in seen] == [old.run_id + 1, old.run_id]
    assert [one.customer_id for one in riskiest(store, 10)] == ["old", "new"]
    last = write(Store(store.place, kept_runs=1), [scored("next")])
    with store.reading() as (_, seen):
        assert seen == [last]


def write_another(folder: Path) -> None:
    write(Store(folder / "store.db", kept_runs=1), [scored("new"), scored("old", 0.9)])


def test_crash_safety_a_writer_killed_at_any_step_leaves_the_old_run_or_the_new_one(
    tmp_path: Path,
) -> None:
    before = Store(tmp_path / "start" / "store.db")
    old = write(before, [scored("old"), unscored("gone")])
    before.close()

    left = left_at_every_step(write_another, tmp_path / "start", tmp_path / "left")

    assert [one.step for one in left].count("commit") >= 5
    seen = []
    for one in left:
        store = Store(one.folder / "store.db")
        seen.append(store.current_run().run_id)
        if seen[-1] == old.run_id:
            sees_only(store, old)
        else:
            assert [found.customer_id for found in riskiest(store, 10)] == ["old", "new"]
        assert write(store, [scored("next")]).counts == {"scored": 1}
    assert seen == sorted(seen)
    assert {*seen} == {old.run_id, old.run_id + 1}


def test_a_place_of_who_scores_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    store = Store(tmp_path / "store.db")
    old = write(store, [scored("old"), unscored("gone")])
    (tmp_path / "store.db.scoring").unlink()
    (tmp_path / "store.db.scoring").symlink_to(tmp_path / "nowhere" / "file")

    with pytest.raises(StoreError, match="the store cannot be written: No such file"):
        write(store, [scored("new")])
    sees_only(store, old)


def test_the_place_of_who_scores_is_its_owners_alone(tmp_path: Path) -> None:
    write(Store(tmp_path / "store.db"), [scored("a")])
    assert (tmp_path / "store.db.scoring").stat().st_mode & 0o077 == 0


FULL = """
import resource, signal, sys
from pathlib import Path
from serving.errors import StoreError
from serving.store import Store
from tests.killed import left_at_every_step
from tests.serving.records import scored, write_from

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
try:
    write_from(Store(Path(sys.argv[1])), ([scored(f"n{i}") for i in range(9000)] for _ in "a"))
except StoreError as error:
    sys.exit(str(error))
"""


def test_crash_safety_a_full_disk_is_told_and_leaves_the_old_run(tmp_path: Path) -> None:
    store = Store(tmp_path / "store.db")
    old = write(store, [scored("old"), unscored("gone")])

    command = [sys.executable, "-c", FULL, str(tmp_path / "store.db")]
    said = subprocess.run(command, check=False, capture_output=True, text=True)

    assert said.returncode == 1
    assert "the store cannot be written: " in said.stderr
    assert "check the disk" in said.stderr
    sees_only(store, old)
    assert write(store, [scored("next")]).counts == {"scored": 1}


def origin(made_of: str | None) -> Origin:
    return Origin(AS_OF, LAST_ORDER, "b1", catalog_hash(), made_of)


def rest(done: int, *, breaking: bool = False) -> Iterator[Batch]:
    """Four customers in two batches, without those that stand already."""
    everyone = [[scored("a"), unscored("b")], [scored("c", 0.9), scored("d", 0.2)]]
    for place, records in enumerate(everyone):
        if place * 2 >= done:
            yield Batch(records, {}, np.zeros(2), attributes=("region",))
        if breaking:
            raise RuntimeError("the model fell over")


def test_a_run_that_broke_off_is_gone_on_with_where_it_is_made_of_the_same(store: Store) -> None:
    old = write(store, [scored("old"), unscored("gone")])
    with pytest.raises(RuntimeError, match="fell over"):
        store.write_run(lambda done: rest(done, breaking=True), origin("same"))
    sees_only(store, old)
    left: list[int] = []

    def going_on(done: int) -> Iterator[Batch]:
        left.append(done)
        return rest(done)

    run = store.write_run(going_on, origin("same"))

    assert left == [2]
    assert run.counts == {"scored": 3, "already_churned": 1}
    assert run.attributes == ("region",)
    assert [one.customer_id for one in riskiest(store, 10)] == ["c", "a", "d"]
    assert store.current_if("same") == run
    assert store.current_if("other") is None


@pytest.mark.parametrize("made_of", ["other", None])
def test_a_run_that_broke_off_is_removed_by_one_that_is_made_of_something_else(
    store: Store, made_of: str | None
) -> None:
    with pytest.raises(RuntimeError, match="fell over"):
        store.write_run(lambda done: rest(done, breaking=True), origin("same"))

    run = store.write_run(rest, origin(made_of))

    with store.reading() as (connection, seen):
        assert seen == [run]
        assert connection.execute(select(runs.c.run_id)).scalars().all() == [run.run_id]
    assert run.counts == {"scored": 3, "already_churned": 1}
