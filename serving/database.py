"""Where the store is: an SQLite file, or a PostgreSQL database. What differs between them is here.

Of either, whoever writes has the one writer's place until they are done, and whoever reads sees
one state throughout, waiting for nobody, whatever is written or deleted meanwhile.
"""

import fcntl
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from features.sources.postgres_address import PostgresAddress
from serving.errors import (
    BeingWrittenError,
    StoreError,
    StoreNotWrittenError,
    StoreUnreachableError,
)
from serving.sqlite_file import engine_of, make_private

POSTGRES = "postgresql"
WRITER_PATIENCE_MS = 30_000
ANSWER_PATIENCE_MS = 30_000
WRITING_PATIENCE_MS = 3_600_000  # a million customers' indexes, or their deletion
CONNECTION_PATIENCE_S = 5
PAGE_BYTES = 2**14
WAL_BYTES_KEPT = 64 * 2**20
MOST_VALUES = 1000  # of one statement, which takes some thousands
# A server that is gone without a word is noticed within half a minute.
CONNECTED = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "retinue",
}
# Of a session; the middle ones let the database notice that a writer is gone without a word.
SESSION = (
    f"SET statement_timeout = {ANSWER_PATIENCE_MS}; SET tcp_keepalives_idle = 30; "
    "SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3; SET TIME ZONE 'UTC'"
)
LOCK_CLASS = 0x5E7  # of advisory locks that other programs may take in the same database
CAUSE = re.compile(r"(?:ERROR|FATAL):\s*(?P<cause>[^\n]+)")
LOCKED, UNDEFINED_TABLE = "55P03", "42P01"
# States in which it may answer in a moment: gone, shutting down, starting, full of connections, a
# standby that catches up. Where nobody let us in, there is no state, or one of the last two.
AWAY = ("08", "57P", "53300", "40", "28", "3D")


class SQLiteFile:
    """A file in WAL mode, its owner's alone."""

    def __init__(self, path: Path) -> None:
        """Remember where; nothing is opened before it is needed."""
        self.path = path

    def __str__(self) -> str:
        """The path, as error messages say it."""
        return str(self.path)

    @cached_property
    def engine(self) -> Engine:
        """Makes connections to the file."""
        return engine_of(
            self.path,
            (
                f"busy_timeout = {WRITER_PATIENCE_MS}",
                # Of a file that is new: a customer fits into a page, and several share one.
                f"page_size = {PAGE_BYTES}",
                # Once a large run is put into the file, what it took beside it is given back.
                f"journal_size_limit = {WAL_BYTES_KEPT}",
            ),
        )

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction of the one writer, committed at the end; makes a file that is lacking.

        Raises:
            StoreError: The file cannot be written.
        """
        self._make_file()
        with self._told("written"), self.engine.connect() as connection:
            # Take the one writer's place now, not at the first write.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()

    @contextmanager
    def erasing(self) -> Iterator[Connection]:
        """As `writing`; deleted rows are overwritten, in the file and in what is beside it.

        Not what stands in gaps of other pages: only a file written anew (`VACUUM`) has none of it.

        Raises:
            StoreError: The file cannot be written.
        """
        with self.writing() as connection:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
            try:
                yield connection
            finally:
                connection.exec_driver_sql("PRAGMA secure_delete = OFF")
        # It is done, whatever comes of this: who reads an older state, or a full disk, puts it off
        # until somebody writes again.
        with suppress(sqlite3.Error), closing(self.impatient()) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the store throughout.

        Raises:
            StoreError: There is no file, or it cannot be read.
        """
        if not self.path.is_file():
            raise nothing_scored(self)
        with self._told("read"), self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            yield connection

    def impatient(self) -> sqlite3.Connection:
        """The driver's own connection, to read by, that waits for nobody.

        Each of its statements sees a state of its own. To ask through SQLAlchemy takes three times
        as long as SQLite does.
        """
        return sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode=rw",  # what is not there is not made
            uri=True,
            timeout=0,
            isolation_level=None,
            check_same_thread=False,  # who opens it may leave it to another
        )

    @contextmanager
    def scoring(self) -> Iterator[None]:
        """The place of the one process that writes a run; given up when the process ends.

        Raises:
            StoreError: Another has it.
        """
        place = self.path.with_name(f"{self.path.name}.scoring")
        self._make_file(place)
        with place.open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise _being_written(self) from None
            yield

    def _make_file(self, path: Path | None = None) -> None:
        try:
            make_private(path or self.path)
        except OSError as error:
            raise StoreNotWrittenError(
                f"{self}: the store cannot be written: {error.strerror}; "
                "name another [output] folder"
            ) from error

    @contextmanager
    def _told(self, done: str) -> Iterator[None]:
        """Say what is wrong with the file in one line."""
        try:
            yield
        except SQLAlchemyError as error:
            cause = str(getattr(error, "orig", error)).splitlines()[0]
            if "locked" in cause:
                raise _being_written(self) from error
            if done == "read" and "no such" in cause:
                raise StoreError(
                    f"{self}: not written by this version of Retinue ({cause}); "
                    "run `retinue score`, which keeps what is there and adds what it lacks"
                ) from error
            kind = StoreNotWrittenError if done == "written" else StoreError
            raise kind(
                f"{self}: the store cannot be {done}: {cause}; check the disk and its "
                "permissions, or move the file and its -wal aside and run `retinue score`"
            ) from error


