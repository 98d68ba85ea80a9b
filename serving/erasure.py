"""Erase customers: from every scoring run that the store keeps, and from one that was broken off.

What a run says of everybody together stays as it was told: its counts and the sizes of segments.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from sqlalchemy import ColumnElement, Connection, Table, delete, select, update

from serving.bulk import after_writing
from serving.database import MOST_VALUES, askable
from serving.errors import BeingWrittenError, UnderWayError
from serving.idempotency import Answered, Once, done_once
from serving.labels import labels
from serving.records import customers, runs
from serving.store import Store
from serving.writing import UNFINISHED


@dataclass(frozen=True)
class Erasure:
    """What was erased; it names nobody.

    Attributes:
        erased: Customers who stood in a run, and stand in none any more.
        unknown: Customers who stood in none.
        runs: Whole runs that they were erased from.
        erased_at: The moment, ISO 8601, UTC.
    """

    erased: int
    unknown: int
    runs: int
    erased_at: str


def erase(
    store: Store,
    customer_ids: Sequence[str],
    once: Once | None = None,
    now: datetime | None = None,
) -> Answered:
    """Erase customers; the answer is an `Erasure` as JSON.

    Args:
        store: That they are erased from.
        customer_ids: Whom; an id that no run knows is counted.
        once: Where the caller may ask again.
        now: The moment, UTC; that of the clock if None.

    Raises:
        UnderWayError: Another process writes, a run or an erasure, perhaps this very one.
        KeyReusedError: The caller asked for something else with that key.
        StoreError: Nothing was scored yet, or the store cannot be written.
    """
    moment = now or datetime.now(UTC)
    store.check()
    try:
        with store.database.scoring(), store.database.erasing() as connection:
            return done_once(
                connection,
                once,
                moment,
                lambda: orjson.dumps(_erase(connection, set(customer_ids), moment)),
            )
    except BeingWrittenError as error:
        raise UnderWayError(
            f"{store.database}: another process writes, a scoring run or an erasure; nothing was "
            "erased, so ask again in a while, with the same Idempotency-Key if there is one"
        ) from error


def _erase(connection: Connection, ids: set[str], now: datetime) -> Erasure:
    erased: set[str] = set()
    whole = 0
    for run_id, finished_at in connection.execute(select(runs.c.run_id, runs.c.finished_at)).all():
        found = _standing(connection, run_id, ids)
        erased |= found
        if not found:
            continue
        if finished_at == UNFINISHED:  # one of whom a part is gone cannot be gone on with
            connection.execute(delete(runs).where(runs.c.run_id == run_id))
            continue
        whole += 1
        for table in (labels, customers):
            for these in _these(table, run_id, found):
                connection.execute(delete(table).where(these))
        counted = update(runs).where(runs.c.run_id == run_id)
        connection.execute(counted.values(erased=runs.c.erased + len(found)))
    if erased:
        after_writing(connection, (customers, labels))  # PostgreSQL's statistics name some ids
    return Erasure(len(erased), len(ids - erased), whole, now.isoformat(timespec="seconds"))


def _standing(connection: Connection, run_id: int, ids: set[str]) -> set[str]:
    found: set[str] = set()
    for these in _these(customers, run_id, askable(connection, ids)):
        found.update(connection.execute(select(customers.c.customer_id).where(these)).scalars())
    return found


def _these(table: Table, run_id: int, ids: Iterable[str]) -> Iterator[ColumnElement[bool]]:
    """Conditions that are met by those rows, of so many each as a statement takes."""
    order = sorted(ids)
    for start in range(0, len(order), MOST_VALUES):
        some = order[start : start + MOST_VALUES]
        yield (table.c.run_id == run_id) & table.c.customer_id.in_(some)
