"""`retinue features`: the feature rows of one as-of date, as a file."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from features.build import feature_table
from features.export import export, export_ending
from features.history.before import History
from retinue.commands.on_spark import open_on_spark, refuse_what_is_there, written_by_spark
from retinue.commands.opening import open_project_tables
from retinue.console import progress, say, show_tables
from retinue.project import Project

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.tables import Tables


def run(project: Project, as_of: datetime | None, out: str, *, on_spark: bool = False) -> None:
    """Write one row per customer: to a Parquet or CSV file, or from Spark to a folder."""
    if on_spark:
        _run_on_spark(project, as_of, out)
        return
    to = Path(out)
    export_ending(to)
    tables = open_project_tables(project, quiet=False)
    date, rows = _rows(tables, as_of)
    export(rows.order_by("customer_id").to_pyarrow(), to)
    say(f"{to}: features as of {date:%Y-%m-%d}")


def _rows(tables: "Tables", as_of: datetime | None) -> "tuple[datetime, ir.Table]":
    date = as_of or tables.day_after_last_order
    return date, feature_table(History.before(tables, [date]))


def _run_on_spark(project: Project, as_of: datetime | None, to: str) -> None:
    """Spark reads, computes and writes Parquet itself; no row comes to this process."""
    refuse_what_is_there(to)
    with progress() as (tell, _):
        connection, tables = open_on_spark(project, tell)
        tell("computing features")
        date, rows = _rows(tables, as_of)
        with written_by_spark(to):
            connection.to_parquet_dir(rows, to)
    show_tables(tables.reports)
    say(f"{to}: a folder of Parquet files with features as of {date:%Y-%m-%d}")
