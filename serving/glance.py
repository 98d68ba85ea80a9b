"""One customer of the current run, read on the event loop for as long as that is quick.

To read a customer's row of a file takes less than to hand the question to a thread and the answer
back. While it lasts nobody else is answered, though: so whenever it was not quick, or failed, the
loop is spared it for a while, and questions go to threads, which have patience and tell errors.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from sqlalchemy import literal_column, select
from sqlalchemy.dialects import sqlite

from serving.database import SQLiteFile
from serving.records import Run, customers, run_of, runs
from serving.schema import found_version, is_readable
from serving.sqlite_file import identity
from serving.writing import UNFINISHED

SLOW_S = 0.05  # longer than threads that compute keep the loop waiting
SPARED = 10  # times as long as it took, so that of the loop's time at most a tenth is lost
LATEST = (
    select(runs.c.run_id)
    .where(runs.c.finished_at != UNFINISHED)
    .order_by(runs.c.run_id.desc())
    .limit(1)
    .scalar_subquery()
)
# One statement, so of one state of the store.
IN_LATEST = (
    select(found_version, *runs.c, customers.c.status, customers.c.prediction)
    .join_from(
        runs,
        customers,
        (customers.c.run_id == runs.c.run_id) & (customers.c.customer_id == literal_column("?")),
    )
    .where(runs.c.run_id == LATEST)
)
SQL = str(IN_LATEST.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))


@dataclass(frozen=True)
class Glimpse:
    """What a run says of a customer, without what it was said from.

    Attributes:
        customer_id: The customer.
        status: As in CustomerRecord.
        prediction: Likewise.
    """

    customer_id: str
    status: str
    prediction: dict[str, Any] | None


class Glance:
    """Reads a store in a file by a connection of its own; for one thread, the event loop's."""

    def __init__(self, file: SQLiteFile, seconds: Callable[[], float] = monotonic) -> None:
        """Open nothing yet; `seconds` never go back."""
        self._file = file
        self._seconds = seconds
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[int, int] | None = None  # which file
        self._spared_until = 0.0

    def at(self, customer_id: str) -> tuple[Run, Glimpse] | None:
        """What the current run says of a customer.

        None where it knows nobody of that id, or cannot be read quickly, or at all.
        """
        began = self._seconds()
        if began < self._spared_until:
            return None
        try:
            row = self._row(customer_id)
        except (sqlite3.Error, OSError):
            self.close()
            ended = self._seconds()
            self._spared_until = ended + SPARED * max(SLOW_S, ended - began)
            return None
        took = self._seconds() - began
        if took > SLOW_S:
            self._spared_until = began + took + SPARED * took
        if row is None or not is_readable(row[0]):
            return None
        _form, *of_run, status, prediction = row
        run = run_of(tuple(of_run))
        told = None if prediction is None else run.names.prediction_of(prediction)
        return run, Glimpse(customer_id, status, told)

    def close(self) -> None:
        """Let go of the file; the next glance opens it anew."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _row(self, customer_id: str) -> Any:
        file = identity(self._file.path)
        if self._opened != file:  # another was put in its place
            self.close()
        if self._connection is None:
            self._connection = self._file.impatient()
            self._opened = file
        # All of what is found is fetched, so that no state of the store is held on to.
        rows = self._connection.execute(SQL, (customer_id,)).fetchall()
        return rows[0] if rows else None
