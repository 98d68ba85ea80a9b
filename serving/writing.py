"""How a run is written: batch by batch, aside from what is read, and current once it is whole.

Each batch stands once it is committed. A run that broke off, by a fault or a kill, is gone on with
by the next that is made of the very same; any other removes it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, func, insert, select

from serving.bulk import after_writing, insert_rows
from serving.cursors import make_secret
from serving.database import Database
from serving.labels import Batch, labels, write_labels
from serving.migrate import bring_up_to_date
from serving.names import Names
from serving.records import COLUMNS, customers, row_of, runs

UNFINISHED = ""
# Everything, or what comes after so many customers of an earlier attempt.
Batches = Iterable[Batch] | Callable[[int], Iterable[Batch]]


def write(
    database: Database, about: Mapping[str, Any], batches: Batches, now: Callable[[], str]
) -> int:
    """Write a run whole.

    Args:
        database: No other process writes a run meanwhile.
        about: Columns of its row, `made_of` among them: null where nothing can be gone on with.
        batches: Each customer once; the last brings what the run keeps of its schemes.
        now: The moment, when it is whole.

    Returns:
        The run's id.

    Raises:
        StoreError: It cannot be written; what could be gone on with is kept.
    """
    # By itself, and so for a moment only: on PostgreSQL it may hold up who reads.
    with database.writing() as connection:
        bring_up_to_date(connection, database)
        make_secret(connection)
    with database.writing() as connection:
        run_id, done = _begun(connection, about)
    try:
        for batch in batches(done) if callable(batches) else batches:
            with database.writing() as connection:
                _write(connection, run_id, batch)
    except Exception:
        if about["made_of"] is None:
            with database.writing() as connection:
                connection.execute(delete(runs).where(runs.c.run_id == run_id))
        raise
    with database.writing() as connection:
        _finish(connection, run_id, now())
    return run_id


def _begun(connection: Connection, about: Mapping[str, Any]) -> tuple[int, int]:
    """The run to write into, and how many customers stand in it; what else broke off is removed."""
    broke_off = runs.c.finished_at == UNFINISHED
    # A null, which says that nothing is its like, is equal to nothing in SQL either.
    same = select(runs.c.run_id).where(broke_off, runs.c.made_of == bindparam("made_of"))
    latest = same.order_by(runs.c.run_id.desc()).limit(1)
    found = connection.execute(latest, {"made_of": about["made_of"]}).scalar_one_or_none()
    connection.execute(delete(runs).where(broke_off, runs.c.run_id.is_distinct_from(found)))
    if found is not None:
        stand = select(func.count()).where(customers.c.run_id == found)
        return found, connection.execute(stand).scalar_one()
    nothing = {"counts": orjson.dumps({}), "attributes": orjson.dumps([])}
    began = insert(runs).values({**about, **nothing, "finished_at": UNFINISHED})
    return connection.execute(began.returning(runs.c.run_id)).scalar_one(), 0


def _write(connection: Connection, run_id: int, batch: Batch) -> None:
    this = runs.c.run_id == run_id
    if batch.records:
        before = connection.execute(select(runs.c.names).where(this)).scalar_one()
        names = Names.read(before).knowing(batch.records)
        told = {"names": orjson.dumps(names), "attributes": orjson.dumps(batch.attributes)}
        connection.execute(runs.update().where(this).values(told))
        rows = [row_of(run_id, record, names) for record in batch.records]
        insert_rows(connection, customers, COLUMNS, rows)
    write_labels(connection, run_id, batch)


def _finish(connection: Connection, run_id: int, now: str) -> None:
    by_status = (
        select(customers.c.status, func.count().label("customers"))
        .where(customers.c.run_id == run_id)
        .group_by(customers.c.status)
        .order_by(func.count().desc(), customers.c.status)
    )
    counts = {row.status: row.customers for row in connection.execute(by_status)}
    finished = {"counts": orjson.dumps(counts), "finished_at": now}
    connection.execute(runs.update().where(runs.c.run_id == run_id).values(finished))
    after_writing(connection, (customers, labels))


def forget(database: Database, kept_runs: int) -> None:
    """Delete all but the latest runs, by itself: nobody waits for the new one meanwhile."""
    with database.writing() as connection:
        kept = select(runs.c.run_id).order_by(runs.c.run_id.desc()).limit(kept_runs)
        connection.execute(delete(runs).where(runs.c.run_id.not_in(kept)))
