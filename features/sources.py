"""Read a user's file and map its columns to a table of the contract, by name or SQL expression."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from features.contract import CUSTOMERS, Column, Table
from features.errors import TableError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

NAME = re.compile(r"[a-z][a-z0-9_]*")
# What DuckDB says of a line that does not parse, below the line's number.
CSV_CAUSE = re.compile(r"Expected Number of Columns|Error when converting|Value with unterminated")
READERS = {".parquet": "read_parquet", ".csv": "read_csv", ".gz": "read_csv"}
SQL_TYPES = {
    "text": "VARCHAR",
    "time": "TIMESTAMP",
    # Sums of decimals are exact, so no feature depends on the order in which rows are added up.
    "money": "DECIMAL(18, 4)",
    "number": "DECIMAL(18, 4)",
    "boolean": "BOOLEAN",
}


@dataclass(frozen=True)
class SqlExpression:
    """A mapping by expression over the source's columns, in DuckDB's SQL."""

    sql: str


@dataclass(frozen=True)
class Lookup:
    """Columns joined to a source from a second file, by a key that is unique there."""

    path: Path
    key: str


@dataclass(frozen=True)
class Source:
    """Where a table's rows come from.

    Attributes:
        path: A Parquet or CSV file (`.csv` or `.csv.gz`).
        columns: Contract column to source column name or SQL expression.
        lookup: An optional second file joined by key before the columns are mapped.
        timeless: Attributes of customers that never change.
    """

    path: Path
    columns: Mapping[str, str | SqlExpression] = field(default_factory=dict)
    lookup: Lookup | None = None
    timeless: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file that the source reads."""
        return (self.path, self.lookup.path) if self.lookup else (self.path,)


def map_source(connection: "Backend", table: Table, source: Source) -> "ir.Table":
    """The source's rows with the contract's columns, unread until someone asks for them.

    Columns that the mapping leaves out are absent from the result, and ids are of whatever type
    the source has. Times are UTC: a time with
    a zone is converted, one without is taken to be UTC already.

    Raises:
        TableError: A file or column is missing, or an expression is not valid SQL.
    """
    _refuse_unknown_columns(table, source)
    ids = [
        mapped
        for name, mapped in source.columns.items()
        if (column := table.column(name)) and column.type == "id" and isinstance(mapped, str)
    ]
    key = [source.lookup.key] if source.lookup else []
    raw = _read(connection, table, source.path, f"{table.name}_source", [*ids, *key])
    if source.lookup:
        other = _read(connection, table, source.lookup.path, f"{table.name}_lookup", key)
        raw = _join(table, raw, other, source.lookup)
    selected = [_select(table, name, column, raw) for name, column in source.columns.items()]
    view = f"{table.name}_raw"
    connection.create_view(view, raw, overwrite=True)
    try:
        return connection.sql(f"SELECT {', '.join(selected)} FROM {view}")  # noqa: S608 - the expressions are the project owner's own
    except Exception as error:
        raise TableError(
            f"{table.name}: the mapping in [tables.{table.name}] is not valid SQL: "
            f"{first_line(error)}; correct the expression"
        ) from error


