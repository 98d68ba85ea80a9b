"""The order features in pandas, written by hand for this one file."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.dataset
import pyarrow.parquet  # noqa: F401 - pandas would import both within the timed region
from numpy.typing import NDArray

from features.catalog import NAMES


def order_features(path: Path, as_of: datetime) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Ids, shape (customers,), and features, shape (customers, features) in catalog order."""
    orders = _orders(path, as_of)
    bought = orders[orders["bought"]]
    columns = _money(orders).join([_recency(bought), _money_per_order(bought)])
    # Who brought nothing but returns has placed no order: a count of 0, everything else missing.
    columns = columns.join(_frequency(bought).reindex(columns.index, fill_value=0))
    return columns.index.to_numpy(), columns[list(NAMES)].to_numpy(dtype=np.float64)


def _orders(path: Path, as_of: datetime) -> pd.DataFrame:
    """One row per basket, and one more for its returns, dated by whole days before `as_of`."""
    lines = pd.read_parquet(path)
    lines = lines[lines["transaction_timestamp"] < as_of]
    lines["bought"] = lines["sales_value"] >= 0
    orders = (
        lines.groupby(["household_id", "basket_id", "bought"], sort=False)
        .agg(
            ordered_at=("transaction_timestamp", "min"),
            amount=("sales_value", "sum"),
            units=("quantity", "sum"),
        )
        .reset_index()
    )
    orders["days_ago"] = (pd.Timestamp(as_of) - orders["ordered_at"]).dt.days
    return orders


def _recency(bought: pd.DataFrame) -> pd.DataFrame:
    bought = bought.sort_values(["household_id", "ordered_at"])
    gap = -bought.groupby("household_id")["days_ago"].diff()
    days_ago = bought.groupby("household_id")["days_ago"]
    gaps = gap.groupby(bought["household_id"])
    last, usual = days_ago.min(), gaps.mean()
    return pd.DataFrame(
        {
            "days_since_last_order": last,
            "days_since_first_order": days_ago.max(),
            "mean_days_between_orders": usual,
            "longest_days_between_orders": gaps.max(),
            "spread_of_days_between_orders": gaps.std(),
            "silence_over_usual_gap": last / usual.replace(0, np.nan),
        }
    )


def _frequency(bought: pd.DataFrame) -> pd.DataFrame:
    columns = {"orders_in_total": bought.groupby("household_id").size()}
    for days in (7, 14, 28, 56, 91):
        recent = bought[bought["days_ago"] < days]
        columns[f"orders_last_{days}_days"] = recent.groupby("household_id").size()
    weeks = (recent["days_ago"] // 7).groupby(recent["household_id"])
    columns["active_weeks_last_13_weeks"] = weeks.nunique()
    counted = pd.DataFrame(columns).fillna(0)
    counted["change_in_orders_28_days"] = (
        2 * counted["orders_last_28_days"] - counted["orders_last_56_days"]
    )
    return counted


def _money(orders: pd.DataFrame) -> pd.DataFrame:
    def spent(first: int, last: int) -> "pd.Series[float]":
        window = orders[orders["days_ago"].between(first, last)]
        return window.groupby("household_id")["amount"].sum()

    spent_28, in_total = spent(0, 27), orders.groupby("household_id")["amount"].sum()
    money = pd.DataFrame(
        {
            "spend_in_total": in_total,
            "spend_last_28_days": spent_28,
            "spend_last_91_days": spent(0, 90),
        }
    )
    before = spent(28, 55).reindex(money.index, fill_value=0)
    money["change_in_spend_28_days"] = money["spend_last_28_days"].fillna(0) - before
    return money


def _money_per_order(bought: pd.DataFrame) -> pd.DataFrame:
    return bought.groupby("household_id").agg(
        mean_order_value=("amount", "mean"),
        largest_order_value=("amount", "max"),
        units_per_order=("units", "mean"),
    )
