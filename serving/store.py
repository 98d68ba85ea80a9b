"""The store: scoring runs and what each says of every customer.

A run is written in one transaction that ends by making it the current one, so readers see the
whole of the old run or the whole of the new one.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Select, bindparam, delete, insert, select

from features.own.schema import UNKNOWN
from features.sources.postgres_address import PostgresAddress
from serving.bulk import after_writing, insert_rows
from serving.cursors import make_secret
from serving.database import askable, database_at, nothing_scored
from serving.errors import UnknownCustomerError
from serving.labels import Batch, labels, write_labels
from serving.limits import KEPT_RUNS
from serving.migrate import bring_up_to_date
from serving.names import Names
from serving.records import (
    COLUMNS,
    CustomerRecord,
    Run,
    customers,
    record_of,
    row_of,
    runs,
)
from serving.schema import found_version, refuse_other

# Made once: to make a query takes longer than to look a customer up.
LATEST_FIRST = select(found_version.label("form"), runs).order_by(runs.c.run_id.desc())
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

    def write_run(
        self,
        batches: Iterable[Batch],
        *,
        as_of: datetime | None,
        data_until: datetime | None,
        bundle_id: str,
        catalog_hash: str,
    ) -> Run:
        """Write a whole run and make it current; on any failure the old one stays.

        Args:
            batches: Each customer once; the last brings what the run keeps of its schemes.
            as_of: The run's as-of date; None where it is not known.
            data_until: Moment of the last order known; likewise.
            bundle_id: The model that scored.
            catalog_hash: Of the catalog behind the features.

        Raises:
            StoreError: The store cannot be written.
        """
        # By itself, and so for a moment only: on PostgreSQL it may hold up who reads.
        with self.database.writing() as connection:
            bring_up_to_date(connection, self.database)
            make_secret(connection)
        with self.database.writing() as connection:
            began = {
                "as_of": _moment(as_of),
                "bundle_id": bundle_id,
                "catalog_hash": catalog_hash,
                "data_until": _moment(data_until),
                "finished_at": "",
                "counts": orjson.dumps({}),
                "attributes": orjson.dumps([]),
            }
            run_id = connection.execute(
                insert(runs).values(began).returning(runs.c.run_id)
            ).scalar_one()
            told = _write_batches(connection, run_id, batches)
            now = datetime.now(UTC).isoformat(timespec="seconds")
            finished = runs.update().where(runs.c.run_id == run_id)
            connection.execute(finished.values(**told, finished_at=now))
            after_writing(connection, (customers, labels))
            run = self._runs(connection, LATEST)[0]
        # By itself too: nobody waits for the new run until the old ones are deleted.
        with self.database.writing() as connection:
            kept = select(runs.c.run_id).order_by(runs.c.run_id.desc()).limit(self._kept_runs)
            connection.execute(delete(runs).where(runs.c.run_id.not_in(kept)))
        return run

    def current_run(self) -> Run:
        """The latest whole run.

        Raises:
            StoreError: There is none, or the store cannot be read.
        """
        with self.database.reading() as connection:
            return self._runs(connection, LATEST)[0]

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

    def close(self) -> None:
        """Let go of what is open; who asks again opens it anew."""
        self.database.engine.dispose()

    def _runs(self, connection: Connection, asked: Select[Any]) -> list[Run]:
        """Runs, latest first, if the store is of this version and has any."""
        found = connection.execute(asked).all()
        if not found:
            raise nothing_scored(self.database)
        refuse_other(found[0].form, self.database)
        return [_run_of(row) for row in found]


def _write_batches(connection: Connection, run_id: int, batches: Iterable[Batch]) -> dict[str, Any]:
    """Write the customers; what the run says of them all, as columns of its row."""
    counts: dict[str, int] = {}
    attributes: Sequence[str] = ()
    names = Names()
    for batch in batches:
        if batch.records:
            names = names.knowing(batch.records)
            rows = [row_of(run_id, record, names) for record in batch.records]
            insert_rows(connection, customers, COLUMNS, rows)
        write_labels(connection, run_id, batch)
        attributes = batch.attributes or attributes
        for record in batch.records:
            counts[record.status] = counts.get(record.status, 0) + 1
    told = {"counts": counts, "attributes": attributes, "names": names}
    return {name: orjson.dumps(said) for name, said in told.items()}


def _moment(moment: datetime | None) -> str:
    return UNKNOWN if moment is None else moment.isoformat() + "Z"


def _run_of(row: Any) -> Run:
    values = row._asdict()
    del values["form"]
    read = {
        "counts": orjson.loads(values["counts"]),
        "attributes": tuple(orjson.loads(values["attributes"])),
        "names": Names.read(values["names"]),
    }
    return Run(**values | read)
