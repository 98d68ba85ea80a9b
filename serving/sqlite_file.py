"""SQLite files that are their owner's alone, in WAL mode, with the pragmas that each user needs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError

PRIVATE = 0o600  # SQLite gives what it makes beside the file the same permissions


def make_private(path: Path) -> None:
    """Make a file that is lacking, and its folder.

    Raises:
        OSError: It cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(PRIVATE, exist_ok=True)


def engine_of(path: Path, pragmas: Sequence[str], **how: Any) -> Engine:
    """What makes connections to a file; a transaction begins where its user says so.

    Args:
        path: Of the file; nothing is opened before it is asked.
        pragmas: Of each connection, before WAL is asked for: the page size comes first.
        how: As SQLAlchemy's `create_engine` takes it.
    """
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"isolation_level": None},
        hide_parameters=True,  # an error's chain would hold customer ids
        **how,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        record.info["file"] = identity(path)
        for pragma in (*pragmas, "journal_mode = WAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "checkout")
    def same_file(_connection: Any, record: Any, _proxy: object) -> None:
        if record.info["file"] != identity(path):
            raise DisconnectionError("another file was put in the place of this one")

    return engine


def identity(path: Path) -> tuple[int, int]:
    """Which file stands at a path.

    Raises:
        OSError: None does.
    """
    found = path.stat()
    return found.st_dev, found.st_ino
