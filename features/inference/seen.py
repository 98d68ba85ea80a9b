"""Look at what a folder holds: each file's or table's columns, types and distinct values."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from features.sources.complaints import FORMS, TIMES, first_line
from features.sources.files import PARQUET, TEXT
from features.sources.source import literal, quoted

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

SAMPLE = 100_000  # rows that types and values are judged by
KINDS = {"BOOLEAN": "boolean", "DATE": "time"}
NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DOUBLE", "FLOAT", "DECIMAL")
MOSTLY = 0.99
TEXTS = 1_000  # different texts that are tried as dates


@dataclass(frozen=True)
class SeenColumn:
    """A column as it looks.

    Attributes:
        name: As written.
        kind: time, number, boolean or text.
        distinct: Different values in the sample.
        filled: Share of the sample that is not null.
        low: The smallest value of a number; None for others.
        high: The largest.
        form: How a text's dates are written, where a plain cast does not read them.
    """

    name: str
    kind: str
    distinct: int
    filled: float
    low: float | None = None
    high: float | None = None
    form: str | None = None

    @property
    def told(self) -> str:
        """What was seen, in a few words."""
        share = "" if self.filled > 0.995 else f", {1 - self.filled:.0%} empty"
        return f"{self.kind}, {self.distinct:,} different{share}"


@dataclass(frozen=True)
class Seen:
    """One file, folder of Parquet files, or table of a DuckDB file.

    Attributes:
        name: Of the file without ending, or the table.
        path: Where it is.
        table: The table's name in a DuckDB file; None for files.
        view: The view it is open as.
        rows: How many there are.
        sampled: How many of them were looked at.
        columns: What they hold.
    """

    name: str
    path: Path
    table: str | None
    view: str
    rows: int
    sampled: int
    columns: tuple[SeenColumn, ...]

    def column(self, name: str) -> SeenColumn | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True)
class Unread:
    """A file that could not be opened, and why."""

    path: Path
    why: str


def look(connection: "Backend", folder: Path) -> list[Seen | Unread]:
    """Everything of a known kind in a folder (or one file), and what its columns look like."""
    found: list[Seen | Unread] = []
    for number, path in enumerate(_candidates(folder)):
        try:
            if path.suffix == ".duckdb":
                found += _tables(connection, path, number)
            else:
                found.append(_look(connection, path, None, f"seen_{number}", _reading(path)))
        except duckdb.Error as error:
            found.append(Unread(path, first_line(error)))
    return found


def is_unique(connection: "Backend", seen: Seen, column: str) -> bool:
    """Whether no value of a column stands on two rows, and none is null."""
    found = connection.raw_sql(
        f"SELECT count(DISTINCT {quoted(column)}) = count(*) FROM {seen.view}"  # noqa: S608 - quoted
    ).fetchone()
    return bool(found[0])


def shared(connection: "Backend", here: tuple[Seen, str], there: tuple[Seen, str]) -> float:
    """The share of one column's different values that another column holds."""
    mine, theirs = (
        f"SELECT DISTINCT regexp_replace(CAST({quoted(column)} AS VARCHAR), '\\.0$', '') AS id "  # noqa: S608 - quoted
        f"FROM {seen.view} WHERE {quoted(column)} IS NOT NULL"
        for seen, column in (here, there)
    )
    found = connection.raw_sql(
        f"SELECT avg(CASE WHEN id IN ({theirs}) THEN 1 ELSE 0 END) FROM ({mine})"  # noqa: S608 - quoted
    ).fetchone()
    return float(found[0] or 0)


def _candidates(folder: Path) -> list[Path]:
    if folder.is_file():
        return [folder]
    endings = (*PARQUET, *TEXT, ".duckdb")
    files = [path for path in folder.iterdir() if path.name.lower().endswith(endings)]
    folders = [path for path in folder.iterdir() if path.is_dir() and any(path.glob("*.parquet"))]
    return sorted(path for path in (*files, *folders) if not path.name.startswith("."))


def _reading(path: Path) -> str:
    if path.is_dir():
        return f"read_parquet({literal(str(path / '**' / '*.parquet'))}, union_by_name = true)"
    if path.name.lower().endswith(PARQUET):
        return f"read_parquet({literal(str(path))})"
    return f"read_csv({literal(str(path))}, header = true, ignore_errors = true)"


def _tables(connection: "Backend", path: Path, number: int) -> Iterator[Seen]:
    alias = f"seen_file_{number}"
    connection.raw_sql(f"ATTACH {literal(str(path))} AS {alias} (READ_ONLY)")
    listed = connection.raw_sql(
        "SELECT schema_name, table_name FROM duckdb_tables() "  # noqa: S608 - our own name
        f"WHERE database_name = '{alias}' ORDER BY 1, 2"
    ).fetchall()
    for place, (schema, name) in enumerate(listed):
        table = name if schema == "main" else f"{schema}.{name}"
        rows = f"{alias}.{quoted(schema)}.{quoted(name)}"
        yield _look(connection, path, table, f"seen_{number}_{place}", rows)


def _look(connection: "Backend", path: Path, table: str | None, view: str, rows: str) -> Seen:
    connection.raw_sql(f"CREATE VIEW {view} AS SELECT * FROM {rows}")  # noqa: S608 - quoted
    connection.raw_sql(f"CREATE TEMP TABLE {view}_some AS SELECT * FROM {view} LIMIT {SAMPLE}")  # noqa: S608 - our own name
    described = connection.raw_sql(f"DESCRIBE {view}_some").fetchall()
    count = connection.raw_sql(f"SELECT count(*) FROM {view}").fetchone()[0]  # noqa: S608 - our own name
    columns = [_column(connection, f"{view}_some", row[0], row[1]) for row in described]
    name = table or path.name.split(".")[0]
    return Seen(name, path, table, view, count, min(count, SAMPLE), tuple(columns))


def _column(connection: "Backend", view: str, name: str, sql_type: str) -> SeenColumn:
    column, numeric = quoted(name), sql_type.startswith(NUMBERS)
    shown = f"CAST({column} AS DOUBLE)" if numeric else "NULL"
    distinct, filled, *ends = connection.raw_sql(
        f"SELECT count(DISTINCT {column}), count({column}) / greatest(count(*), 1), "  # noqa: S608 - quoted
        f"min({shown}), max({shown}) FROM {view}"
    ).fetchone()
    if numeric:
        return SeenColumn(name, "number", distinct, filled, *ends)
    kind = "time" if sql_type.startswith("TIMESTAMP") else KINDS.get(sql_type, "text")
    if sql_type == "VARCHAR" and distinct:
        for form, reading in _readings(column):
            if _share_read(connection, view, column, reading) >= MOSTLY:
                return SeenColumn(name, "time", distinct, filled, form=form)
    return SeenColumn(name, kind, distinct, filled)


def _readings(column: str) -> Iterator[tuple[str | None, str]]:
    """Ways of reading a text as a moment: as it is, or by a usual form."""
    yield None, f"TRY_CAST({column} AS TIMESTAMP)"
    for form in (date + time for date in FORMS for time in TIMES):
        yield form, f"try_strptime({column}, {literal(form)})"


def _share_read(connection: "Backend", view: str, column: str, reading: str) -> float:
    found = connection.raw_sql(
        f"SELECT count({reading}) / count({column}) FROM (SELECT DISTINCT {column} FROM {view} "  # noqa: S608 - quoted
        f"WHERE {column} <> '' LIMIT {TEXTS})"
    ).fetchone()
    return float(found[0] or 0)