class PostgresDatabase:
    """The tables of a PostgreSQL database, in the schema that comes first on the search path."""

    def __init__(self, address: PostgresAddress) -> None:
        """Remember where; nothing is connected before it is needed."""
        self.address = address

    def __str__(self) -> str:
        """The address without password, as error messages say it."""
        return str(self.address)

    @cached_property
    def engine(self) -> Engine:
        """Makes connections, and makes them anew once the database was restarted."""
        import psycopg  # imported only where there is such a store
        from psycopg.conninfo import conninfo_to_dict

        def connect() -> Any:
            asked: dict[str, Any] = {**CONNECTED, **conninfo_to_dict(self.address.uri)}
            connection = psycopg.connect(**asked)
            connection.execute(SESSION)
            connection.commit()
            return connection

        return create_engine(
            "postgresql+psycopg://",
            creator=connect,
            pool_pre_ping=True,
            pool_timeout=CONNECTION_PATIENCE_S,
            hide_parameters=True,
        )

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction of the one writer, committed at the end.

        Raises:
            StoreError: The tables cannot be written.
            StoreUnreachableError: The database does not answer.
        """
        with self._told("written"), self.engine.connect() as connection:
            connection.exec_driver_sql(
                f"SET LOCAL lock_timeout = {WRITER_PATIENCE_MS}; "
                f"SET LOCAL statement_timeout = {WRITING_PATIENCE_MS}; "
                "SET LOCAL idle_in_transaction_session_timeout = 0"  # while a batch is scored
            )
            # Not a lock of a table: readers, and who looks after the database, go on.
            connection.exec_driver_sql(
                f"SELECT pg_advisory_xact_lock({LOCK_CLASS}, hashtext(current_schema()))"
            )
            yield connection
            connection.commit()

    # No row is overwritten there; after a vacuum the database takes its room for others.
    erasing = writing

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the store throughout.

        Raises:
            StoreError: The tables cannot be read.
            StoreUnreachableError: The database does not answer.
        """
        with self._told("read"), self.engine.connect() as connection:
            yield connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    @contextmanager
    def scoring(self) -> Iterator[None]:
        """The place of the one process that writes a run; given up when its connection ends.

        Raises:
            StoreError: Another has it.
            StoreUnreachableError: The database does not answer.
        """
        key = f"{LOCK_CLASS + 1}, hashtext(current_schema())"
        with self._told("written"):
            connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        with connection:
            with self._told("written"):
                taken = connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({key})")
                if not taken.scalar_one():
                    raise _being_written(self)
            try:
                yield
            finally:
                try:
                    connection.exec_driver_sql(f"SELECT pg_advisory_unlock({key})")
                except SQLAlchemyError:  # the database went away, and the place with it
                    connection.invalidate()

    @contextmanager
    def _told(self, done: str) -> Iterator[None]:
        """Say what is wrong in one line; unchained, as the driver's own text holds customer ids."""
        from psycopg import Error

        try:
            yield
        except (SQLAlchemyError, Error) as error:
            raise self._in_words(error, done) from None

    def _in_words(self, error: Exception, done: str) -> StoreError:
        from psycopg import InterfaceError, OperationalError

        driver = getattr(error, "orig", None) or error
        state = getattr(driver, "sqlstate", None)
        cause = self._cause(driver)
        if state == LOCKED:
            return _being_written(self)
        if state == UNDEFINED_TABLE and done == "read":
            return nothing_scored(self)
        gone = isinstance(driver, OperationalError | InterfaceError | NoConnectionError)
        if gone and (state is None or state.startswith(AWAY)):
            return StoreUnreachableError(
                f"{self}: the database of the store cannot be reached: {cause}; check that it "
                "runs and lets us in, and [store] url"
            )
        kind = StoreNotWrittenError if done == "written" else StoreError
        return kind(
            f"{self}: the store cannot be {done}: {cause}; check the rights of the user and the "
            "space of the database"
        )

    def _cause(self, error: object) -> str:
        found = CAUSE.findall(str(error))
        cause = str(found[-1] if found else str(error).strip().partition("\n")[0])
        for secret in self.address.secrets:
            cause = cause.replace(secret, "***")
        return cause


Database = SQLiteFile | PostgresDatabase


def database_at(place: Path | PostgresAddress) -> Database:
    """The database at a path or address."""
    return SQLiteFile(place) if isinstance(place, Path) else PostgresDatabase(place)


def askable(connection: Connection, texts: Iterable[str]) -> list[str]:
    """Those of some texts that the database can hold, so the others are not in it."""
    if connection.dialect.name != POSTGRES:
        return list(texts)
    return [text for text in texts if "\0" not in text]


def nothing_scored(database: Database) -> StoreError:
    """What to say where no run was written yet."""
    return StoreError(f"{database}: no scoring run yet; run `retinue score` first")


def _being_written(database: Database) -> BeingWrittenError:
    return BeingWrittenError(
        f"{database}: another process is writing a run; try again when it is done"
    )
