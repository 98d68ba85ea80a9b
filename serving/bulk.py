"""Many rows at once, as fast as either database takes them."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table

from serving.database import POSTGRES

TYPES = {
    "INTEGER": "int4",
    "VARCHAR": "text",
    "FLOAT": "float8",
    "BLOB": "bytea",
    "JSON": "text",  # in a binary copy the two are the same bytes
}


def insert_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Write rows of a table.

    Args:
        connection: Of the writer.
        table: Which.
        columns: Of it, in the order in which rows hold them.
        rows: Tuples of what the driver takes as it is.
    """
    names = ", ".join(columns)
    if connection.dialect.name != POSTGRES:
        marks = ", ".join("?" * len(columns))
        # As the driver takes them: SQLAlchemy's dictionary per row takes longer.
        statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 - our names
        connection.exec_driver_sql(statement, list(rows))
        return
    statement = f"COPY {table.name} ({names}) FROM STDIN (FORMAT BINARY)"
    cursor: Any = connection.connection.cursor()  # psycopg's, which knows more than the standard
    with cursor, cursor.copy(statement) as copy:
        copy.set_types([TYPES[str(table.c[name].type)] for name in columns])
        for row in rows:
            copy.write_row(row)


def after_writing(connection: Connection, tables: Sequence[Table]) -> None:
    """Let the database know what was written, so that it plans by it from the first question on."""
    if connection.dialect.name == POSTGRES:
        connection.exec_driver_sql(f"ANALYZE {', '.join(table.name for table in tables)}")
