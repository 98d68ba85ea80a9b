"""The audit log: appended to, never changed; each entry holds the hash of the one before."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, replace
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select, update

from serving.access.database import START, AccessDatabase
from serving.access.records import Entry, audit, audit_end
from serving.errors import StoreError


def append(
    connection: Connection, who: str, action: str, details: Mapping[str, Any], now: datetime
) -> Entry:
    """Append one entry within a transaction of `AccessDatabase.writing`.

    Args:
        connection: Of the transaction, which also makes the change that the entry tells of.
        who: The key's id, `cli:` and a user, or `unknown`.
        action: What was done or refused, such as `key.created`.
        details: More on it as JSON values; nothing that names a customer.
        now: UTC.
    """
    # SQLite has one writer anyway; elsewhere the lock on this row makes it one.
    last = connection.execute(select(audit_end).with_for_update()).one()
    entry = Entry(
        sequence=last.sequence + 1,
        at=now.astimezone(UTC).isoformat(timespec="microseconds"),
        who=who,
        action=action,
        details=orjson.dumps(details, option=orjson.OPT_SORT_KEYS).decode(),
        previous=last.hash,
        hash="",
    )
    entry = replace(entry, hash=hash_of(entry))
    connection.execute(insert(audit).values(asdict(entry)))
    connection.execute(update(audit_end).values(sequence=entry.sequence, hash=entry.hash))
    return entry


def hash_of(entry: Entry) -> str:
    """SHA-256 of all fields but the hash itself, as a JSON list."""
    # What was put there as no text is no fault of the check, and has another hash.
    content = orjson.dumps(astuple(entry)[:-1], default=repr)
    return hashlib.sha256(content).hexdigest()


class Audit:
    """The log of one database."""

    def __init__(self, database: AccessDatabase) -> None:
        """Remember where."""
        self._database = database

    def append(self, who: str, action: str, details: Mapping[str, Any], now: datetime) -> Entry:
        """Append one entry; on disk when this returns.

        Raises:
            StoreError: It cannot be written; what it tells of must then not be done.
        """
        with self._database.writing() as connection:
            return append(connection, who, action, details, now)

    def latest(self, most: int, actions: Sequence[str] = ()) -> list[Entry]:
        """The latest entries, newest first; of these actions only, if any are named.

        Raises:
            StoreError: The log cannot be read.
        """
        with self._database.reading() as connection:
            if connection is None:
                return []
            asked = select(audit).order_by(audit.c.sequence.desc()).limit(most)
            if actions:
                asked = asked.where(audit.c.action.in_(actions))
            return [Entry(**row._asdict()) for row in connection.execute(asked)]

    @contextmanager
    def whole(self) -> Iterator[tuple[tuple[int, str], Iterator[Entry]]]:
        """The log in one state: sequence and hash of its last entry, and all entries in order.

        Raises:
            StoreError: The log cannot be read, or has lost its record of where it ends.
        """
        with self._database.reading() as connection:
            if connection is None:
                yield (0, START), iter(())
                return
            end = connection.execute(select(audit_end)).one_or_none()
            if end is None:
                raise StoreError(
                    f"{self._database.path}: the audit log's record of its last entry was "
                    "removed; restore the file from a backup"
                )
            asked = select(audit).order_by(audit.c.sequence)
            rows = connection.execute(asked.execution_options(yield_per=1000))
            yield (end.sequence, end.hash), (Entry(**row._asdict()) for row in rows)
