"""The order features in DuckDB's SQL, written by hand for this one file."""

from datetime import datetime
from pathlib import Path

import duckdb
import numpy as np
import pandas  # noqa: F401 - DuckDB would import it within the timed region
from numpy.typing import NDArray

from benchmarks.order_family import NAMES

FEATURES = (Path(__file__).parent / "rival.sql").read_text(encoding="utf-8")


def order_features(path: Path, as_of: datetime) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Ids, shape (customers,), and features, shape (customers, features) in catalog order."""
    with duckdb.connect() as connection:
        found = connection.execute(FEATURES, {"path": str(path), "as_of": as_of}).fetchnumpy()
    columns = [np.ma.asarray(found[name], dtype=np.float64).filled(np.nan) for name in NAMES]
    return np.asarray(found["household_id"], dtype=np.int64), np.column_stack(columns)
