"""Open a project's tables: map, check, count, and shrink each to what features are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import ibis

from features.contract import CONTRACT, CUSTOMERS, ORDERS, Table
from features.errors import TableError
from features.sources.mapping import map_source
from features.sources.misfits import value_error
from features.sources.source import Source

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

LINES = "_lines"  # of the source behind a row; no mapped column may begin like this


@dataclass(frozen=True)
class TableReport:
    """What was read of one table.

    Attributes:
        rows: Rows in the source.
        without_customer: Rows left out because they name no customer.
        without_time: Rows left out because their moment, or when they became known, is null.
        customers: Distinct customers among the rows kept.
        first: The earliest moment among the rows kept; None for a table without moments.
        last: The latest.
    """

    rows: int
    without_customer: int
    without_time: int
    customers: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True)
class Tables:
    """A project's tables, opened.

    Attributes:
        orders: One row per part of an order: the lines of one customer's order that share both
            their moment and the moment they became known. Columns customer_id, order_id,
            ordered_at, known_at, amount, units, is_return and the number of lines.
        others: The rows of each further table by its name, columns as mapped.
        reports: What was read of each table, by name.
    """

    orders: "ir.Table"
    others: Mapping[str, "ir.Table"]
    reports: Mapping[str, TableReport]

    @property
    def day_after_last_order(self) -> datetime:
        """The first midnight at or after the last order: the as-of date that knows the most."""
        last = self.reports["orders"].last
        if last is None:
            raise TableError("orders: no row has a moment; check the column mapped to ordered_at")
        midnight = last.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight if midnight == last else midnight + timedelta(days=1)


def connect() -> "Backend":
    """An in-memory DuckDB that reads times without a zone as UTC."""
    connection = ibis.duckdb.connect()
    # Ibis turns it on; after two seconds it would stand on stdout, among results and JSON.
    connection.raw_sql("SET enable_progress_bar = false")
    connection.raw_sql("SET TimeZone = 'UTC'")
    return connection


def open_tables(connection: "Backend", sources: Mapping[str, Source]) -> Tables:
    """Read each source once; keep orders as parts of orders and the others row by row.

    Args:
        connection: From `connect()`.
        sources: Table name to source; `orders` is required.

    Raises:
        TableError: A table is unknown, absent, empty, or does not hold what its mapping says.
    """
    known = [table.name for table in CONTRACT]
    unknown = sorted(set(sources) - set(known))
    if unknown:
        raise TableError(
            f"unknown tables {unknown} in the project file; a project may have {known}"
        )
    if ORDERS.name not in sources:
        raise TableError("there is no [tables.orders] in the project file; add it")
    kept: dict[str, ir.Table] = {}
    reports: dict[str, TableReport] = {}
    for table in CONTRACT:
        if table.name in sources:
            mapped = map_source(connection, table, sources[table.name])
            rows = _parts_of_orders(mapped) if table is ORDERS else mapped.mutate(**{LINES: 1})
            stored = _materialize(connection, table, _ids_as_text(table, rows), sources[table.name])
            reports[table.name] = _report(table, stored, sources[table.name])
            kept[table.name] = _kept(table, stored)
    _refuse_repeated_customers(kept)
    return Tables(kept.pop(ORDERS.name), kept, reports)


def _parts_of_orders(lines: "ir.Table") -> "ir.Table":
    """Sum lines that share order, moment and knowledge: whatever T is, they are known together.

    Where an order's id is not mapped or null, a customer's lines of one moment are one order. A
    line is a return if it says so or if its amount is negative; its amount counts as negative.
    """
    has = lines.columns
    is_return = lines.amount < 0
    if "is_return" in has:
        is_return = is_return | lines.is_return.fill_null(ibis.literal(False))
    lines = lines.mutate(
        order_id=lines.order_id if "order_id" in has else lines.ordered_at,
        known_at=lines.known_at if "known_at" in has else lines.ordered_at,
        is_return=is_return,
        amount=is_return.ifelse(-lines.amount.abs(), lines.amount),
        units=lines.quantity if "quantity" in has else ibis.null("decimal(18, 4)"),
    )
    return lines.group_by(["customer_id", "order_id", "ordered_at", "known_at", "is_return"]).agg(
        # A sum of decimals is wider than its terms; narrow again, further sums are quicker.
        amount=lines.amount.sum().fill_null(ibis.literal(0)).cast("decimal(18, 4)"),
        units=lines.units.sum().cast("decimal(18, 4)"),
        **{LINES: lines.count()},
    )


def _ids_as_text(table: Table, rows: "ir.Table") -> "ir.Table":
    ids = [column.name for column in table.columns if column.type == "id"]
    rows = rows.mutate(**{name: rows[name].cast("string") for name in ids if name in rows.columns})
    if table is ORDERS:
        # A line without its order's id is of the order that its moment stands for.
        rows = rows.mutate(order_id=rows.order_id.fill_null(rows.ordered_at.cast("string")))
    return rows


def _materialize(
    connection: "Backend", table: Table, rows: "ir.Table", source: Source
) -> "ir.Table":
    try:
        return connection.create_table(table.name, rows, temp=True, overwrite=True)
    except Exception as error:
        raise value_error(connection, table, source, error) from error


def _report(table: Table, rows: "ir.Table", source: Source) -> TableReport:
    # A table without moments gets one for all rows, so that one aggregation reads every table.
    moment = rows[table.occurred] if table.occurred else ibis.now()
    if "known_at" in rows.columns:
        moment = rows.known_at.notnull().ifelse(moment, ibis.null())
    rows = rows.mutate(moment=moment)
    kept = rows.customer_id.notnull() & rows.moment.notnull()
    found = (
        rows.agg(
            rows=rows[LINES].sum(),
            without_customer=rows[LINES].sum(where=rows.customer_id.isnull()),
            without_time=rows[LINES].sum(where=rows.customer_id.notnull() & rows.moment.isnull()),
            customers=rows.customer_id.nunique(where=kept),
            first=rows.moment.min(where=kept),
            last=rows.moment.max(where=kept),
        )
        .to_pyarrow()
        .to_pylist()[0]
    )
    if not found["rows"]:
        raise TableError(
            f"{table.name}: {source.place} has no rows; "
            f"point [tables.{table.name}] at the data"
            + ("" if table is ORDERS else ", or remove the table from the project file")
        )
    return TableReport(
        rows=int(found["rows"]),
        without_customer=int(found["without_customer"] or 0),
        without_time=int(found["without_time"] or 0),
        customers=found["customers"],
        first=found["first"] if table.occurred else None,
        last=found["last"] if table.occurred else None,
    )


def _kept(table: Table, rows: "ir.Table") -> "ir.Table":
    rows = rows.filter(rows.customer_id.notnull())
    for moment in (table.occurred, "known_at"):
        if moment in rows.columns:
            rows = rows.filter(rows[moment].notnull())
    return rows if table is ORDERS else rows.drop(LINES)


def _refuse_repeated_customers(tables: Mapping[str, "ir.Table"]) -> None:
    customers = tables.get(CUSTOMERS.name)
    if (
        customers is not None
        and (customers.count() > customers.customer_id.nunique()).to_pyarrow().as_py()
    ):
        raise TableError(
            "customers: some customer_id stands on more than one row; keep one row per customer"
        )
