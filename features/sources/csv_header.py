"""A CSV's first line: its delimiter and names, found by the columns that a mapping asks for."""

import codecs
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from features.contract import Table
from features.errors import TableError
from features.sources.characters import opened
from features.sources.wanted import Wanted

DELIMITERS = (",", ";", "\t", "|")
SAMPLE = 1 << 16
LINES = 30  # how far down a header is looked for, to say where it stands


@dataclass(frozen=True)
class Header:
    """How a CSV begins.

    Attributes:
        delimiter: Between values.
        names: The columns, made unique as DuckDB does.
    """

    delimiter: str
    names: tuple[str, ...]


def read_header(table: Table, path: Path, wanted: Wanted) -> Header:
    """The header of a CSV; its delimiter is the one that yields the most columns asked for.

    Raises:
        TableError: The first line holds none of them.
    """
    text = _beginning(path)
    best = _best(text, wanted, path)
    if wanted.uses and not wanted.found(best.names):
        raise TableError(_no_header(table, path, text, best, wanted))
    return best


def _beginning(path: Path) -> str:
    with opened(path) as file:
        # Bytes that are not UTF-8 are complained of when the whole file is read.
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        return decoder.decode(file.read(SAMPLE)).removeprefix("\ufeff")


def _best(text: str, wanted: Wanted, path: Path) -> Header:
    tabs_first = path.name.lower().removesuffix(".gz").endswith(".tsv")
    order = sorted(DELIMITERS, key=lambda one: one != "\t") if tabs_first else DELIMITERS
    headers = [Header(one, _names(text, one)) for one in order]
    return max(headers, key=lambda header: (wanted.found(header.names), len(header.names)))


def _names(text: str, delimiter: str) -> tuple[str, ...]:
    try:
        first = next(csv.reader(io.StringIO(text, newline=None), delimiter=delimiter), [])
    except csv.Error:
        return ()
    names: list[str] = []
    for place, name in enumerate(first):
        names.append(_unique(name or f"column{place}", names))
    return tuple(names)


def _unique(name: str, taken: Sequence[str]) -> str:
    lowered = {one.lower() for one in taken}
    unique, number = name, 0
    while unique.lower() in lowered:
        number += 1
        unique = f"{name}_{number}"
    return unique


def _no_header(table: Table, path: Path, text: str, best: Header, wanted: Wanted) -> str:
    lines = text.splitlines()[:LINES]
    for number, line in enumerate(lines[1:], start=2):
        if wanted.found(_best(line, wanted, path).names):
            return (
                f"{table.name}: {path}: the header stands in line {number}, not in line 1; "
                f"remove the {number - 1} lines above it"
            )
    asked = sorted(wanted.uses)
    return (
        f"{table.name}: {path}: line 1 holds none of the mapped columns {asked}; found "
        f"{list(best.names)}; if that is not a header, put one there, else correct "
        f"[tables.{table.name}.columns]"
    )
