"""Read a table or query of a PostgreSQL database: streamed as Arrow batches, never held whole."""

import re
from typing import TYPE_CHECKING, Any

from features.errors import TableError
from features.sources.source import PostgreSQL, quoted
from features.sources.wanted import Request, Use, Wanted

if TYPE_CHECKING:
    import ibis.expr.types as ir

STREAM = "postgres_stream"
CONNECT_SECONDS = 10
# A moment may be infinite in PostgreSQL (it often means "never"), and in Arrow may not.
MOMENTS = {"date", "timestamp", "timestamptz"}
# What DuckDB takes over as it is; everything else is read as PostgreSQL writes it.
TAKEN = MOMENTS | {"bool", "float4", "float8", "int2", "int4", "int8", "text", "uuid", "varchar"}
CAUSE = re.compile(r"(?:ERROR:|FATAL:|\[libpq\](?: Failed to connect:)?)\s*(?P<cause>[^\n]+)")


def read_postgres(request: Request, place: PostgreSQL) -> "ir.Table":
    """Copy the columns asked for into the connection's own database, batch by batch.

    Raises:
        TableError: The driver is not installed, the server cannot be reached or breaks off, or
            there is no such table or column. No password is shown, and no part of a table kept.
    """
    dbapi, name = _driver(), request.table.name
    try:
        with dbapi.connect(_with_timeout(place.uri)) as server, server.cursor() as cursor:
            _copy(request, place, cursor)
    except Exception as error:
        # Not chained: a driver's own text may hold the connection string.
        raise TableError(
            f"{name}: {place} cannot be read: {_cause(error, place)}; check the server, and "
            f"source, table or query in [tables.{name}]"
        ) from None
    return request.connection.table(request.view)


def _copy(request: Request, place: PostgreSQL, cursor: Any) -> None:
    columns = _columns(cursor, place, request.wanted)
    asked = ", ".join(_asked(name, kind) for name, kind in columns.items())
    kept = ", ".join(_kept(name, kind, request.wanted) for name, kind in columns.items())
    cursor.execute(f"SELECT {asked} FROM {place.relation.sql}")  # noqa: S608 - quoted names
    request.connection.con.register(STREAM, cursor.fetch_record_batch())
    try:
        request.connection.raw_sql(
            f"CREATE OR REPLACE TABLE {request.view} AS SELECT {kept} FROM {STREAM}"  # noqa: S608 - quoted names
        )
    finally:
        request.connection.con.unregister(STREAM)


def _driver() -> Any:
    try:
        from adbc_driver_postgresql import dbapi
    except ModuleNotFoundError as error:
        raise TableError(
            "a source in PostgreSQL needs the package adbc-driver-postgresql; "
            "install Retinue with its extra `postgres`"
        ) from error
    return dbapi


def _with_timeout(uri: str) -> str:
    if "connect_timeout" in uri:
        return uri
    return f"{uri}{'&' if '?' in uri else '?'}connect_timeout={CONNECT_SECONDS}"


def _columns(cursor: Any, place: PostgreSQL, wanted: Wanted) -> dict[str, str]:
    """The columns asked for and their types in PostgreSQL."""
    schema = cursor.adbc_execute_schema(f"SELECT * FROM {place.relation.sql}")  # noqa: S608 - quoted names
    kinds = {
        field.name: (field.metadata or {}).get(b"POSTGRESQL:type", b"").decode() for field in schema
    }
    return {name: kinds[name] for name in wanted.of(kinds)}


def _asked(name: str, kind: str) -> str:
    column = quoted(name)
    if kind in MOMENTS:
        return f"CASE WHEN isfinite({column}) THEN {column} END AS {column}"
    if kind == "money":
        return f"CAST(CAST({column} AS numeric) AS text) AS {column}"
    return column if kind in TAKEN else f"CAST({column} AS text) AS {column}"


def _kept(name: str, kind: str, wanted: Wanted) -> str:
    """A decimal is exact as an amount, a double in an expression, and as written in an id."""
    column, use = quoted(name), wanted.use(name)
    if kind in ("numeric", "money") and use in (Use.NUMBER, Use.EXPRESSION):
        number = "DECIMAL(18, 4)" if use is Use.NUMBER else "DOUBLE"
        return f"CAST({column} AS {number}) AS {column}"
    return column


def _cause(error: Exception, place: PostgreSQL) -> str:
    found = CAUSE.findall(str(error))
    # The last one is the deepest: DuckDB's text repeats the driver's, which repeats the server's.
    cause = str(found[-1] if found else str(error).strip().splitlines()[0]).strip()
    for secret in place.secrets:
        cause = cause.replace(secret, "***")
    return cause
