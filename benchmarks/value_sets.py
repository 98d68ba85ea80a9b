"""Companies to predict the value of: who was known at a date, and what each brought after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from features.build import FeatureRows, build_features
from features.engines import connect
from features.history.before import History
from features.sources.source import Files, Source, SqlExpression
from features.tables import Tables, open_tables
from retinue.project import Project

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True)
class ValueSet:
    """Customers at an as-of date, and the days after it.

    Attributes:
        name: For the table.
        rows: Features of everyone who had ordered by the date.
        days: Length of the horizon.
        orders: Shape (customers,): orders in the horizon.
        spend: Money of orders in it, returns subtracted.
        before: Money in as many days before the date: what a plain guess would repeat.
    """

    name: str
    rows: FeatureRows
    days: int
    orders: NDArray[np.float64]
    spend: NDArray[np.float64]
    before: NDArray[np.float64]


def cdnow_tables(folder: Path) -> Tables:
    """CDNOW, what a customer bought on one day being one order, as in the papers."""
    columns: Mapping[str, str | SqlExpression] = {
        "customer_id": "customer_id",
        "order_id": SqlExpression("customer_id || ' ' || date"),
        "ordered_at": "date",
        "amount": "amount",
    }
    return _opened(folder / "cdnow_master.csv", columns)


def online_retail_tables(folder: Path) -> Tables:
    """A wholesaler of gifts; invoices that begin with C are cancellations."""
    columns: Mapping[str, str | SqlExpression] = {
        "customer_id": SqlExpression('"Customer ID"::BIGINT'),
        "order_id": "Invoice",
        "ordered_at": SqlExpression('"InvoiceDate"::TIMESTAMP'),
        "amount": SqlExpression("round(Quantity * Price, 2)"),
        "is_return": SqlExpression("Invoice LIKE 'C%'"),
    }
    return _opened(folder / "online_retail_2009_2010.parquet", columns)


def project_tables(project: Path) -> Tables:
    """An example of ours, drawn or fetched by its `get_data.py`."""
    return open_tables(connect(), Project.read(project).sources)


def value_set(name: str, tables: Tables, as_of: datetime, days: int) -> ValueSet:
    """Describe who had ordered by the date, and sum up what came after it."""
    known = build_features(History.before(tables, [as_of]))
    rows = known.where(~np.isnan(known.column("days_since_first_order")))
    after = _sums(tables.orders, as_of, as_of + timedelta(days=days))
    before = _sums(tables.orders, as_of - timedelta(days=days), as_of)
    none = (0.0, 0.0)
    found = np.array([after.get(str(one), none) for one in rows.customer_ids])
    repeated = np.array([before.get(str(one), none)[1] for one in rows.customer_ids])
    return ValueSet(name, rows, days, found[:, 0], found[:, 1], repeated)


def _sums(lines: "ir.Table", since: datetime, until: datetime) -> dict[str, tuple[float, float]]:
    """Orders and money by customer."""
    window = lines.filter((lines.ordered_at >= since) & (lines.ordered_at < until))
    found = (
        window.group_by("customer_id")
        .agg(
            orders=window.order_id.nunique(where=~window.is_return),
            spend=window.amount.sum().cast("float64"),
        )
        .to_pyarrow()
    )
    customers = found["customer_id"].cast("string").to_pylist()
    sums = zip(found["orders"].to_pylist(), found["spend"].to_pylist(), strict=True)
    return dict(zip(customers, sums, strict=True))


def _opened(path: Path, columns: Mapping[str, str | SqlExpression]) -> Tables:
    return open_tables(connect(), {"orders": Source(Files(path), columns)})
