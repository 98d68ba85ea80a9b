"""What to write into the project file, with the mapping that stands there now."""

from features.readiness.facts import Facts
from features.sources.source import SqlExpression, quoted


def mapped_sql(facts: Facts, table: str, column: str) -> str:
    """The expression behind a mapped column, as the user may go on from it."""
    mapped = facts.sources[table].columns[column]
    return f"({mapped.sql})" if isinstance(mapped, SqlExpression) else quoted(mapped)


def line(table: str, column: str, sql: str) -> str:
    """The line of the project file that maps a column by an expression."""
    return f"{column} = {{ sql = '''{sql}''' }} in [tables.{table}.columns]"


def only_where(facts: Facts, table: str, column: str, condition: str) -> str:
    """The line that makes a column null where a condition on it does not hold.

    Args:
        facts: Has the mapping of now.
        table: The table.
        column: The column.
        condition: SQL, with `{}` for the column.
    """
    value = mapped_sql(facts, table, column)
    return line(table, column, f"CASE WHEN {condition.format(value)} THEN {value} END")


def moments_where(facts: Facts, table: str, column: str, condition: str) -> str:
    """The same for moments, which a source may hold as text."""
    value = mapped_sql(facts, table, column)
    tested = condition.format(f"CAST({value} AS TIMESTAMP)")
    return line(table, column, f"CASE WHEN {tested} THEN {value} END")
