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
    tables: "Tables", definition: ChurnDefinition, as_of_dates: Sequence[datetime]
) -> Snapshots:
    """Features and labels of every eligible customer at every date, in one pass over the data.

    Raises:
        TrainingError: A date's labels are not known yet, or nobody is eligible.
    """
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
    if not eligible.any():
        raise TrainingError(
            f"no customer is eligible: excluded by date and cause are {excluded}; "
            "widen silent_days or lower minimum_tenure_days in [churn]"
        )
    kept = rows.where(eligible)
    histories = {f"{date:%Y-%m-%d}": orders_of(rows.at(date)) for date in as_of_dates}
    return Snapshots(kept, churned(tables, definition, kept), excluded, histories)
