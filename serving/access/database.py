"""Where keys and the audit log are kept: a file of their own beside the store.

docs/decisions says why they are not in the store's file.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import DDL, Connection, Engine, event, insert, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from serving.access.records import audit, audit_end, metadata
from serving.errors import StoreError
from serving.sqlite_file import engine_of, make_private

BUSY_TIMEOUT_MS = 5_000  # an entry is written in milliseconds, so whoever holds it longer hangs
START = "0" * 64  # what the first entry says of the entry before

for verb in ("UPDATE", "DELETE"):
    refuse = DDL(  # type: ignore[no-untyped-call] # SQLAlchemy 2.1 has left it without types
        f"CREATE TRIGGER IF NOT EXISTS audit_no_{verb.lower()} BEFORE {verb} ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is only appended to'); END"
    )
    event.listen(audit, "after_create", refuse.execute_if(dialect="sqlite"))


class AccessDatabase:
    """Keys and the audit log in one SQLite file."""

    def __init__(self, path: Path) -> None:
        """Remember where; nothing is opened before the first call."""
        self.path = path
        self._engine: Engine | None = None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction of the one writer, committed at the end; makes the tables it lacks.

        Raises:
            StoreError: The file cannot be written.
        """
        with self._told("written"):
            self._make_file()
            with self._engine_of_file().connect() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                metadata.create_all(connection)
                if connection.execute(select(audit_end.c.one)).first() is None:
                    connection.execute(insert(audit_end).values(one=1, sequence=0, hash=START))
                yield connection
                connection.commit()

    @contextmanager
    def reading(self) -> Iterator[Connection | None]:
        """A connection that sees one state throughout; None where nothing was ever written.

        Raises:
            StoreError: The file cannot be read.
        """
        if not self.path.exists():
            yield None
            return
        with self._told("read"), self._engine_of_file().connect() as connection:
            connection.exec_driver_sql("BEGIN")
            whole = inspect(connection).has_table(audit_end.name)
            yield connection if whole else None

    def _engine_of_file(self) -> Engine:
        if self._engine is None:
            self._engine = engine_of(
                self.path,
                # A full flush: what was answered for must be on record after a crash as well.
                (f"busy_timeout = {BUSY_TIMEOUT_MS}", "synchronous = FULL"),
                poolclass=NullPool,  # one kept open would go on with a file that was replaced
            )
        return self._engine

    def _make_file(self) -> None:
        try:
            make_private(self.path)
        except OSError as error:
            raise StoreError(
                f"{self.path}: keys and audit log cannot be written: {error.strerror}; "
                "mend its permissions, or name another [output] folder"
            ) from error

    @contextmanager
    def _told(self, done: str) -> Iterator[None]:
        """Say what is wrong with the file in one line."""
        try:
            yield
        except SQLAlchemyError as error:
            cause = str(getattr(error, "orig", error)).splitlines()[0]
            raise StoreError(
                f"{self.path}: keys and audit log cannot be {done}: {cause}; check the disk and "
                "its permissions, and restore the file from a backup if it is broken"
            ) from error
