"""Whoever is erased is gone from every run, once, whatever breaks off and however often asked."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from features.sources.postgres_address import PostgresAddress
from serving.erasure import erase
from serving.errors import KeyReusedError, StoreError, UnderWayError, UnknownCustomerError
from serving.idempotency import KEPT, Once, answered
from serving.labels import labels
from serving.records import CustomerRecord, customers, runs
from serving.store import Store
from tests.serving.records import ask, change, riskiest, scored, unscored, write, write_from

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
ONCE = Once("key1", "7c2f", b"ann")


def said(done: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.answer)
    del found["erased_at"]
    return found


def stand(store: Store) -> set[tuple[str, int]]:
    """Who stands in which run, in any table."""
    with store.database.reading() as connection:
        found = [
            connection.execute(select(table.c.customer_id, table.c.run_id)).all()
            for table in (customers, labels)
        ]
    assert set(map(tuple, found[0])) == set(map(tuple, found[1]))
    return {(customer_id, run_id) for customer_id, run_id in found[0]}


def test_privacy_who_is_erased_is_in_no_run_and_everybody_else_in_all(store: Store) -> None:
    write(store, [scored("ann"), scored("bob")])
    write(store, [scored("ann"), scored("bob"), unscored("cat")])
    write(store, [scored("bob"), unscored("cat")])

    done = erase(store, ["ann", "cat", "zoe", "ann"], now=NOW)

    assert json.loads(done.answer) == {
        "erased": 2,
        "unknown": 1,
        "runs": 3,
        "erased_at": "2026-03-01T09:00:00+00:00",
    }
    assert stand(store) == {("bob", 1), ("bob", 2), ("bob", 3)}
    with pytest.raises(UnknownCustomerError):
        store.customer("ann")
    assert [one.customer_id for one in riskiest(store, 9)] == ["bob"]
    with store.reading() as (_, found):
        assert {run.run_id: run.erased for run in found} == {1: 1, 2: 2, 3: 1}
        assert found[0].counts == {"scored": 1, "already_churned": 1}  # as it was told


def test_ids_that_a_database_cannot_hold_are_unknown(store: Store) -> None:
    write(store, [scored("ann")])
    assert said(erase(store, ["a\0nn", "", "'; --"])) == {"erased": 0, "unknown": 3, "runs": 0}
    assert stand(store) == {("ann", 1)}


def test_privacy_rows_of_who_was_erased_are_overwritten(tmp_path: Path) -> None:
    store = Store(tmp_path / "store.db")
    draw = np.random.default_rng(5)
    names = [f"secret-id-{number:05d}" for number in range(2000)]
    write(store, [scored(name, float(draw.random())) for name in names])

    erase(store, names[500:800])

    assert (tmp_path / "store.db-wal").stat().st_size == 0
    left = (tmp_path / "store.db").read_bytes()
    # What stands in gaps that no row is in any more stays until something is written there.
    assert sum(name.encode() in left for name in names[500:800]) < 15
    assert all(name.encode() in left for name in names[800:])


def test_privacy_statistics_of_the_database_name_nobody_who_was_erased(
    schema: PostgresAddress,
) -> None:
    store = Store(schema)
    write(store, [scored(f"ann{number:04d}") for number in range(400)])
    erase(store, [f"ann{number:04d}" for number in range(0, 400, 2)])
    bounds = ask(store, "SELECT histogram_bounds::text FROM pg_stats WHERE attname = 'customer_id'")
    told = " ".join(text or "" for (text,) in bounds)
    assert "ann0001" in told
    assert not any(f"ann{number:04d}" in told for number in range(0, 400, 2))


def test_who_reads_an_older_state_holds_no_erasure_up(tmp_path: Path) -> None:
    store = Store(tmp_path / "store.db")
    write(store, [scored("ann"), scored("bob")])
    with store.reading():
        began = monotonic()
        assert said(erase(Store(store.place), ["ann"]))["erased"] == 1
        assert monotonic() - began < 5
    with pytest.raises(UnknownCustomerError):
        store.customer("ann")


def test_very_many_may_be_erased_at_once(store: Store) -> None:
    write(store, [scored("ann"), scored("bob"), scored("zoe")])
    found = said(erase(store, ["ann", "zoe", *(f"x{number}" for number in range(70_000))]))
    assert found == {"erased": 2, "unknown": 70_000, "runs": 1}


def test_a_run_that_broke_off_with_who_is_erased_is_not_gone_on_with(store: Store) -> None:
    def broken() -> Iterator[list[CustomerRecord]]:
        yield [scored("new")]
        raise KeyboardInterrupt

    write(store, [scored("old")])
    with pytest.raises(KeyboardInterrupt):
        write_from(store, broken())
    assert ("new", 2) in stand(store)

    assert said(erase(store, ["new"])) == {"erased": 1, "unknown": 0, "runs": 0}

    assert stand(store) == {("old", 1)}
    assert said(erase(store, ["nobody"])) == {"erased": 0, "unknown": 1, "runs": 0}


def test_there_is_nobody_to_erase_where_nothing_was_scored(store: Store) -> None:
    with pytest.raises(StoreError, match="no scoring run yet"):
        erase(store, ["ann"])
    assert isinstance(store.place, PostgresAddress) or not store.place.exists()


def test_idempotent_the_same_again_is_answered_as_before_and_not_done(store: Store) -> None:
    write(store, [scored("ann"), scored("bob")])
    first = erase(store, ["ann"], ONCE, NOW)
    write(store, [scored("ann"), scored("bob")])  # the tables still had her

    again = erase(store, ["ann"], ONCE, NOW + timedelta(days=6))

    assert not first.again
    assert again == replace(first, again=True)
    assert ("ann", 2) in stand(store)


def test_idempotent_without_a_key_it_is_done_each_time(store: Store) -> None:
    write(store, [scored("ann")])
    assert [said(erase(store, ["ann"]))["erased"] for _ in range(2)] == [1, 0]


def test_idempotent_another_thing_with_the_same_key_is_refused(store: Store) -> None:
    write(store, [scored("ann"), scored("bob")])
    erase(store, ["ann"], ONCE, NOW)
    with pytest.raises(KeyReusedError, match="another body before"):
        erase(store, ["bob"], replace(ONCE, asked=b"bob"), NOW)
    assert stand(store) == {("bob", 1)}
    # Of another caller it is another key.
    assert said(erase(store, ["bob"], Once("key2", ONCE.key, b"bob"), NOW))["erased"] == 1


def test_idempotent_after_a_week_a_key_is_forgotten(store: Store) -> None:
    write(store, [scored("ann")])
    erase(store, ["ann"], ONCE, NOW)
    erase(store, ["bob"], now=NOW + KEPT + timedelta(seconds=1))
    with store.database.reading() as connection:
        assert connection.execute(select(answered.c.key)).all() == []


def test_idempotent_what_is_under_way_is_told_and_nothing_done(store: Store) -> None:
    write(store, [scored("ann")])
    with (
        Store(store.place).database.scoring(),
        pytest.raises(UnderWayError, match="nothing was erased, so ask again in a while"),
    ):
        erase(store, ["ann"], ONCE)
    assert stand(store) == {("ann", 1)}
    assert said(erase(store, ["ann"], ONCE))["erased"] == 1


PROGRAM = """
import os, signal, sys
from pathlib import Path
from features.sources.postgres_address import PostgresAddress
from serving import erasure, idempotency
from serving.store import Store

