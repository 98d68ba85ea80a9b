"""`retinue features`: the feature rows of one as-of date, as a file."""

from datetime import datetime
from pathlib import Path

from features.build import feature_table
from features.errors import TableError
from features.history import History
from retinue.commands.opening import open_project_tables
from retinue.console import say
from retinue.project import Project


def run(project: Project, as_of: datetime | None, to: Path) -> None:
    """Write one row per customer to a Parquet or CSV file."""
    if to.suffix not in (".parquet", ".csv"):
        raise TableError(f"{to}: cannot write {to.suffix!r}; name a .parquet or .csv file")
    tables = open_project_tables(project, quiet=False)
    date = as_of or tables.day_after_last_order
    rows = feature_table(History.before(tables, [date])).order_by("customer_id")
    to.parent.mkdir(parents=True, exist_ok=True)
    (rows.to_parquet if to.suffix == ".parquet" else rows.to_csv)(to)
    say(f"{to}: features as of {date:%Y-%m-%d}")
