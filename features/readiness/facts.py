"""The numbers behind the findings: what was counted of every table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from features.contract import CONTRACT, CUSTOMERS, Table
from features.readiness.counts import Counts, count_rows, value_count
from features.readiness.switches import VALUES
from features.sources.csv_files import broken_lines

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.sources.source import Source
    from features.tables import TableReport, Tables

Tell = Callable[[str], None]
MOST_SEEN = 5


@dataclass(frozen=True)
class Lateness:
    """How long after they happened rows became known, in days."""

    median_days: float
    days_of_95_percent: float


@dataclass(frozen=True)
class TableFacts:
    """What was counted of one table.

    Attributes:
        table: The table.
        report: What opening it counted.
        columns: The columns that are mapped.
        counts: What one more scan counted.
        customers: Different customers in it.
        unknown_customers: Those of them who never ordered nor subscribed.
        rows_of_unknown: Rows of those.
        duplicates: Rows that repeat another in every mapped column.
        broken_lines: Lines of its CSV that were skipped.
        lateness: How late rows become known; None without known_at.
        most_seen: Per column with values that features look for and do not find: what stands
            there, most frequent first, with the number of rows.
    """

    table: Table
    report: "TableReport"
    columns: tuple[str, ...]
    counts: Counts
    customers: int
    unknown_customers: int
    rows_of_unknown: int
    duplicates: int
    broken_lines: int
    lateness: Lateness | None
    most_seen: Mapping[str, tuple[tuple[str, int], ...]]

    @property
    def kept(self) -> int:
        """Rows that have a customer and a moment."""
        return self.counts.total["rows"]


@dataclass(frozen=True)
class Facts:
    """What was counted of a project.

    Attributes:
        tables: By table name, in the contract's order.
        spine_customers: Different customers who ordered or subscribed.
        timeless: Attributes of customers that are declared never to change.
        sources: What the project file says of each table.
        now: Rows later than this are in the future.
    """

    tables: Mapping[str, TableFacts]
    spine_customers: int
    timeless: tuple[str, ...]
    sources: "Mapping[str, Source]"
    now: datetime


def gather_facts(
    tables: "Tables",
    sources: "Mapping[str, Source]",
    now: datetime,
    tell: Tell = lambda _: None,
) -> Facts:
    """Count what findings are made of.

    Args:
        tables: Opened on DuckDB.
        sources: What they were opened from.
        now: UTC without a zone.
        tell: Called with a sentence as each table begins.
    """
    spine = _spine_ids(tables)
    found = {}
    for table in CONTRACT:
        if table.name in tables.rows:
            tell(f"counting {tables.reports[table.name].rows:,} {table.name}")
            found[table.name] = _facts(tables, table, sources[table.name], now, spine)
    return Facts(found, spine.count().to_pyarrow().as_py(), tables.timeless, dict(sources), now)


def _facts(
    tables: "Tables", table: Table, source: "Source", now: datetime, spine: "ir.Table"
) -> TableFacts:
    rows, report = tables.rows[table.name], tables.reports[table.name]
    counts = count_rows(table, rows, now)
    customers, unknown, rows_of_unknown = _customers(rows, spine)
    unique = source.drop_duplicates or table is CUSTOMERS  # repeated customers do not open
    return TableFacts(
        table=table,
        report=report,
        columns=tuple(source.columns),
        counts=counts,
        customers=customers,
        unknown_customers=unknown,
        rows_of_unknown=rows_of_unknown,
        duplicates=0 if unique else counts.total["rows"] - _distinct(rows),
        broken_lines=broken_lines(rows.get_backend(), table),
        lateness=_lateness(table, rows),
        most_seen=_most_seen(table, rows, counts),
    )


def _spine_ids(tables: "Tables") -> "ir.Table":
    """Who ever ordered or subscribed, once each, kept apart: every table is held against it."""
    ids = [tables.rows[name].select(spine_id=_id(tables.rows[name])) for name in tables.spine]
    first, *more = ids
    everyone = (first.union(*more) if more else first).distinct()
    return first.get_backend().create_table("readiness_spine", everyone, temp=True, overwrite=True)


def _id(rows: "ir.Table") -> "ir.StringColumn":
    return rows.customer_id.cast("string")


def _customers(rows: "ir.Table", spine: "ir.Table") -> tuple[int, int, int]:
    by = rows.group_by("customer_id").agg(rows=rows.count())  # whole numbers group quicker
    held = by.mutate(customer_id=_id(by)).left_join(spine, [("customer_id", "spine_id")])
    strange = held.spine_id.isnull()
    found = held.agg(
        customers=held.count(), unknown=held.count(where=strange), rows=held.rows.sum(where=strange)
    )
    (row,) = found.to_pyarrow().to_pylist()
    return row["customers"], row["unknown"], int(row["rows"] or 0)


def _distinct(rows: "ir.Table") -> int:
    found: int = rows.distinct().count().to_pyarrow().as_py()
    return found


def _lateness(table: Table, rows: "ir.Table") -> Lateness | None:
    """Counted by the hour, so that quantiles are exact to it and nothing is sorted."""
    if table.occurred is None or "known_at" not in rows.columns:
        return None
    late = rows.known_at.delta(rows[table.occurred], unit="second").clip(lower=0) // 3600
    hours = rows.group_by(hours=late).agg(rows=rows.count()).order_by("hours").to_pyarrow()
    counted = list(zip(hours["hours"].to_pylist(), hours["rows"].to_pylist(), strict=True))
    return Lateness(_quantile(counted, 0.5) / 24, _quantile(counted, 0.95) / 24)


def _quantile(counted: list[tuple[int, int]], part: float) -> int:
    rank = int(part * (sum(rows for _, rows in counted) - 1))
    for value, rows in counted:
        if rank < rows:
            return value
        rank -= rows
    return 0


def _most_seen(
    table: Table, rows: "ir.Table", counts: Counts
) -> dict[str, tuple[tuple[str, int], ...]]:
    """Looked at only where something is amiss: a second scan, of one column."""
    columns = {
        switch.column
        for switch in VALUES
        if switch.table == table.name
        and counts.total.get(value_count(switch.column, switch.value or "")) == 0
    }
    if counts.total.get("unknown_scale"):
        columns.add("scale")
    seen = {}
    for column in sorted(columns):
        values = rows.filter(rows[column].notnull())
        by = values.group_by(value=values[column]).agg(rows=values.count())
        top = by.order_by([by.rows.desc(), by.value]).limit(MOST_SEEN).to_pyarrow().to_pylist()
        seen[column] = tuple((row["value"], row["rows"]) for row in top)
    return seen
