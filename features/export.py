"""Write a table to a file that people or machines open: CSV or Parquet, whole or not at all."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from features.errors import RetinueError

if TYPE_CHECKING:
    import pyarrow as pa

ENDINGS = (".csv", ".parquet")
FORMULA = r"^[=+\-@\t\r]"


class ExportError(RetinueError):
    """A file of another kind was asked for, or it cannot be written."""


def export_ending(path: Path) -> str:
    """The path's ending, once it is known to be one that can be written.

    Raises:
        ExportError: It is not.
    """
    if path.suffix not in ENDINGS:
        raise ExportError(f"{path}: cannot write {path.suffix!r}; name a .csv or .parquet file")
    return path.suffix


def export(table: "pa.Table", path: Path) -> None:
    """Write the table by the path's ending; a file that is there is replaced once all is written.

    Raises:
        ExportError: The ending is neither .csv nor .parquet, or the file cannot be written.
    """
    # Only exports need Arrow's writers.
    from pyarrow import csv, parquet

    spreadsheet = export_ending(path) == ".csv"
    write = csv.write_csv if spreadsheet else parquet.write_table
    aside = path.with_name(f".{path.name}.aside")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(_without_formulas(table) if spreadsheet else table, aside)
        aside.replace(path)
    except OSError as error:
        with suppress(OSError):  # where nothing could be made, nothing is left to remove
            aside.unlink()
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
