"""Labelled snapshots: one row per eligible customer and as-of date."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from features.build import FeatureRows, build_features
from features.history.before import History
from scoring.churn_definition import ELIGIBLE, ChurnDefinition
from scoring.value.model import orders_of
from scoring.value.purchasing import Orders
from training.errors import TrainingError
from training.labels import churned

if TYPE_CHECKING:
    from features.tables import Tables

MOST_ROWS_AT_ONCE = 250_000  # of features a quarter of a GiB, and the engine's work as much again


@dataclass(frozen=True)
class Snapshots:
    """Labelled rows.

    Attributes:
        rows: Features of eligible customers.
        churned: Shape (rows,): the label.
        excluded: Number of customers left out, by as-of date (ISO 8601) and cause.
        histories: By as-of date, the orders of everyone known then, eligible or not.
    """

    rows: FeatureRows
    churned: NDArray[np.bool_]
    excluded: dict[str, dict[str, int]]
    histories: dict[str, Orders] = field(default_factory=dict)

    def __len__(self) -> int:
        """Number of labelled rows."""
        return len(self.rows)

    def where_at(self, places: NDArray[np.int64]) -> "Snapshots":
        """The labelled rows at some places, in that order; counts by date are left behind."""
        return Snapshots(self.rows.where_at(places), self.churned[places], {})

    def at(self, dates: Sequence[datetime]) -> "Snapshots":
        """The labelled rows of some of the as-of dates."""
        chosen = np.isin(self.rows.as_of, np.array(dates, dtype="datetime64[us]"))
        days = [f"{date:%Y-%m-%d}" for date in dates]
        excluded = {day: self.excluded[day] for day in days}
        histories = {day: self.histories[day] for day in days}
        return Snapshots(self.rows.where(chosen), self.churned[chosen], excluded, histories)


def build_snapshots(
    tables: "Tables",
    definition: ChurnDefinition,
    as_of_dates: Sequence[datetime],
    most_rows: int = MOST_ROWS_AT_ONCE,
) -> Snapshots:
    """Features and labels of every eligible customer at every date.

    Several dates share a pass over the data, as many as their features of everyone fit into memory.

    Args:
        tables: The project's tables.
        definition: Who is eligible, and what the label is.
        as_of_dates: UTC without a zone.
        most_rows: Customers by as-of date, eligible or not, to hold at once.

    Raises:
        TrainingError: A date's labels are not known yet, or nobody is eligible.
    """
    dates = sorted(as_of_dates)
    together = len(dates) if len(dates) == 1 else max(1, most_rows // tables.most_customers)
    parts = [
        _labelled(tables, definition, dates[start : start + together])
        for start in range(0, len(dates), together)
    ]
    excluded = {day: causes for part in parts for day, causes in part.excluded.items()}
    if not any(len(part) for part in parts):
        raise TrainingError(
            f"no customer is eligible: excluded by date and cause are {excluded}; "
            "widen silent_days or lower minimum_tenure_days in [churn]"
        )
    return parts[0] if len(parts) == 1 else _joined(parts, excluded)


def _joined(parts: Sequence[Snapshots], excluded: dict[str, dict[str, int]]) -> Snapshots:
    rows = FeatureRows(
        customer_ids=np.concatenate([part.rows.customer_ids for part in parts]),
        as_of=np.concatenate([part.rows.as_of for part in parts]),
        values=np.concatenate([part.rows.values for part in parts]),
    )
    histories = {day: orders for part in parts for day, orders in part.histories.items()}
    return Snapshots(rows, np.concatenate([part.churned for part in parts]), excluded, histories)


def _labelled(
    tables: "Tables", definition: ChurnDefinition, as_of_dates: Sequence[datetime]
) -> Snapshots:
    """The eligible at a few dates, perhaps none, in one pass over the data."""
    rows = build_features(History.before(tables, as_of_dates))
    statuses = definition.statuses(rows)
    eligible = statuses == ELIGIBLE
    days = np.datetime_as_string(rows.as_of, unit="D")
    excluded = {
        f"{date:%Y-%m-%d}": dict(
            Counter(statuses[~eligible & (days == f"{date:%Y-%m-%d}")].tolist())
        )
        for date in as_of_dates
    }
    histories = {f"{date:%Y-%m-%d}": orders_of(rows.at(date)) for date in as_of_dates}
    kept = rows.where(eligible)
    del rows  # most of the memory: labels are made of the eligible alone
    labels = churned(tables, definition, kept) if len(kept) else np.empty(0, dtype=bool)
    return Snapshots(kept, labels, excluded, histories)
