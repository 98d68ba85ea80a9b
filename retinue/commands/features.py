"""`retinue features`: the feature rows of one as-of date, as a file."""

from datetime import datetime
from pathlib import Path

from features.build import feature_table
from features.export import export, export_ending
from features.history.before import History
from retinue.commands.opening import open_project_tables
from retinue.console import say
from retinue.project import Project


def run(project: Project, as_of: datetime | None, to: Path) -> None:
    """Write one row per customer to a Parquet or CSV file."""
    export_ending(to)
    tables = open_project_tables(project, quiet=False)
    date = as_of or tables.day_after_last_order
    rows = feature_table(History.before(tables, [date])).order_by("customer_id")
    export(rows.to_pyarrow(), to)
    say(f"{to}: features as of {date:%Y-%m-%d}")