where, moment = sys.argv[1:]
store = Store(PostgresAddress(where) if where.startswith("postgresql:") else Path(where))
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if moment == "before it commits":
    done_once = erasure.done_once
    erasure.done_once = lambda *all: (done_once(*all), die())
erasure.erase(store, ["ann"], idempotency.Once("key1", "7c2f", b"ann"))
die()  # before anybody hears of it
"""


@pytest.mark.parametrize("moment", ["before it commits", "before it answers"])
def test_crash_safety_killed_and_asked_again_it_is_done_once(store: Store, moment: str) -> None:
    write(store, [scored("ann"), scored("bob")])
    where = store.place.uri if isinstance(store.place, PostgresAddress) else store.place
    killed = subprocess.run([sys.executable, "-c", PROGRAM, where, moment], check=False)
    assert killed.returncode == -9
    committed = moment == "before it answers"
    assert (("ann", 1) in stand(store)) != committed

    done = erase(store, ["ann"], ONCE)

    assert done.again == committed
    assert said(done) == {"erased": 1, "unknown": 0, "runs": 1}
    assert stand(store) == {("bob", 1)}


def test_a_store_of_an_earlier_version_says_to_score(tmp_path: Path) -> None:
    store = Store(tmp_path / "store.db")
    write(store, [scored("ann")])
    change(store, "UPDATE alembic_version SET version_num = '0003'")
    with pytest.raises(StoreError, match=r"earlier version .* run `retinue score`"):
        erase(store, ["ann"])
    with store.database.reading() as connection:
        assert connection.execute(select(runs.c.run_id)).all() == [(1,)]
