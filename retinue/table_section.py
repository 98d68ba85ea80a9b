"""The `[tables.<name>]` sections: where rows are and what is behind each of our columns."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from features.sources.source import (
    DuckDBFile,
    Files,
    Lookup,
    Place,
    PostgreSQL,
    Relation,
    Source,
    SparkTable,
    SqlExpression,
)
from retinue.address import POSTGRES, filled_in
from retinue.errors import ProjectError

DUCKDB = (".duckdb", ".ddb")
SPARK = "spark"


class Section(BaseModel):
    """A part of the file; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SqlSection(Section):
    """A column mapped by an SQL expression."""

    sql: str = Field(description="A DuckDB expression over the source's columns.")


class PlaceSection(Section):
    """Files or a database."""

    source: str = Field(
        description="A .parquet, .csv or .tsv file (.csv.gz and .tsv.gz too), a folder of Parquet "
        "files, a pattern such as `orders/*.csv`, a .duckdb file, or `postgresql://user@host/db`; "
        "or `spark`; `${NAME}` is taken from the environment. Paths are relative to the project "
        "file."
    )
    table: str | None = Field(
        default=None, description="Of a database or Spark: the table to read."
    )
    query: str | None = Field(default=None, description="Of a database: a query, for a table.")
    encoding: str = Field(default="utf-8", description='Of a CSV, such as "gb18030".')
    skip_broken_lines: bool = Field(
        default=False, description="Leave out a CSV's broken lines and count them."
    )


class LookupSection(PlaceSection):
    """A second place joined to a table's source."""

    key: str = Field(description="A column of both, unique in this one.")


class TableSection(PlaceSection):
    """One table: where it is and what is behind each of our columns."""

    time_zone: str | None = Field(
        default=None,
        description='Of times written without one, such as "Asia/Shanghai"; UTC if absent.',
    )
    drop_duplicates: bool = Field(
        default=False, description="Keep rows that are equal in every mapped column once."
    )
    columns: dict[str, str | SqlSection] = Field(
        description="Our column to the source's column, or to `{ sql = ... }`."
    )
    lookup: LookupSection | None = Field(
        default=None, description="A second place joined to the source before mapping."
    )
    timeless: list[str] = Field(
        default_factory=list,
        description="Of customers: attributes that never change; without `known_at`, others "
        "are shown but are no features.",
    )


def source_of(
    name: str, section: TableSection, folder: Path, environment: Mapping[str, str]
) -> Source:
    """What a table's section describes.

    Raises:
        ProjectError: A password stands in the file, a `${NAME}` is not in the environment, or a
            database's table is not named.
    """
    where, lookup = f"[tables.{name}]", section.lookup
    return Source(
        place=place_of(where, section, folder, environment),
        columns={
            column: mapped if isinstance(mapped, str) else SqlExpression(mapped.sql)
            for column, mapped in section.columns.items()
        },
        lookup=Lookup(place_of(f"[tables.{name}.lookup]", lookup, folder, environment), lookup.key)
        if lookup
        else None,
        time_zone=section.time_zone,
        drop_duplicates=section.drop_duplicates,
        timeless=tuple(section.timeless),
    )


def place_of(
    where: str, section: PlaceSection, folder: Path, environment: Mapping[str, str]
) -> Place:
    """Where a section says that rows are.

    Raises:
        ProjectError: A password stands in the file, a `${NAME}` is not in the environment, or a
            database's table is not named.
    """
    source = filled_in(where, "source", section.source, environment)
    if source.startswith(POSTGRES):
        return PostgreSQL(source, _relation(where, section))
    if source == SPARK:
        if section.table is None:
            raise ProjectError(f'{where}: say which of Spark\'s tables: table = "database.orders"')
        return SparkTable(section.table)
    if source.endswith(DUCKDB):
        return DuckDBFile(folder / source, _relation(where, section))
    if section.table is not None or section.query is not None:
        raise ProjectError(
            f"{where}: table and query are for a database, and {section.source!r} is none: it "
            f"neither begins with {POSTGRES[0]} nor ends with {DUCKDB[0]}; correct source"
        )
    return Files(folder / source, section.encoding, section.skip_broken_lines)


def _relation(where: str, section: PlaceSection) -> Relation:
    if (section.table is None) == (section.query is None):
        raise ProjectError(
            f'{where}: say what to read of the database: either table = "..." or query = "..."'
        )
    return Relation(section.table, section.query)
