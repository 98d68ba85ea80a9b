"""What is said of a value or a line that does not fit."""

import re

from features.contract import Table

# What DuckDB says of a line that does not parse, below the line's number.
CSV_CAUSE = re.compile(r"Expected Number of Columns|Error when converting|Value with unterminated")
CSV_LINE = re.compile(r"CSV Error on Line: (\d+)")
CSV_VALUE = re.compile(
    r"Error when converting column \"(?P<column>.*)\"\. Could not convert string "
    r"\"(?P<value>.*)\" to '(?P<type>[A-Z]+)"
)
CSV_FILE = re.compile(r"^\s*file = (.*)$", re.MULTILINE)
CSV_WIDTH = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")
KINDS = {"DECIMAL": "a number", "DOUBLE": "a number", "BIGINT": "a whole number"}
TIMES = {"DATE", "TIMESTAMP"}


def first_line(error: Exception) -> str:
    """The first line of a library's message without its type prefix; for a CSV, also the cause."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    told = [lines[0], *(line for line in lines[1:] if CSV_CAUSE.match(line))]
    return re.sub(r"^(\w+ )*Error:\s*", "", "; ".join(line.strip() for line in told))


def csv_complaint(error: Exception, name: str) -> str | None:
    """A CSV's broken line in words: file, line, what stands there and how to repair it.

    None if the error is not about a line of a CSV. `name` is the table's.
    """
    text = str(error)
    line = CSV_LINE.search(text)
    if line is None:
        return None
    file = CSV_FILE.search(text)
    where = f"{name}: {file.group(1) if file else 'the CSV'}, line {line.group(1)}"
    if value := CSV_VALUE.search(text):
        column, kind = value["column"], value["type"]
        return (
            f"{where}: column {column!r} holds {value['value']!r}, which is not "
            f"{'a date or time' if kind in TIMES else KINDS.get(kind, kind)}; "
            f"correct the line, or let it read as null: "
            f'{{ sql = "{_lenient(column, kind)}" }} in [tables.{name}.columns]'
        )
    if width := CSV_WIDTH.search(text):
        expected, found = width.groups()
        return (
            f"{where}: expected {expected} columns, found {found}; correct the line (a value that "
            f"holds the delimiter needs quotes), or set skip_broken_lines = true in "
            f"[tables.{name}]"
        )
    if "unterminated quote" in text:
        return f"{where}: a quote is opened and never closed; correct the line"
    return f"{where}: {first_line(error)}; correct the line"


def value_complaint(table: Table, name: str, mapped: str, value: str, row: int) -> str:
    """A value that its column cannot hold, found by its row.

    Args:
        table: The contract's table.
        name: The contract's column.
        mapped: The source's column or expression.
        value: What was found there.
        row: Its row in the source, from 1.
    """
    column = table.column(name)
    kind = column.type if column else "text"
    a_kind = {"time": "a date or time", "boolean": "true or false"}.get(kind, "a number")
    told = value if len(value) <= 60 else value[:57] + "..."
    return (
        f"{table.name}: row {row:,} (a header is not counted): a value does not fit its column: "
        f"{mapped}, mapped to {name}, has {told!r}, which is not {a_kind}; correct the rows, or "
        f"map the column by an SQL expression in [tables.{table.name}.columns], such as "
        f"{_repair(kind)}"
    )


def _repair(kind: str) -> str:
    if kind == "time":
        return "strptime(column, '%d.%m.%Y %H:%M')"
    return f"TRY_CAST(column AS {'BOOLEAN' if kind == 'boolean' else 'DOUBLE'}) for null instead"


def _lenient(column: str, kind: str) -> str:
    name = column if re.fullmatch(r"\w+", column) else f'\\"{column}\\"'
    return f"TRY_CAST({name} AS {'TIMESTAMP' if kind in TIMES else 'DOUBLE'})"