def first_line(error: Exception) -> str:
    """The first line of a library's message without its type prefix; for a CSV, also the cause."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    told = [lines[0], *(line for line in lines[1:] if CSV_CAUSE.match(line))]
    return re.sub(r"^(\w+ )*Error:\s*", "", "; ".join(line.strip() for line in told))


def _refuse_unknown_columns(table: Table, source: Source) -> None:
    known = [column.name for column in table.columns]
    unknown = sorted(
        name for name in source.columns if table.column(name) is None or not NAME.fullmatch(name)
    )
    if unknown:
        free = ", and attributes named in small letters, digits and _" if table.free_columns else ""
        raise TableError(
            f"{table.name}: unknown columns {unknown} in [tables.{table.name}.columns]; "
            f"a mapping may name {known}{free}"
        )
    missing = sorted(set(table.required) - set(source.columns))
    if missing:
        raise TableError(
            f"{table.name}: columns {missing} are not mapped; "
            f"add them to [tables.{table.name}.columns] in the project file"
        )
    strange = sorted(set(source.timeless) - set(source.columns if table is CUSTOMERS else ()))
    if strange:
        raise TableError(
            f"{table.name}: timeless names {strange}, which [tables.{table.name}.columns] does not "
            "map as an attribute of customers; correct one of them"
        )
    if table.any_of and not set(table.any_of) & set(source.columns):
        raise TableError(
            f"{table.name}: none of {list(table.any_of)} is mapped; "
            f"add at least one to [tables.{table.name}.columns] in the project file"
        )


def _read(
    connection: "Backend", table: Table, path: Path, view: str, text: Collection[str]
) -> "ir.Table":
    """Open a file as a view; a CSV's columns named in `text` are read as they are written."""
    reader = READERS.get(path.suffix)
    if reader is None:
        raise TableError(
            f"{table.name}: cannot read {path}: its ending is none of {sorted(READERS)}; "
            "convert it to Parquet or CSV"
        )
    if not path.is_file():
        raise TableError(
            f"{table.name}: there is no file {path}; correct the path in [tables.{table.name}]"
        )
    options: dict[str, object] = {}
    if reader == "read_csv":
        options["header"] = True  # a guess at it would follow the worst line
    try:
        found: ir.Table = getattr(connection, reader)(path, table_name=view, **options)
        ids = {column: "string" for column in text if column in found.columns}
        if reader == "read_csv" and ids:
            # Read as numbers, long ids would lose digits, and 1e5 would be 100000.
            found = getattr(connection, reader)(path, table_name=view, types=ids, **options)
    except Exception as error:
        raise TableError(
            f"{table.name}: {path} cannot be read: {first_line(error)}; "
            "check that the file is whole and of the kind its ending says"
        ) from error
    return found


def _join(table: Table, raw: "ir.Table", other: "ir.Table", lookup: Lookup) -> "ir.Table":
    for side, path in ((raw, "the source"), (other, lookup.path)):
        if lookup.key not in side.columns:
            raise TableError(
                f"{table.name}: the lookup key {lookup.key!r} is not in {path}; "
                f"found {list(side.columns)}"
            )
    # Compared as text: one file may hold numbers where the other holds their digits.
    raw = raw.mutate(**{lookup.key: raw[lookup.key].cast("string")})
    other = other.mutate(**{lookup.key: other[lookup.key].cast("string")})
    keys = other[lookup.key]
    try:
        repeated = (keys.count() > keys.nunique()).to_pyarrow().as_py()
    except Exception as error:
        raise TableError(
            f"{table.name}: {lookup.path} cannot be read: {first_line(error)}; correct the file"
        ) from error
    if repeated:
        raise TableError(
            f"{table.name}: {lookup.path} holds more than one row for some {lookup.key!r}, "
            "which would multiply rows; make the lookup unique by that key"
        )
    # Where both files have a column, the source's own is kept.
    added = [name for name in other.columns if name not in raw.columns]
    return raw.left_join(other.select(lookup.key, *added), lookup.key).select(*raw.columns, *added)


def _select(table: Table, name: str, mapped: str | SqlExpression, raw: "ir.Table") -> str:
    column = table.column(name)
    if column is None:  # refused before; says so to the type checker
        raise TableError(f"{table.name}: unknown column {name}")
    if isinstance(mapped, SqlExpression):
        return f'{_cast(f"({mapped.sql})", column)} AS "{name}"'
    if mapped not in raw.columns:
        raise TableError(
            f"{table.name}: there is no column {mapped!r} (mapped to {name}) in the source; "
            f"found {list(raw.columns)}; correct [tables.{table.name}.columns]"
        )
    quoted = '"' + mapped.replace('"', '""') + '"'
    return f'{_cast(quoted, column)} AS "{name}"'


def _cast(sql: str, column: Column) -> str:
    # Ids stay as they come: grouping whole numbers is quicker than grouping their text.
    return sql if column.type == "id" else f"CAST({sql} AS {SQL_TYPES[column.type]})"
