"""Write a table to a file that people or machines open: CSV or Parquet, whole or not at all."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from features.errors import RetinueError

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["csv", "parquet"]

ENDINGS = (".csv", ".parquet")
FORMULA = r"^[=+\-@\t\r]"
ROWS_PER_GROUP = 10_000
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class ExportError(RetinueError):
    """A file of another kind was asked for, or it cannot be written."""


def export_ending(path: Path) -> Kind:
    """What kind of file the path's ending names, once it is known to be one that can be written.

    Raises:
        ExportError: It is not.
    """
    if path.suffix not in ENDINGS:
        raise ExportError(f"{path}: cannot write {path.suffix!r}; name a .csv or .parquet file")
    return cast("Kind", path.suffix[1:])


def export(table: "pa.Table", path: Path) -> None:
    """Write the table by the path's ending; a file that is there is replaced once all is written.

    Raises:
        ExportError: The ending is neither .csv nor .parquet, or the file cannot be written.
    """
    # Only exports need Arrow's writers.
    from pyarrow import csv, parquet

    spreadsheet = export_ending(path) == "csv"
    write = csv.write_csv if spreadsheet else parquet.write_table
    with _aside(path) as aside:
        write(_without_formulas(table) if spreadsheet else table, aside)


def write_whole(pieces: Iterable[bytes], path: Path) -> None:
    """Write a file piece by piece; one that is there is replaced once all is written.

    Raises:
        ExportError: It cannot be written.
    """
    with _aside(path) as aside, aside.open("wb") as file:
        for piece in pieces:
            file.write(piece)


def encoded(tables: Iterable["pa.Table"], kind: Kind, *, bom: bool = False) -> Iterator[bytes]:
    """A file of tables below each other, piece by piece, without holding more than a few.

    Args:
        tables: At least one, all of the same columns.
        kind: csv, in which no cell starts a formula, or parquet.
        bom: Begin a CSV with a byte order mark.
    """
    if kind == "csv":
        if bom:
            yield BYTE_ORDER_MARK
        yield from _csv(tables)
    else:
        yield from _parquet(tables)


def _csv(tables: Iterable["pa.Table"]) -> Iterator[bytes]:
    from pyarrow import csv

    for i, table in enumerate(tables):
        piece = BytesIO()
        csv.write_csv(_without_formulas(table), piece, csv.WriteOptions(include_header=i == 0))
        yield piece.getvalue()


def _parquet(tables: Iterable["pa.Table"]) -> Iterator[bytes]:
    import pyarrow as pa
    from pyarrow import parquet

    sink, groups = _Pieces(), _groups(tables)
    first = next(groups)
    with parquet.ParquetWriter(pa.PythonFile(sink, mode="w"), first.schema) as writer:
        writer.write_table(first)
        yield sink.taken()
        for group in groups:
            writer.write_table(group)
            yield sink.taken()
    yield sink.taken()


def _groups(tables: Iterable["pa.Table"]) -> Iterator["pa.Table"]:
    """Tables joined into larger ones, as a reader of Parquet likes them."""
    import pyarrow as pa

    held: list[pa.Table] = []
    for table in tables:
        held.append(table)
        if sum(one.num_rows for one in held) >= ROWS_PER_GROUP:
            yield pa.concat_tables(held)
            held = []
    if held:
        yield pa.concat_tables(held)


class _Pieces(BytesIO):
    """What a writer wrote since it was last asked; the writer still counts from the beginning."""

    def __init__(self) -> None:
        super().__init__()
        self._taken = 0

    def tell(self) -> int:
        return self._taken + super().tell()

    def taken(self) -> bytes:
        piece = self.getvalue()
        self._taken += len(piece)
        self.seek(0)
        self.truncate()
        return piece


@contextmanager
def _aside(path: Path) -> Iterator[Path]:
    """Where to write meanwhile; it takes the path's place when all went well."""
    aside = path.with_name(f".{path.name}.aside")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield aside
        aside.replace(path)
    except BaseException as error:
        with suppress(OSError):  # where nothing could be made, nothing is left to remove
            aside.unlink()
        if not isinstance(error, OSError):
            raise
        raise ExportError(
            f"{path}: cannot be written: {error.strerror or error}; name another file with --out"
        ) from error


def _without_formulas(table: "pa.Table") -> "pa.Table":
    """Text that a spreadsheet would run gets an apostrophe before it, and is shown instead."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for i, field in enumerate(table.schema):
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            column = table[field.name]
            runs = pc.match_substring_regex(column, FORMULA)
            quoted = pc.binary_join_element_wise("'", column, "")
            table = table.set_column(i, field.name, pc.if_else(runs, quoted, column))
    return table
