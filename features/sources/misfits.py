"""Find the value that made a source's rows unreadable, and say where it stands."""

import re
from typing import TYPE_CHECKING

from features.contract import Table
from features.errors import TableError
from features.sources.complaints import first_line, value_complaint
from features.sources.csv_files import csv_error
from features.sources.files import files_of, unreadable
from features.sources.mapping import named_view
from features.sources.source import Files, Source, SqlExpression, quoted
from features.sources.values import value_sql

if TYPE_CHECKING:
    from pathlib import Path

    from ibis.backends.duckdb import Backend

# What DuckDB says of a value; anything else is about the file.
VALUE = re.compile(r"Conversion Error|Out of Range|Could not (convert|cast|parse)|strptime", re.I)


def value_error(
    connection: "Backend", table: Table, source: Source, error: Exception
) -> TableError:
    """What to say when rows, read at last, do not fit: which file, line or row, column, value."""
    if "CSV Error" in str(error):
        return csv_error(table, _files(table, source), error)
    for name, mapped in source.columns.items():
        if found := _misfit(connection, table, source, name):
            shown = mapped.sql if isinstance(mapped, SqlExpression) else mapped
            return TableError(value_complaint(table, name, shown, *found))
    if not VALUE.search(str(error)):
        return unreadable(table, source.place, error)
    return TableError(
        f"{table.name}: a value does not fit its column: {first_line(error)}; "
        f"correct the rows, or map the column by an SQL expression in [tables.{table.name}]"
    )


def _files(table: Table, source: Source) -> "list[Path]":
    files = [place for place in source.places if isinstance(place, Files)]
    return [path for place in files for path in files_of(table, place)]


def _misfit(
    connection: "Backend", table: Table, source: Source, name: str
) -> tuple[str, int] | None:
    """The first value that a column cannot hold, and its row, from 1; None if there is none."""
    kind = connection.table(named_view(table)).schema()[name]
    tried = value_sql(table, name, kind, source.time_zone, cast="TRY_CAST")
    try:
        found = connection.raw_sql(
            f"SELECT CAST({quoted(name)} AS VARCHAR), row FROM "  # noqa: S608 - quoted names
            f"(SELECT *, row_number() OVER () AS row FROM {named_view(table)}) "
            f"WHERE {quoted(name)} IS NOT NULL AND {tried} IS NULL LIMIT 1"
        ).fetchone()
    except Exception:
        return None  # the expression itself fails; DuckDB's own words say more
    return (str(found[0]), int(found[1])) if found else None
