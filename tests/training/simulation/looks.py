"""Plain looks at a simulated company with pandas: what a person would see in its tables."""

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from training.simulation.clock import Clock
from training.simulation.company import tables_of
from training.simulation.truths import Truths

DAYS = 730
DATES = tuple(datetime(2023, 7, 1) + timedelta(days=60 + 85 * i) for i in range(5))
HORIZON, SILENT = timedelta(days=42), timedelta(days=70)
START = datetime(2023, 1, 2)
END = START + timedelta(days=DAYS)


class Company:
    """Tables by name, and what most looks begin with, made once."""

    def __init__(self, tables: dict[str, pd.DataFrame]) -> None:
        self.tables = tables

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    @cached_property
    def snapshots(self) -> pd.DataFrame:
        """One row per date and customer who had ordered in the last 70 days."""
        return pd.concat([_snapshot(self, date) for date in DATES])

    @cached_property
    def orders(self) -> pd.DataFrame:
        """One row per order, by customer and time, with the customer's own gap."""
        lines = self["orders"]
        placed = lines[~lines.is_return].drop_duplicates("order_id")
        placed = placed.merge(self["truth"][["customer_id", "usual_gap_days", "left_at"]])
        return placed.sort_values(["customer_id", "ordered_at"])


def company(customers: int = 10_000, seed: int = 7, **changed: Any) -> Company:
    """Simulate in memory, with some of the truths changed."""
    truths = Truths(**changed)
    made = tables_of(
        truths, Clock(truths, DAYS), range(1, customers + 1), np.random.SeedSequence(seed)
    )
    return Company({name: table.to_pandas() for name, table in made.items()})


def churn_rate(rows: pd.DataFrame) -> float:
    """Share of the rows without an order in the horizon."""
    return float(rows.churned.mean())


def returns_after(company: Company, gaps: float) -> float:
    """Share who order within 90 days of having been silent for so many of their usual gaps."""
    orders = company.orders
    silent = orders.ordered_at + pd.to_timedelta(gaps * orders.usual_gap_days, unit="D")
    following = orders.groupby("customer_id").ordered_at.shift(-1)
    reached = ~(following <= silent) & (silent < END - timedelta(days=90))
    return float((following < silent + timedelta(days=90))[reached].mean())


def campaign_effects(company: Company) -> pd.DataFrame:
    """By archetype: treated minus control, of those left within 60 days and of those converted."""
    rows = company["treatments"].merge(company["truth"][["customer_id", "left_at", "archetype"]])
    whole = rows.treated_at < END - timedelta(days=63)
    rows = rows[whole & ~(rows.left_at < rows.treated_at)]
    rows = rows.assign(
        left=rows.left_at < rows.treated_at + timedelta(days=60),
        converted=rows.converted_at.notna(),
    )
    treated, control = (
        rows[rows.arm == arm].groupby("archetype")[["left", "converted"]].mean()
        for arm in ("treated", "control")
    )
    return treated - control


def _snapshot(company: Company, as_of: datetime) -> pd.DataFrame:
    """Who had ordered in the last 70 days, what was known of them, and whether they churned."""
    orders, tickets, events = company.orders, company["tickets"], company["events"]
    last = orders[orders.ordered_at < as_of].groupby("customer_id").ordered_at.max()
    rows = pd.DataFrame({"last": last[last >= as_of - SILENT]})
    coming = orders[(orders.ordered_at >= as_of) & (orders.ordered_at < as_of + HORIZON)]
    complaints = tickets[(tickets.category == "complaint") & (tickets.known_at <= as_of)]
    open_at = complaints[~(complaints.resolved_at < as_of)]
    ago = (as_of - events.occurred_at).dt.total_seconds() / 86_400
    known = (ago > 0) & (events.known_at <= as_of)

    def count(found: pd.DataFrame) -> pd.Series:
        return found.groupby("customer_id").size().reindex(rows.index, fill_value=0)

    before = count(events[known & (ago > 28) & (ago <= 140)]) / 4
    left_at = company["truth"].set_index("customer_id").left_at.reindex(rows.index)
    increase = _increases(company, as_of).reindex(rows.index)
    return rows.assign(
        churned=~rows.index.isin(coming.customer_id),
        still_there=~(left_at < as_of),
        leaves=(left_at >= as_of) & (left_at < as_of + HORIZON),
        complaints=count(complaints[complaints.opened_at >= as_of - timedelta(days=90)]),
        open_complaints=count(open_at),
        price_increase=increase,
        engagement_ratio=(count(events[known & (ago <= 28)]) / before).where(before >= 1),
    )


def _increases(company: Company, as_of: datetime) -> "pd.Series[float]":
    """Largest rise in the last 60 days of the price of a subscription that goes on; 0 if none."""
    rows = company["subscriptions"].sort_values(["customer_id", "started_at"])
    rows = rows[rows.started_at < as_of]
    rise = rows.amount_per_month / rows.groupby("customer_id").amount_per_month.shift() - 1
    fresh = rows.started_at >= as_of - timedelta(days=60)
    risen: pd.Series[float] = rise.where(fresh, 0).fillna(0)
    going_on = rows[~(rows.ended_at < as_of)].customer_id
    return risen.groupby(rows.customer_id).max().loc[going_on.unique()]
