"""Open any kind of place; the one list of what kinds there are."""

from typing import TYPE_CHECKING

from features.errors import TableError
from features.sources.csv_files import read_csv
from features.sources.duckdb_file import read_duckdb_file
from features.sources.files import files_of, is_parquet, read_parquet
from features.sources.source import DuckDBFile, Files, Place, PostgreSQL, SparkTable
from features.sources.wanted import Request

if TYPE_CHECKING:
    import ibis.expr.types as ir


def read(request: Request, place: Place) -> "ir.Table":
    """A place's rows as a view or table of the connection; columns not wanted may be absent.

    Files are read when someone asks, databases at once.

    Raises:
        TableError: The place cannot be read.
    """
    match place:
        case Files():
            paths = files_of(request.table, place)
            parquet = is_parquet(request.table, paths[0])
            return (read_parquet if parquet else read_csv)(request, place, paths)
        case DuckDBFile():
            return read_duckdb_file(request, place)
        case PostgreSQL():
            from features.sources.postgres import read_postgres

            return read_postgres(request, place)
        case SparkTable():
            raise TableError(
                f"{request.table.name}: {place} is read by Spark alone; add --engine spark to "
                "`retinue features`, or name a file or a database as the source"
            )
