"""Find the files of a place, and read Parquet."""

import glob
from pathlib import Path
from typing import TYPE_CHECKING

from features.contract import Table
from features.errors import TableError
from features.sources.complaints import first_line
from features.sources.source import Files, Place, literal
from features.sources.wanted import Request

if TYPE_CHECKING:
    import ibis.expr.types as ir

PARQUET = (".parquet",)
TEXT = (".csv", ".csv.gz", ".tsv", ".tsv.gz")
ENDINGS = (*PARQUET, *TEXT)


def files_of(table: Table, files: Files) -> list[Path]:
    """The files that a place names, sorted; all of one kind.

    Raises:
        TableError: There is none, one cannot be opened, or they are of several or unknown kinds.
    """
    path, section = files.path, f"[tables.{table.name}]"
    if path.is_dir():
        found = sorted(path.rglob("*.parquet"))
        wanted = f"the folder {path} holds no .parquet file"
    elif glob.has_magic(str(path)):
        found = sorted(Path(name) for name in glob.glob(str(path), recursive=True))  # noqa: PTH207 - the pattern may be absolute
        wanted = f"no file is named like {path}"
    else:
        is_parquet(table, path)
        found = [path] if path.exists() else []
        wanted = f"there is no file {path}"
    if not found:
        raise TableError(f"{table.name}: {wanted}; correct the path in {section}")
    kinds = {is_parquet(table, file) for file in found}
    if len(kinds) > 1:
        raise TableError(
            f"{table.name}: {path} names both Parquet and CSV files; name those of one kind"
        )
    for file in found:
        _refuse_unreadable(table, file)
    return found


def is_parquet(table: Table, path: Path) -> bool:
    """Whether a file's ending says Parquet; otherwise it says CSV or TSV.

    Raises:
        TableError: It says neither.
    """
    name = path.name.lower()
    if not name.endswith(ENDINGS):
        raise TableError(
            f"{table.name}: cannot read {path}: its ending is none of {list(ENDINGS)}, nor "
            ".duckdb; convert it to Parquet or CSV"
        )
    return name.endswith(PARQUET)


def is_text(place: Place) -> bool:
    """Whether a place is of files that are parsed each time they are read."""
    return isinstance(place, Files) and place.path.name.lower().endswith(TEXT)


def read_parquet(request: Request, files: Files, paths: list[Path]) -> "ir.Table":
    """Open Parquet files as one view; columns are matched by name, absent ones are null."""
    listed = ", ".join(literal(str(path)) for path in paths)
    by_name = ", union_by_name = true" if len(paths) > 1 else ""
    try:
        request.connection.raw_sql(
            f"CREATE OR REPLACE VIEW {request.view} AS "  # noqa: S608 - literals
            f"SELECT * FROM read_parquet([{listed}]{by_name})"
        )
        return request.connection.table(request.view)
    except Exception as error:
        raise unreadable(request.table, files, error) from error


def unreadable(table: Table, place: object, error: Exception) -> TableError:
    """What is said of a file that is torn or not of the kind its ending says."""
    return TableError(
        f"{table.name}: {place} cannot be read: {first_line(error)}; "
        "check that the file is whole and of the kind its ending says"
    )


def _refuse_unreadable(table: Table, path: Path) -> None:
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        raise TableError(
            f"{table.name}: {path} cannot be opened: {error.strerror}; "
            "give the right to read it to whoever runs Retinue"
        ) from error
    if empty:
        raise TableError(
            f"{table.name}: {path} is an empty file (0 bytes); write or fetch it again"
        )
