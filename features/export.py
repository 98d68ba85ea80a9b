"""Write a table to a file that people or machines open: CSV or Parquet, whole or not at all."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from features.errors import RetinueError

if TYPE_CHECKING:
    import pyarrow as pa

ENDINGS = (".csv", ".parquet")


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

    write = csv.write_csv if export_ending(path) == ".csv" else parquet.write_table
    aside = path.with_name(f".{path.name}.aside")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(table, aside)
        aside.replace(path)
    except OSError as error:
        with suppress(OSError):  # where nothing could be made, nothing is left to remove
            aside.unlink()
        raise ExportError(
            f"{path}: cannot be written: {error.strerror or error}; name another file with --out"
        ) from error
