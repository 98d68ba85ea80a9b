"""What is dear to make is made once for all of pytest's workers, and must never be written to."""

import fcntl
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

# SQLite and MLflow make them beside what is read; they hold nothing of their own, once what was
# written is put into the database.
MADE_BY_READING = ("*.db-wal", "*.db-shm", "*.db-journal", "registered_model_meta")


def made_once(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]
) -> Iterator[Path]:
    """A folder that the first worker to ask for it makes; to be yielded from by a fixture.

    Args:
        factory: Of the session.
        name: Of the folder; its path is the same in every worker.
        make: Fills the folder, which is there and empty.

    Raises:
        AssertionError: At the end of the session, where a file of it is not as it was made.
    """
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    made = folder.with_name(f"{name}.made")
    with _alone(folder.with_name(f"{name}.lock")):
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of a worker that failed half-way
            folder.mkdir()
            make(folder)
            _put_into_databases(folder)
            made.write_text("\n".join(fingerprint(folder)), encoding="utf-8")
    yield folder
    changed = sorted(set(made.read_text("utf-8").splitlines()) ^ set(fingerprint(folder)))
    assert not changed, f"a test wrote to what all tests share (copy it first): {changed}"


def _put_into_databases(folder: Path) -> None:
    """Whoever wrote may hold its connection still, and with it what it wrote beside the file."""
    for path in folder.rglob("*.db"):
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def copy(folder: Path, to: Path) -> Path:
    """A copy that a test may break."""
    # What SQLite makes beside a database comes and goes while others read it.
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns(*MADE_BY_READING))
    return to


def fingerprint(folder: Path) -> list[str]:
    """Each file with the hash of its content; of a database, of what it holds."""
    return [
        f"{path.relative_to(folder)} {hashlib.sha256(_content(path)).hexdigest()}"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(path.match(made) for made in MADE_BY_READING)
    ]


def _content(path: Path) -> bytes:
    if path.suffix != ".db":
        return path.read_bytes()
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump()).encode()


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # until the file is closed, or its process ends
        yield
