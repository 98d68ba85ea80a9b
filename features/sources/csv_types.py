"""The type that each column of a CSV is read as."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from features.errors import TableError
from features.sources.complaints import as_mapping
from features.sources.csv_header import Header
from features.sources.source import literal, quoted
from features.sources.wanted import Request, Use, Wanted

AWARE = "TIMESTAMP WITH TIME ZONE"
MOMENTS = ("DATE", "TIMESTAMP", AWARE)
SWAPPED = {"%d": "%m", "%m": "%d"}


@dataclass(frozen=True)
class CsvTypes:
    """How a CSV's values are read.

    Attributes:
        by_name: DuckDB's type of each column, in the order of the header.
        date_format: How dates are written, where they are not ISO 8601.
        timestamp_format: How dates with times are.
    """

    by_name: Mapping[str, str]
    date_format: str | None = None
    timestamp_format: str | None = None

    @property
    def is_iso(self) -> bool:
        """Whether dates are written year first."""
        formats = (self.date_format, self.timestamp_format)
        return all(one is None or one.startswith("%Y") for one in formats)


def csv_types(request: Request, path: Path, header: Header, dialect: str) -> CsvTypes:
    """Types by use: exact for amounts, as written for ids and texts, else by the file's beginning.

    What is not wanted is text, so that nothing in it can fail.
    """
    wanted = request.wanted
    guessed = _guessed(request, path, header, dialect)
    types = {name: _type(name, guessed, wanted) for name in header.names}
    return CsvTypes(types, guessed.date_format, guessed.timestamp_format)


def selected(names: Iterable[str], types: Mapping[str, str]) -> str:
    """What stands after SELECT: each column by its name."""
    # Read as such, a time with a zone that does not parse would be null in silence (DuckDB 1.5).
    return ", ".join(
        f"CAST({quoted(name)} AS {AWARE}) AS {quoted(name)}"
        if types[name] == AWARE
        else quoted(name)
        for name in names
    )


def reading(paths: list[Path], dialect: str, types: Mapping[str, str], options: str = "") -> str:
    """What stands after FROM to read CSV files with these types and nothing left to guess."""
    listed = ", ".join(literal(str(path)) for path in paths)
    columns = ", ".join(
        f"{literal(name)}: {literal('VARCHAR' if kind == AWARE else kind)}"
        for name, kind in types.items()
    )
    return (
        f"read_csv([{listed}], {dialect}, auto_detect = false, comment = '', "
        f"columns = {{{columns}}}{options})"
    )


def refuse_ambiguous_dates(
    request: Request, paths: list[Path], dialect: str, types: CsvTypes
) -> None:
    """Refuse dates such as 01/02/2024 of which no row says whether the day or month leads.

    Raises:
        TableError: Every value of a column can be read both ways.
    """
    form = types.timestamp_format or types.date_format or ""
    if form[:2] not in SWAPPED:
        return
    other = SWAPPED[form[:2]] + form[2] + SWAPPED.get(form[3:5], form[3:5]) + form[5:]
    as_text = reading(paths, dialect, dict.fromkeys(types.by_name, "VARCHAR"))
    for name in (name for name, kind in types.by_name.items() if kind in MOMENTS):
        column = quoted(name)
        found = request.connection.raw_sql(
            f"SELECT bool_and(try_strptime({column}, '{other}') IS NOT NULL), min({column}) "  # noqa: S608 - quoted
            f"FROM {as_text} WHERE {column} IS NOT NULL"
        ).fetchone()
        if found[0]:
            raise TableError(
                f"{request.table.name}: in every row of {name!r} day and month could change "
                f"places (such as {found[1]!r}); say which comes first: "
                f"{as_mapping(f'strptime({column}, {literal(form)})')}, or '{other}', "
                f"in [tables.{request.table.name}.columns]"
            )


def _guessed(request: Request, path: Path, header: Header, dialect: str) -> CsvTypes:
    """What DuckDB makes of the first file's beginning, where a column's use leaves that open."""
    uses = {request.wanted.use(name) for name in header.names}
    if not uses & {Use.TIME, Use.EXPRESSION}:
        return CsvTypes({})
    lenient = dialect.replace("ignore_errors = false", "ignore_errors = true")
    try:
        found = request.connection.raw_sql(
            f"SELECT columns, DateFormat, TimestampFormat "  # noqa: S608 - a literal
            f"FROM sniff_csv({literal(str(path))}, {lenient})"
        ).fetchone()
    except duckdb.Error:  # reading the file will say which line is wrong
        return CsvTypes({})
    types = [column["type"] for column in found[0]]
    if len(types) != len(header.names):  # a first line unlike those below it
        return CsvTypes({})
    return CsvTypes(dict(zip(header.names, types, strict=True)), *found[1:])


def _type(name: str, guessed: CsvTypes, wanted: Wanted) -> str:
    use, kind = wanted.use(name), guessed.by_name.get(name, "VARCHAR")
    if use is Use.NUMBER:
        return "DECIMAL(18, 4)"
    if use is Use.EXPRESSION:
        return kind
    if use is Use.TIME and kind in MOMENTS and not guessed.is_iso:
        return kind
    return "VARCHAR"  # of times too: one line may have a zone and the next none
