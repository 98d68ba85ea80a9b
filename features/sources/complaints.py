"""What is said of a value or a line that does not fit, and how to repair it."""

import re
from datetime import datetime

from features.contract import Table
from features.sources.source import quoted

# What DuckDB says of a line that does not parse, or a column that is not there, below its first.
CAUSE = re.compile(r"Expected Number of Columns|Error when conv|Value with unter|Candidate bind")
CSV_LINE = re.compile(r"CSV Error on Line: (\d+)")
CSV_VALUE = re.compile(
    r"Error when converting column \"(?P<column>.*)\"\. Could not convert string "
    r"\"(?P<value>.*)\" to '(?P<type>[A-Z]+)"
)
CSV_FILE = re.compile(r"^\s*file = (.*)$", re.MULTILINE)
CSV_WIDTH = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")
# DuckDB's types in the words of the contract's.
KINDS = {"DATE": "time", "TIMESTAMP": "time", "BOOLEAN": "boolean", "BOOL": "boolean"}
WORDS = {"time": "a date or time", "boolean": "true or false"}
FORMS = ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y%m%d", "%Y年%m月%d日")
TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p")
LONGEST = 60


def first_line(error: Exception) -> str:
    """The first line of a library's message without its type prefix, with the cause below it."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    told = [lines[0], *(line for line in lines[1:] if CAUSE.match(line))]
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
        kind = KINDS.get(value["type"], "number")
        return (
            f"{where}: column {value['column']!r} holds {_told(value['value'])}, which is not "
            f"{_wanted(kind, value['value'])}; correct the line, or write "
            f"{_repair(kind, value['column'], value['value'])} in [tables.{name}.columns]"
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
    return (
        f"{table.name}: row {row:,} (a header is not counted): a value does not fit its column: "
        f"{mapped}, mapped to {name}, has {_told(value)}, which is not {_wanted(kind, value)}; "
        f"correct the rows, or write {_repair(kind, mapped, value)} in "
        f"[tables.{table.name}.columns]"
    )


def _told(value: str) -> str:
    return repr(value if len(value) <= LONGEST else value[: LONGEST - 3] + "...")


def _wanted(kind: str, value: str) -> str:
    if kind in WORDS:
        return WORDS[kind]
    is_number = re.fullmatch(r"\s*[+-]?\d+(\.\d*)?([eE][+-]?\d+)?\s*", value)
    return "a number of at most 14 digits before the point" if is_number else "a number"


def _repair(kind: str, column: str, value: str) -> str:
    """A mapping that would read the value, or leave it out."""
    if kind == "time" and (form := _form(value)):
        return as_mapping(f"strptime({quoted(column)}, '{form}')")
    lenient = {"time": "TIMESTAMP", "boolean": "BOOLEAN"}.get(kind, "DOUBLE")
    if value.strip().lstrip("+-").lower() in ("inf", "infinity", "nan"):
        lenient = "DECIMAL(18, 4)"  # a double may be infinite, and would not fit again
    return f"{as_mapping(f'TRY_CAST({quoted(column)} AS {lenient})')} (null where it does not fit)"


def as_mapping(sql: str) -> str:
    """An expression as the project file takes it, whatever quotes it holds."""
    return f"{{ sql = '''{sql}''' }}"


def _form(value: str) -> str | None:
    """The first usual way of writing a date that fits a value; None if none does."""
    for date in FORMS:
        for time in TIMES:
            try:
                datetime.strptime(value.strip(), date + time)  # noqa: DTZ007 - only whether it fits
            except ValueError:
                continue
            return date + time
    return None
