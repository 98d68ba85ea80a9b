"""Give a store that an earlier version made what this one adds to it."""

from sqlalchemy import Connection, inspect

from serving.records import metadata

# Of earlier versions; others stand in their place.
LEFT_BEHIND = ("at_risk_by_probability", "at_risk_by_value")
NO_JSON = "X'7B7D'"  # {}: what a column of JSON says of rows that were written without it


def add_missing_columns(connection: Connection) -> None:
    """Add columns and indexes that its tables lack; rows that stand there know nothing of them."""
    known = inspect(connection)
    for table in metadata.sorted_tables:
        there = {column["name"] for column in known.get_columns(table.name)}
        for column in table.columns:
            if column.name not in there:
                kind = column.type.compile(connection.dialect)
                rest = "" if column.nullable else f" NOT NULL DEFAULT {NO_JSON}"
                connection.exec_driver_sql(
                    f'ALTER TABLE {table.name} ADD COLUMN "{column.name}" {kind}{rest}'
                )
        for left_behind in LEFT_BEHIND:
            connection.exec_driver_sql(f"DROP INDEX IF EXISTS {left_behind}")
        for index in table.indexes:
            index.create(connection, checkfirst=True)
