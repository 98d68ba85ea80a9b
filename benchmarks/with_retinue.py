"""Retinue: the order features as `retinue score` computes them."""

from datetime import datetime
from pathlib import Path

import ibis.backends.duckdb  # noqa: F401 - Ibis would import it within the timed region
import numpy as np
import pandas  # noqa: F401 - DuckDB would, where it is installed
from numpy.typing import NDArray

from benchmarks.order_family import NAMES
from features.build import build_features
from features.catalog import NAMES as CATALOG_NAMES
from features.engines import connect
from features.history.before import History
from features.sources.source import Source
from features.tables import open_tables

COLUMNS = {
    "customer_id": "household_id",
    "order_id": "basket_id",
    "ordered_at": "transaction_timestamp",
    "amount": "sales_value",
    "quantity": "quantity",
    "discount": "discount",
    "category": "category",
    "product_id": "product_id",
}


def order_features(path: Path, as_of: datetime) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """Ids, shape (customers,), and features, shape (customers, features) in catalog order."""
    tables = open_tables(connect(), {"orders": Source(path, COLUMNS)})
    rows = build_features(History.before(tables, [as_of]))
    return rows.customer_ids, rows.values[:, [CATALOG_NAMES.index(name) for name in NAMES]]
