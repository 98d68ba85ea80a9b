"""A table's source as the project file describes it: a place, and what is behind each column."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from features.sources.postgres_address import PostgresAddress


@dataclass(frozen=True)
class SqlExpression:
    """A mapping by expression over the source's columns, in DuckDB's SQL."""

    sql: str


@dataclass(frozen=True)
class Files:
    """One file, a folder of Parquet files, or every file that a pattern such as `*.csv` names.

    Attributes:
        path: The file, folder or pattern.
        encoding: How a CSV's characters are written, by Python's name for it.
        skip_broken_lines: Whether a CSV's broken lines are left out (and counted), not refused.
    """

    path: Path
    encoding: str = "utf-8"
    skip_broken_lines: bool = False

    def __str__(self) -> str:
        """The path, as error messages say it."""
        return str(self.path)


@dataclass(frozen=True)
class Relation:
    """What to read of a database: a table, or a query that is run there."""

    table: str | None = None
    query: str | None = None

    @property
    def sql(self) -> str:
        """What stands after FROM; the parts of a table's name are taken as they are written."""
        if self.table is not None:
            return ".".join(quoted(part) for part in self.table.split("."))
        # A subquery cannot change data, and a line break ends a closing comment.
        return f"({(self.query or '').strip().rstrip(';')}\n) AS query"

    def __str__(self) -> str:
        """`table sales` or `its query`, as error messages say it."""
        return f"table {self.table}" if self.table is not None else "its query"


@dataclass(frozen=True)
class DuckDBFile:
    """A table or query of a DuckDB file."""

    path: Path
    relation: Relation

    def __str__(self) -> str:
        """The file and what is read of it."""
        return f"{self.path} ({self.relation})"


@dataclass(frozen=True)
class PostgreSQL(PostgresAddress):
    """A table or query of a PostgreSQL database.

    Attributes:
        relation: What to read.
    """

    relation: Relation

    def __str__(self) -> str:
        """The address without password or options, and what is read there."""
        return f"{super().__str__()} ({self.relation})"


@dataclass(frozen=True)
class SparkTable:
    """A table that Spark's catalog knows; read by the engine spark alone."""

    table: str

    @property
    def database(self) -> tuple[str, ...] | None:
        """The catalog and database that stand before the table's name."""
        return tuple(self.table.split(".")[:-1]) or None

    def __str__(self) -> str:
        """The table, as error messages say it."""
        return f"the Spark table {self.table}"


Place = Files | DuckDBFile | PostgreSQL | SparkTable
"""Where rows are."""


@dataclass(frozen=True)
class Lookup:
    """Columns joined to a source from a second place, by a key that is unique there."""

    place: Place | Path
    key: str


@dataclass(frozen=True)
class Source:
    """Where a table's rows come from.

    Attributes:
        place: The files or the database; a bare path stands for `Files(path)`.
        columns: Contract column to source column name or SQL expression.
        lookup: An optional second place joined by key before the columns are mapped.
        time_zone: Of times that are written without one; None for UTC.
        drop_duplicates: Whether rows equal in every mapped column are kept only once.
        timeless: Attributes of customers that never change.
    """

    place: Place | Path
    columns: Mapping[str, str | SqlExpression] = field(default_factory=dict)
    lookup: Lookup | None = None
    time_zone: str | None = None
    drop_duplicates: bool = False
    timeless: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[Place, ...]:
        """Every place that the source reads: its own and the lookup's."""
        found = (self.place, self.lookup.place) if self.lookup else (self.place,)
        return tuple(Files(place) if isinstance(place, Path) else place for place in found)


def quoted(name: str) -> str:
    """A name as SQL takes it whatever its letters."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
