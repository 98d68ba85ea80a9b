"""The store: scoring runs and what each says of every customer.

A run is written aside and made the current one once it is whole, so readers see the whole of the
old run or the whole of the new one.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from features.own.schema import UNKNOWN
from features.sources.postgres_address import PostgresAddress
from serving.database import SQLiteFile, askable, database_at, nothing_scored
from serving.errors import StoreError, UnknownCustomerError
from serving.glance import Glance, Glimpse
from serving.limits import KEPT_RUNS
from serving.records import (
    CustomerRecord,
    Origin,
    Run,
    customers,
    record_of,
    run_of,
    runs,
)
from serving.schema import found_version, is_readable, refuse_other
from serving.writing import UNFINISHED, Batches, forget, write

# Made once: to make a query takes longer than to look a customer up.
LATEST_FIRST = (
    select(found_version.label("form"), runs)
    .where(runs.c.finished_at != UNFINISHED)
    .order_by(runs.c.run_id.desc())
)
LATEST = LATEST_FIRST.limit(1)
OF_THESE = select(customers).where(
    customers.c.run_id == bindparam("run"),
    customers.c.customer_id.in_(bindparam("ids", expanding=True)),
)


class Store:
    """Scoring runs in an SQLite file or in a PostgreSQL database."""

    def __init__(self, place: Path | PostgresAddress, *, kept_runs: int = KEPT_RUNS) -> None:
        """Remember where; nothing is opened before the first call.

        Args:
            place: The file or the database.
            kept_runs: How many runs are left when one was written, at least one.
        """
        self.place = place
        self.database = database_at(place)
        self._kept_runs = kept_runs
        self._alone = False
        # Another kind is too far away for it.
        self._glance = Glance(self.database) if isinstance(self.database, SQLiteFile) else None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """The place of the one process that scores; who has it keeps it when a run is written.

        To be taken before tables are read: whoever is erased from them and from here meanwhile
        would come back with the run.

        Raises:
            StoreError: Another process has it.
        """
        if self._alone:
            yield
            return
        with self.database.scoring():
            self._alone = True
            try:
                yield
            finally:
                self._alone = False

    def write_run(
        self,
        batches: Batches,
        origin: Origin,
    ) -> Run:
        """Write a whole run and make it current; on any failure the old one stays.

        Args:
            batches: Each customer once; the last brings what the run keeps of its schemes. A
                function of how many customers an earlier attempt left, where it can be gone on
                with: it gives the rest.
            origin: What the run is of.

        Raises:
            StoreError: The store cannot be written, or another process writes a run.
        """
        about = {
            **asdict(origin),
            "as_of": _moment(origin.as_of),
            "data_until": _moment(origin.data_until),
        }
        with self.alone():
            run_id = write(self.database, about, batches, _now)
            with self.database.reading() as connection:
                run = next(
                    one for one in self._runs(connection, LATEST_FIRST) if one.run_id == run_id
                )
            forget(self.database, self._kept_runs)
        return run

    def current_if(self, made_of: str) -> Run | None:
        """The current run, if it is made of the very same; None too where no run can be read.

        Whoever asks writes one then, and is told what is wrong with the store, if anything is.
        """
        try:
            run = self.current_run()
        except StoreError:
            return None
        return run if run.made_of == made_of else None

    def current_run(self) -> Run:
        """The latest whole run.

        Raises:
            StoreError: There is none, or the store cannot be read.
        """
        with self.database.reading() as connection:
            return self._runs(connection, LATEST)[0]

    def check(self) -> None:
        """See that the store can be written to as it is, though no run in it be whole.

        Raises:
            StoreError: Nothing was scored yet, or the store is of another version.
        """
        with self.database.reading() as connection:
            refuse_other(connection.execute(select(found_version)).scalar(), self.database)

    @contextmanager
    def reading(self) -> Iterator[tuple[Connection, list[Run]]]:
        """A connection that sees one state of the store throughout, and its runs, latest first.

        Raises:
            StoreError: There is no run, or the store cannot be read.
        """
        with self.database.reading() as connection:
            yield connection, self._runs(connection, LATEST_FIRST)

    def customer(self, customer_id: str) -> tuple[Run, CustomerRecord]:
        """One customer of the current run.

        Raises:
            UnknownCustomerError: The run does not know the customer.
            StoreError: There is no run, or the store cannot be read.
        """
        try:
            run, found = self.customers([customer_id])
        except UnknownCustomerError as error:
            raise UnknownCustomerError(str(error), positions=()) from error
        return run, found[0]

    def customers(self, customer_ids: Sequence[str]) -> tuple[Run, list[CustomerRecord]]:
        """Customers of the current run, in the order asked.

        Raises:
            UnknownCustomerError: The run does not know one of them.
            StoreError: There is no run, or the store cannot be read.
        """
        with self.database.reading() as connection:
            run = self._runs(connection, LATEST)[0]
            asked = {"run": run.run_id, "ids": askable(connection, customer_ids)}
            found = {
                row.customer_id: record_of(row, run.names)
                for row in connection.execute(OF_THESE, asked)
            }
        unknown = [i for i, customer_id in enumerate(customer_ids) if customer_id not in found]
        if unknown:
            raise UnknownCustomerError(
                f"{len(unknown)} of {len(customer_ids)} customers asked for are not in the scoring "
                f"run as of {run.as_of}; check the id, or run `retinue score` on data that holds "
                "the customer",
                unknown,
            )
        return run, [found[customer_id] for customer_id in customer_ids]

    def glance(self, customer_id: str) -> tuple[Run, Glimpse] | None:
        """What the current run says of a customer, where it can be had at once.

        For one thread, the event loop's: it waits for nothing. None is no answer, ask `customer`.
        """
        return self._glance.at(customer_id) if self._glance else None

    def close(self) -> None:
        """Let go of what is open; who asks again opens it anew."""
        if self._glance:
            self._glance.close()
        self.database.engine.dispose()

    def _runs(self, connection: Connection, asked: Select[Any]) -> list[Run]:
        """Runs, latest first, if the store is of this version and has any."""
        found = connection.execute(asked).all()
        if not found:
            raise nothing_scored(self.database)
        if not is_readable(found[0].form):
            refuse_other(found[0].form, self.database)
        return [run_of(tuple(row[1:])) for row in found]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _moment(moment: datetime | None) -> str:
    return UNKNOWN if moment is None else moment.isoformat() + "Z"
