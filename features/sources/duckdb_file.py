"""Read a table or query of a DuckDB file; the file is let go of when its rows are copied."""

from typing import TYPE_CHECKING

from features.errors import TableError
from features.sources.complaints import first_line
from features.sources.source import DuckDBFile, literal, quoted
from features.sources.wanted import Request

if TYPE_CHECKING:
    import ibis.expr.types as ir

ATTACHED = "source_file"


def read_duckdb_file(request: Request, place: DuckDBFile) -> "ir.Table":
    """Copy the columns asked for into the connection's own database."""
    connection, name = request.connection, request.table.name
    if not place.path.is_file():
        raise TableError(
            f"{name}: there is no file {place.path}; correct the path in [tables.{name}]"
        )
    home, rows = connection.current_catalog, place.relation.sql
    try:
        connection.raw_sql(f"ATTACH {literal(str(place.path))} AS {ATTACHED} (READ_ONLY)")
        try:
            connection.raw_sql(f"USE {ATTACHED}")
            found = connection.raw_sql(f"DESCRIBE FROM {rows}").fetchall()
            names = ", ".join(quoted(name) for name in request.wanted.of(row[0] for row in found))
            connection.raw_sql(
                f"CREATE OR REPLACE TABLE {quoted(home)}.main.{request.view} AS "  # noqa: S608 - the query is the project owner's own
                f"SELECT {names} FROM {rows}"
            )
        finally:
            connection.raw_sql(f"USE {quoted(home)}")
            connection.raw_sql(f"DETACH {ATTACHED}")
    except Exception as error:
        raise TableError(
            f"{name}: {place} cannot be read: {first_line(error)}; check the file, and its "
            f"table or query in [tables.{name}]"
        ) from error
    return connection.table(request.view)
