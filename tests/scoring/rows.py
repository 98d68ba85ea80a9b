"""Feature rows written by hand."""

import numpy as np
from numpy.typing import NDArray

from features.build import FeatureRows
from features.catalog import NAMES

NULL = float("nan")


def feature_rows(**columns: list[float]) -> FeatureRows:
    """Rows with these values by feature name; every other feature is null."""
    length = len(next(iter(columns.values())))
    values = np.full((length, len(NAMES)), NULL)
    for name, column in columns.items():
        values[:, NAMES.index(name)] = column
    return FeatureRows(
        customer_ids=np.array([f"c{i}" for i in range(length)], dtype=object),
        as_of=np.full(length, "2024-06-01", dtype="datetime64[us]"),
        values=values,
    )


def taken(rows: FeatureRows, order: NDArray[np.int64]) -> FeatureRows:
    """The rows in another order."""
    return FeatureRows(rows.customer_ids[order], rows.as_of[order], rows.values[order])
