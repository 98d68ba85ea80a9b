"""Whom training would learn from and be judged on: counted at its own dates, nothing fitted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from features.build import FeatureRows, build_features
from features.history.before import History
from scoring.churn_definition import ELIGIBLE, ChurnDefinition, Inactivity
from training.labels import churned
from training.splits import TimeSplit

if TYPE_CHECKING:
    from features.tables import Tables

Role = Literal["fit", "calibration", "test"]
ROLES: tuple[Role, ...] = ("fit", "calibration", "test")
MOST_ROWS = 250_000  # of 132 features: a quarter of a gigabyte
FIT_DATES_OF_MANY = 5
NEEDED = ("days_since_last_order", "days_since_first_order", "mean_days_between_orders")


@dataclass(frozen=True)
class DateCounts:
    """The customers of one as-of date.

    Attributes:
        role: What training would use the date for.
        as_of: The date.
        eligible: Customers who can still churn.
        churned: Those of them who then did.
        excluded: The others, by cause.
    """

    role: Role
    as_of: datetime
    eligible: int
    churned: int
    excluded: Mapping[str, int]


@dataclass(frozen=True)
class Population:
    """Customers at every date of a split, and what they did.

    Attributes:
        dates: By as-of date; of many fit dates a few.
        usual_gaps: Shape (customers with two orders or more at the test date,): each one's average
            days between orders.
        silent_days: Shape (customers who had ordered by the test date,): days since the last;
            empty where churn is not silence for so many days.
        returned: Likewise: whether they ordered in the label window.
    """

    dates: tuple[DateCounts, ...]
    usual_gaps: NDArray[np.float64]
    silent_days: NDArray[np.float64]
    returned: NDArray[np.bool_]

    def of(self, role: Role) -> tuple[int, int]:
        """Eligible customers and churned ones of a role; a customer counts once per date.

        The calibration date is the latest of the fit dates, so its customers are of both roles.
        """
        also = "calibration" if role == "fit" else role
        chosen = [date for date in self.dates if date.role in (role, also)]
        return sum(date.eligible for date in chosen), sum(date.churned for date in chosen)

    @property
    def median_usual_gap(self) -> float | None:
        """Days; None where nobody ordered twice."""
        return float(np.median(self.usual_gaps)) if len(self.usual_gaps) else None

    def gone(self, silent_days: int) -> tuple[int, int]:
        """Customers silent for that long at the test date, and those of them who returned."""
        silent = self.silent_days >= silent_days
        return int(silent.sum()), int(self.returned[silent].sum())

    def silence_of_the_gone(self, share: float, step: int = 7) -> int | None:
        """The shortest silence, in whole weeks, after which fewer than that share return."""
        longest = int(self.silent_days.max()) if len(self.silent_days) else 0
        for days in range(step, longest, step):
            gone, returned = self.gone(days)
            if returned < share * gone:
                return days
        return None


def count_population(
    tables: "Tables",
    definition: ChurnDefinition,
    split: TimeSplit,
    *,
    customers: int,
) -> Population:
    """Count at the dates of a split, in passes that hold only so many rows at once.

    Where a pass does not hold all fit dates, a few of them, evenly spaced, stand for the others.

    Args:
        tables: The project's tables.
        definition: Who is eligible and what the label is.
        split: The dates that training would use.
        customers: How many the tables hold, which decides how many dates a pass takes.

    Raises:
        TrainingError: A date's labels are not known yet.
        AsOfDateError: Nothing is known before one of the dates.
    """
    roles: dict[datetime, Role] = dict.fromkeys(_some(split.fit, customers), "fit")
    roles[split.calibration] = "calibration"
    chosen = [*(roles | {split.test: "test"}).items()]
    at_once = max(1, MOST_ROWS // max(customers, 1))
    dates: list[DateCounts] = []
    for start in range(0, len(chosen), at_once):
        batch = dict(chosen[start : start + at_once])
        found = _pass(tables, definition, [*batch])
        dates += [found.counts(role, date, definition) for date, role in batch.items()]
    last = found.ordered.as_of == np.datetime64(split.test)
    tested = found.ordered.where(last)
    if not isinstance(definition, Inactivity):
        gaps, nothing = tested.column("mean_days_between_orders"), np.empty(0)
        return Population(tuple(dates), gaps[~np.isnan(gaps)], nothing, nothing.astype(bool))
    gaps, silent = map(tested.column, ("mean_days_between_orders", "days_since_last_order"))
    return Population(tuple(dates), gaps[~np.isnan(gaps)], silent, ~found.left[last])


def _some(dates: Sequence[datetime], customers: int) -> list[datetime]:
    if len(dates) * customers <= MOST_ROWS or len(dates) <= FIT_DATES_OF_MANY:
        return [*dates]
    places = np.linspace(0, len(dates) - 1, FIT_DATES_OF_MANY).round().astype(int)
    return [dates[place] for place in places]


@dataclass(frozen=True)
class _Pass:
    """Customers of some dates: all, and those who had ordered or may churn, with who left."""

    rows: FeatureRows
    ordered: FeatureRows
    left: NDArray[np.bool_]

    def counts(self, role: Role, date: datetime, definition: ChurnDefinition) -> DateCounts:
        """The counts of one of the dates."""
        statuses = definition.statuses(self.rows.at(date))
        excluded = Counter(statuses[statuses != ELIGIBLE].tolist())
        mine = self.ordered.as_of == np.datetime64(date)
        labels = self.left[mine][definition.statuses(self.ordered.where(mine)) == ELIGIBLE]
        return DateCounts(role, date, len(labels), int(labels.sum()), dict(excluded))


def _pass(tables: "Tables", definition: ChurnDefinition, dates: Sequence[datetime]) -> _Pass:
    rows = build_features(History.before(tables, dates), {*NEEDED, *definition.needs})
    eligible = definition.statuses(rows) == ELIGIBLE
    ordered = rows.where(~np.isnan(rows.column("days_since_last_order")) | eligible)
    left = churned(tables, definition, ordered) if len(ordered) else np.empty(0, dtype=bool)
    return _Pass(rows, ordered, left)
