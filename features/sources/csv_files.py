"""Read CSV and TSV files: each column as its use asks, so that no later line changes its type."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from features.contract import Table
from features.errors import TableError
from features.sources.characters import encoding_complaint, is_utf8, rewrite_as_utf8
from features.sources.complaints import csv_complaint
from features.sources.csv_header import Header, read_header
from features.sources.csv_types import (
    CsvTypes,
    csv_types,
    reading,
    refuse_ambiguous_dates,
    selected,
)
from features.sources.files import unreadable
from features.sources.source import Files, literal
from features.sources.wanted import Request

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend


def read_csv(request: Request, files: Files, paths: list[Path]) -> "ir.Table":
    """Open CSV files as one view, or as a table where they are rewritten or lines skipped."""
    table = request.table
    try:
        if is_utf8(files.encoding):
            return _open(request, paths, files, stays=not files.skip_broken_lines)
        with tempfile.TemporaryDirectory() as folder:
            rewritten = [Path(folder) / f"{n}-{path.stem}.csv" for n, path in enumerate(paths)]
            for path, to in zip(paths, rewritten, strict=True):
                rewrite_as_utf8(table, path, files.encoding, to)
            return _open(request, rewritten, files, stays=False)
    except LookupError as error:
        raise TableError(
            f"{table.name}: there is no encoding {files.encoding!r}; "
            f'write one such as "gb18030" or "latin-1" in [tables.{table.name}]'
        ) from error


def broken_lines(connection: "Backend", table: Table) -> int:
    """How many lines of a table's CSV were skipped as broken."""
    rejects = _rejects(f"{table.name}_source")
    if rejects not in connection.list_tables():
        return 0
    found = connection.raw_sql(f"SELECT count(DISTINCT (file_id, line)) FROM {rejects}").fetchone()  # noqa: S608 - our own name
    return int(found[0])


def csv_error(table: Table, paths: list[Path], error: Exception) -> TableError:
    """What is wrong with a CSV: its encoding, a line of it, or the whole."""
    said = csv_complaint(error, table.name)
    if said is None or "unicode" in str(error):
        said = next(filter(None, (encoding_complaint(table, path) for path in paths)), said)
    return TableError(said) if said else unreadable(table, paths[0], error)


def _open(request: Request, paths: list[Path], files: Files, *, stays: bool) -> "ir.Table":
    """The rows as a view, if the files stay as they are, else as a table."""
    header = _common_header(request, paths)
    connection, kind = request.connection, "VIEW" if stays else "TABLE"
    dialect = (
        f"header = true, skip = 0, delim = {literal(header.delimiter)}, quote = '\"', "
        f"escape = '\"', ignore_errors = {str(files.skip_broken_lines).lower()}"
    )
    try:
        types = csv_types(request, paths[0], header, dialect)
        refuse_ambiguous_dates(request, paths, dialect, types)
        options = _formats(types)
        if files.skip_broken_lines:
            options += _kept_rejects(request)
        names = selected(header.names if stays else request.wanted.of(header.names), types.by_name)
        connection.raw_sql(
            f"CREATE OR REPLACE {kind} {request.view} AS SELECT {names} "  # noqa: S608 - quoted names
            f"FROM {reading(paths, dialect, types.by_name, options)}"
        )
        return connection.table(request.view)
    except TableError:
        raise
    except Exception as error:
        raise csv_error(request.table, paths, error) from error


def _common_header(request: Request, paths: list[Path]) -> Header:
    table, headers = request.table, []
    for path in paths:
        try:
            headers.append(read_header(table, path, request.wanted))
        except TableError as error:
            raise TableError(encoding_complaint(table, path) or str(error)) from error
        except OSError as error:  # not the gzip stream that its ending promises
            raise unreadable(table, path, error) from error
        if headers[-1] != headers[0]:
            raise TableError(
                f"{table.name}: {path} has other columns than {paths[0]}: "
                f"{list(headers[-1].names)} against {list(headers[0].names)}; "
                "give all files the same header"
            )
    return headers[0]


def _formats(types: CsvTypes) -> str:
    formats = f", dateformat = {literal(types.date_format)}" if types.date_format else ""
    if types.timestamp_format:
        formats += f", timestampformat = {literal(types.timestamp_format)}"
    return formats


def _kept_rejects(request: Request) -> str:
    rejects, scans = _rejects(request.view), f"{request.view}_scans"
    for name in (rejects, scans):
        request.connection.raw_sql(f"DROP TABLE IF EXISTS {name}")
    return f", store_rejects = true, rejects_table = '{rejects}', rejects_scan = '{scans}'"


def _rejects(view: str) -> str:
    return f"{view}_rejects"
