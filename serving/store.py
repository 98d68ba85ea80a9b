"""The store: scoring runs and what each says of every customer, in SQLite.

A run is written in one transaction that ends by making it the current one, so readers see the
whole of the old run or the whole of the new one.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    bindparam,
    create_engine,
    delete,
    event,
    insert,
    select,
)
from sqlalchemy.exc import SQLAlchemyError

from features.own.schema import UNKNOWN
from serving.cursors import make_secret
from serving.errors import StoreError, UnknownCustomerError
from serving.labels import Batch, write_labels
from serving.records import (
    CustomerRecord,
    Run,
    customers,
    metadata,
    record_of,
    row_of,
    runs,
)
from serving.upgrade import add_missing_columns

KEPT_RUNS = 3
BUSY_TIMEOUT_MS = 30_000


# Made once: making a query takes longer than asking it.
_LATEST = select(runs.c.run_id).order_by(runs.c.run_id.desc()).limit(1).scalar_subquery()
RUN_FIELDS = tuple(column.name for column in runs.c)
_TOLD = (
    select(customers, *(column for column in runs.c if column.name != "run_id"))
    .join_from(customers, runs, runs.c.run_id == customers.c.run_id)
    .where(runs.c.run_id == _LATEST)
)
_ONE = _TOLD.where(customers.c.customer_id == bindparam("customer_id"))
_SOME = _TOLD.where(customers.c.customer_id.in_(bindparam("customer_ids", expanding=True)))


class Store:
    """Scoring runs in one SQLite file."""

    def __init__(self, path: Path) -> None:
        """Remember where; nothing is opened before the first call."""
        self.path = path
        self._engine: Engine | None = None

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
            StoreError: The file cannot be written.
        """
        counts: dict[str, int] = {}
        attributes: Sequence[str] = ()
        self._make_tables()
        with self._connection(writing=True) as connection:
            run_id = connection.execute(
                insert(runs)
                .values(
                    as_of=_moment(as_of),
                    bundle_id=bundle_id,
                    catalog_hash=catalog_hash,
                    data_until=_moment(data_until),
                    finished_at="",
                    counts=orjson.dumps({}),
                    attributes=orjson.dumps([]),
                )
                .returning(runs.c.run_id)
            ).scalar_one()
            for batch in batches:
                if batch.records:
                    rows = [row_of(run_id, record) for record in batch.records]
                    connection.execute(insert(customers), rows)
                write_labels(connection, run_id, batch)
                attributes = batch.attributes or attributes
                for record in batch.records:
                    counts[record.status] = counts.get(record.status, 0) + 1
            finished = runs.update().where(runs.c.run_id == run_id)
            now = datetime.now(UTC).isoformat(timespec="seconds")
            told = {"counts": orjson.dumps(counts), "attributes": orjson.dumps(attributes)}
            connection.execute(finished.values(**told, finished_at=now))
            connection.execute(delete(runs).where(runs.c.run_id <= run_id - KEPT_RUNS))
            run = self._current_run(connection)
            connection.commit()
        return run

    def current_run(self) -> Run:
        """The latest whole run.

        Raises:
            StoreError: There is none, or the store cannot be read.
        """
        with self._connection() as connection:
            return self._current_run(connection)

    @contextmanager
    def reading(self) -> Iterator[tuple[Connection, list[Run]]]:
        """A connection that sees one state of the store throughout, and its runs, latest first.

        Raises:
            StoreError: There is no run, or the store cannot be read.
        """
        with self._connection() as connection:
            connection.exec_driver_sql("BEGIN")
            found = connection.execute(select(runs).order_by(runs.c.run_id.desc()))
            kept = [_run_of(row) for row in found]
            if not kept:
                raise self._nothing_scored()
            yield connection, kept

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
        with self._connection() as connection:
            if len(customer_ids) == 1:
                rows = connection.execute(_ONE, {"customer_id": customer_ids[0]}).all()
            else:
                rows = connection.execute(_SOME, {"customer_ids": customer_ids}).all()
            # Of the very run that they were found in; another may be current by now.
            run = _run_of(rows[0]) if rows else self._current_run(connection)
        found = {row.customer_id: record_of(row) for row in rows}
        unknown = [i for i, customer_id in enumerate(customer_ids) if customer_id not in found]
        if unknown:
            raise UnknownCustomerError(
                f"{len(unknown)} of {len(customer_ids)} customers asked for are not in the scoring "
                f"run as of {run.as_of}; check the id, or run `retinue score` on data that holds "
                "the customer",
                unknown,
            )
        return run, [found[customer_id] for customer_id in customer_ids]

    def _current_run(self, connection: Connection) -> Run:
        latest = select(runs).order_by(runs.c.run_id.desc()).limit(1)
        row = connection.execute(latest).one_or_none()
        if row is None:
            raise self._nothing_scored()
        return _run_of(row)

    def _make_tables(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(0o600, exist_ok=True)  # customers are no other user's business
        except OSError as error:
            raise StoreError(
                f"{self.path}: the store cannot be written: {error.strerror}; "
                "name another [output] folder"
            ) from error
        with self._connection(writing=True) as connection:
            metadata.create_all(connection)
            add_missing_columns(connection)
            make_secret(connection)
            connection.commit()

    def _nothing_scored(self) -> StoreError:
        return StoreError(f"{self.path}: no scoring run yet; run `retinue score` first")

    @contextmanager
    def _connection(self, *, writing: bool = False) -> Iterator[Connection]:
        if not writing and not self.path.is_file():
            raise self._nothing_scored()
        if self._engine is None:
            self._engine = _engine(self.path)
        try:
            with self._engine.connect() as connection:
                if writing:
                    # Take the one writer's place now, not at the first write.
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
        except SQLAlchemyError as error:
            cause = str(getattr(error, "orig", error)).splitlines()[0]
            if "locked" in cause:
                raise StoreError(
                    f"{self.path}: another process is writing a run; try again when it is done"
                ) from error
            if not writing and "no such" in cause:
                raise StoreError(
                    f"{self.path}: not written by this version of Retinue ({cause}); "
                    "run `retinue score`, which keeps what is there and adds what it lacks"
                ) from error
            raise StoreError(
                f"{self.path}: the store cannot be {'written' if writing else 'read'}: {cause}; "
                "check the disk and its permissions, or move the file and its -wal aside and run "
                "`retinue score`"
            ) from error


def _moment(moment: datetime | None) -> str:
    return UNKNOWN if moment is None else moment.isoformat() + "Z"


def _run_of(row: Any) -> Run:
    values = {name: getattr(row, name) for name in RUN_FIELDS}
    counts, attributes = orjson.loads(values["counts"]), tuple(orjson.loads(values["attributes"]))
    return Run(**{**values, "counts": counts, "attributes": attributes})


def _engine(path: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"isolation_level": None},
        hide_parameters=True,  # an error's chain would hold customer ids
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")

    return engine
