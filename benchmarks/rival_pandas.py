"""The order features in pandas, written by hand for this one file."""

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.dataset
import pyarrow.parquet  # noqa: F401 - pandas would import both within the timed region
from numpy.typing import NDArray

from benchmarks.order_family import NAMES

ID = "household_id"
WINDOWS = (7, 14, 28, 56, 91, 182, 365)


def order_features(path: Path, as_of: datetime) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Ids, shape (customers,), and features, shape (customers, features) in catalog order."""
    lines = pd.read_parquet(path)
    lines = lines[lines["transaction_timestamp"] < as_of]
    lines["returned"] = lines["sales_value"] < 0
    lines["days_ago"] = (pd.Timestamp(as_of) - lines["transaction_timestamp"]).dt.days
    orders = _orders(lines)
    bought, returned = orders[~orders["returned"]], orders[orders["returned"]]
    columns = _money(orders).join([_recency(bought), _money_per_order(bought)])
    columns["days_since_last_return"] = returned.groupby(ID)["days_ago"].min()
    # Who brought nothing but returns has placed no order: a count of 0, everything else missing.
    counted = [_frequency(bought), _returns(returned), _items(lines[~lines["returned"]])]
    columns = columns.join([part.reindex(columns.index) for part in counted])
    columns = _ratios(_zeros(columns))
    return columns.index.to_numpy(), columns[list(NAMES)].to_numpy(dtype=np.float64)


def _orders(lines: pd.DataFrame) -> pd.DataFrame:
    """One row per basket, and one more for its returns, dated by whole days before `as_of`."""
    orders = (
        lines.groupby([ID, "basket_id", "returned"], sort=False)
        .agg(
            days_ago=("days_ago", "max"),
            amount=("sales_value", "sum"),
            discount=("discount", "sum"),
            units=("quantity", "sum"),
            lines=("quantity", "size"),
        )
        .reset_index()
    )
    halvings = np.minimum(orders["days_ago"] // 28, 14)
    orders["weight"] = np.where(halvings < 14, 0.5**halvings, 0)
    return orders


def _recency(bought: pd.DataFrame) -> pd.DataFrame:
    bought = bought.sort_values([ID, "days_ago"], ascending=[True, False])
    gap = -bought.groupby(ID)["days_ago"].diff()
    days_ago = bought.groupby(ID)["days_ago"]
    gaps = gap.groupby(bought[ID])
    return pd.DataFrame(
        {
            "days_since_last_order": days_ago.min(),
            "days_since_first_order": days_ago.max(),
            "mean_days_between_orders": gaps.mean(),
            "longest_days_between_orders": gaps.max(),
            "spread_of_days_between_orders": gaps.std(),
        }
    )


def _frequency(bought: pd.DataFrame) -> pd.DataFrame:
    columns = {"orders_in_total": bought.groupby(ID).size()}
    columns["orders_halved_every_28_days"] = bought.groupby(ID)["weight"].sum()
    for days in WINDOWS:
        recent = bought[bought["days_ago"] < days]
        columns[f"orders_last_{days}_days"] = recent.groupby(ID).size()
    recent = bought[bought["days_ago"] < 91]
    columns["active_weeks_last_13_weeks"] = (recent["days_ago"] // 7).groupby(recent[ID]).nunique()
    return pd.DataFrame(columns)


def _returns(returned: pd.DataFrame) -> pd.DataFrame:
    recent = returned[returned["days_ago"] < 91]
    return pd.DataFrame(
        {
            "returns_in_total": returned.groupby(ID).size(),
            "returns_last_91_days": recent.groupby(ID).size(),
            "refunds_in_total": -returned.groupby(ID)["amount"].sum(),
            "refunds_last_91_days": -recent.groupby(ID)["amount"].sum(),
        }
    )


def _money(orders: pd.DataFrame) -> pd.DataFrame:
    def spent(first: int, last: int) -> "pd.Series[float]":
        window = orders[orders["days_ago"].between(first, last)]
        return window.groupby(ID)["amount"].sum()

    columns = {"spend_in_total": orders.groupby(ID)["amount"].sum()}
    columns |= {f"spend_last_{days}_days": spent(0, days - 1) for days in WINDOWS}
    columns |= {"before_28": spent(28, 55), "before_91": spent(91, 181)}
    weighted = orders["amount"] * orders["weight"]
    columns["spend_halved_every_28_days"] = weighted.groupby(orders[ID]).sum()
    return pd.DataFrame(columns)


def _money_per_order(bought: pd.DataFrame) -> pd.DataFrame:
    recent = bought[bought["days_ago"] < 91].groupby(ID)
    found = bought.groupby(ID).agg(
        bought=("amount", "sum"),
        largest_order_value=("amount", "max"),
        spread_of_order_value=("amount", "std"),
        saved=("discount", "sum"),
        units=("units", "sum"),
        lines=("lines", "sum"),
    )
    found["reduced"] = (bought["discount"] > 0).groupby(bought[ID]).sum()
    return found.join(
        recent.agg(
            bought_91=("amount", "sum"),
            saved_91=("discount", "sum"),
            units_last_91_days=("units", "sum"),
        )
    )


def _items(lines: pd.DataFrame) -> pd.DataFrame:
    columns: dict[str, pd.Series[Any]] = {}
    for column, plural in (("category", "categories"), ("product_id", "products")):
        items = lines.groupby([ID, column], sort=False).agg(
            days_ago=("days_ago", "min"), lines=("days_ago", "size")
        )
        by_customer = items.groupby(level=0)
        columns[f"{plural}_in_total"] = by_customer.size()
        columns[f"{plural}_last_91_days"] = items[items["days_ago"] < 91].groupby(level=0).size()
        if plural == "categories":
            columns["share_of_favourite_category"] = (
                by_customer["lines"].max() / by_customer["lines"].sum()
            )
        else:
            columns["share_of_products_bought_again"] = (items["lines"] > 1).groupby(level=0).mean()
    return pd.DataFrame(columns)


def _zeros(columns: pd.DataFrame) -> pd.DataFrame:
    counts = [
        name
        for name in columns.columns
        if name.startswith(("orders_", "returns_", "refunds_", "active_", "categories_"))
        or name in {"products_in_total", "products_last_91_days"}
    ]
    columns[counts] = columns[counts].fillna(0)
    return columns


def _ratios(c: pd.DataFrame) -> pd.DataFrame:
    orders = c["orders_in_total"].replace(0, np.nan)
    gap = c["mean_days_between_orders"].replace(0, np.nan)
    longest = c["longest_days_between_orders"].replace(0, np.nan)
    usual = orders / (c["days_since_first_order"] + 1)
    added = {
        "variation_of_days_between_orders": c["spread_of_days_between_orders"] / gap,
        "silence_over_usual_gap": c["days_since_last_order"] / gap,
        "silence_over_longest_gap": c["days_since_last_order"] / longest,
        "change_in_orders_28_days": 2 * c["orders_last_28_days"] - c["orders_last_56_days"],
        "change_in_orders_91_days": 2 * c["orders_last_91_days"] - c["orders_last_182_days"],
        "pace_last_28_days_over_usual": c["orders_last_28_days"] / 28 / usual,
        "returns_per_order": c["returns_in_total"] / orders,
        "change_in_spend_28_days": c["spend_last_28_days"].fillna(0) - c["before_28"].fillna(0),
        "change_in_spend_91_days": c["spend_last_91_days"].fillna(0) - c["before_91"].fillna(0),
        "mean_order_value": c["bought"] / orders,
        "mean_order_value_last_91_days": c["bought_91"]
        / c["orders_last_91_days"].replace(0, np.nan),
        "share_of_spend_returned": c["refunds_in_total"] / c["bought"].replace(0, np.nan),
        "share_discounted": c["saved"] / (c["saved"] + c["bought"]).replace(0, np.nan),
        "share_discounted_last_91_days": c["saved_91"]
        / (c["saved_91"] + c["bought_91"]).replace(0, np.nan),
        "share_of_orders_discounted": c["reduced"] / orders,
        "units_per_order": c["units"] / orders,
        "lines_per_order": c["lines"] / orders,
    }
    return c.assign(**added)
