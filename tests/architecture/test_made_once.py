"""What all tests share is made once, and whoever writes to it turns the suite red."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.made_once import made_once


def make(folder: Path) -> None:
    (folder / "kept").write_text("as made", encoding="utf-8")
    change(folder / "kept.db", "CREATE TABLE rows AS SELECT 1 AS one")


def change(database: Path, statement: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(statement)


def test_it_is_made_once_and_reading_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> None:
    made: list[Path] = []

    def make_and_count(folder: Path) -> None:
        make(folder)
        made.append(folder)

    for _ in range(2):
        for folder in made_once(tmp_path_factory, name(request), make_and_count):
            with closing(sqlite3.connect(folder / "kept.db")) as connection:
                assert connection.execute("SELECT one FROM rows").fetchall() == [(1,)]

    assert made == [folder]


def test_what_failed_half_way_is_made_anew(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> None:
    def fail(folder: Path) -> None:
        (folder / "torn").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        next(made_once(tmp_path_factory, name(request), fail))

    for folder in made_once(tmp_path_factory, name(request), make):
        assert sorted(path.name for path in folder.iterdir()) == ["kept", "kept.db"]


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda folder: (folder / "kept").write_text("altered"), id="altered"),
        pytest.param(lambda folder: (folder / "new").touch(), id="added"),
        pytest.param(lambda folder: (folder / "kept").unlink(), id="removed"),
        pytest.param(
            lambda folder: change(folder / "kept.db", "UPDATE rows SET one = 2"), id="database"
        ),
    ],
)
def test_what_a_test_wrote_is_found(
    write: Callable[[Path], object],
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> None:
    shared = made_once(tmp_path_factory, name(request), make)
    write(next(shared))
    with pytest.raises(AssertionError, match="a test wrote to what all tests share"):
        next(shared)


def name(request: pytest.FixtureRequest) -> str:
    """A name of the test's own, which can be a folder's."""
    return "".join(letter if letter.isalnum() else "-" for letter in request.node.name)
