"""Files of any length are written in the memory of a few pages."""

import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from features.export import ExportError
from serving.at_risk import EVERYONE, Query, pages
from serving.at_risk_files import at_risk_bytes, write_at_risk
from serving.errors import RunGoneError
from serving.store import Store
from tests.serving.records import scored, write

FEW, MANY = 400, 2_400


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Store]:
    """By how many customers they hold."""
    found = {}
    for count in (FEW, MANY):
        found[count] = Store(tmp_path_factory.mktemp("lists") / f"{count}.db")
        write(found[count], [scored(f"{i}", i / count) for i in range(count)])
    return found


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_memory_does_not_grow_with_the_list(
    stores: dict[int, Store], monkeypatch: pytest.MonkeyPatch, kind: Any
) -> None:
    monkeypatch.setattr("serving.at_risk.PAGE", 100)
    monkeypatch.setattr("features.export.ROWS_PER_GROUP", 200)
    peaks, sizes = {}, {}
    # The short list twice: what is imported or cached the first time does not count.
    for count in (FEW, FEW, MANY):
        tracemalloc.start()
        sizes[count] = sum(
            len(piece)
            for piece in at_risk_bytes(pages(stores[count], Query(EVERYONE), "EUR"), kind)
        )
        peaks[count] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert sizes[MANY] > 5 * sizes[FEW]
    # A line that is held takes a thousand bytes at least.
    assert peaks[MANY] - peaks[FEW] < 150 * (MANY - FEW)


def test_a_list_that_breaks_off_leaves_the_file_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serving.at_risk.PAGE", 2)
    store, path = Store(tmp_path / "store.db"), tmp_path / "list.csv"
    path.write_text("before", encoding="utf-8")
    write(store, [scored(f"{i}") for i in range(9)])
    found = pages(store, Query(EVERYONE), "EUR")

    def interrupted(written: int) -> None:
        if written == 4:
            for _ in range(3):
                write(store, [scored("new")])

    with pytest.raises(RunGoneError):
        write_at_risk(found, path, advance=interrupted)
    assert path.read_text(encoding="utf-8") == "before"
    assert {file.name for file in tmp_path.glob("*list*")} == {"list.csv"}


def test_another_ending_is_refused_before_a_page_is_read(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"name a .csv or .parquet file"):
        write_at_risk(iter(()), tmp_path / "list.xlsx")
