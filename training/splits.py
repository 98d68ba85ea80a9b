"""Which as-of dates fit, calibrate and test: labels that a model learns from end by its test."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np

from scoring.churn_definition import ChurnDefinition
from training.config import TrainingConfig
from training.errors import TrainingError
from training.span import span_of

if TYPE_CHECKING:
    from features.tables import Tables

# Customers by fit date: so many hold a GiB of features and are boosted on in minutes, and rows of
# the same customers, a fortnight apart, add little once there are millions.
MOST_FIT_ROWS = 1_000_000
LEAST_FIT_DATES = 3


@dataclass(frozen=True)
class TimeSplit:
    """As-of dates by role, earliest first.

    The latest fit date lies a reach (gap + horizon) before the test date: every label that the
    model learns from ends before the features of the test are known. At that latest date the model
    is calibrated too, on customers whom none of the boosters asked has seen (`training.crossfit`).
    """

    fit: tuple[datetime, ...]
    test: datetime

    @property
    def calibration(self) -> datetime:
        """The latest fit date, whose labels are the latest that are known at the test date."""
        return self.fit[-1]

    @property
    def dates(self) -> tuple[datetime, ...]:
        """Every date, earliest first."""
        return (*self.fit, self.test)

    def thinned(self, most: int) -> "TimeSplit":
        """At most so many fit dates, evenly spread, the first and the latest among them."""
        if len(self.fit) <= most:
            return self
        places = np.linspace(0, len(self.fit) - 1, most).round().astype(int)
        return replace(self, fit=tuple(self.fit[place] for place in places))


def split_dates(config: TrainingConfig, tables: "Tables") -> TimeSplit:
    """The as-of date of each role, from the configuration and the span of what churn looks at.

    Where there are so many customers that memory would not hold them at every fit date, there are
    fewer fit dates.
    """
    first = span_of(tables, config.churn).first
    test = config.test_as_of or _latest_labelled(config, tables)
    split = split_by_time(
        test,
        config.churn,
        first=(first or test) + config.warm_up,
        every=config.snapshot_every,
    )
    return split.thinned(dates_for(tables.most_customers))


def dates_for(customers: int) -> int:
    """How many fit dates so many customers allow."""
    return max(LEAST_FIT_DATES, MOST_FIT_ROWS // customers)


def split_by_time(
    test: datetime, definition: ChurnDefinition, *, first: datetime, every: timedelta
) -> TimeSplit:
    """Step back from the test date by one reach, then by `every` for the other fit dates.

    Args:
        test: As-of date of the test snapshot.
        definition: Its reach (gap + horizon) separates fitting and test.
        first: No fit date is earlier.
        every: Distance between fit dates.

    Raises:
        TrainingError: The data is too short for a single fit date.
    """
    latest = test - definition.reach
    if latest < first:
        raise TrainingError(
            f"too little history to train: the first fit date can be {first:%Y-%m-%d}, and a test "
            f"as of {test:%Y-%m-%d} asks for one by {latest:%Y-%m-%d}, "
            f"{definition.reach.days} days (gap and horizon) before; shorten [churn] horizon_days "
            "or [training] warm_up_days (`retinue check` says which would do), or bring a longer "
            "history"
        )
    steps = (latest - first) // every
    return TimeSplit(tuple(latest - every * step for step in range(steps, -1, -1)), test)


def _latest_labelled(config: TrainingConfig, tables: "Tables") -> datetime:
    """Midnight of the last order's day, less one reach."""
    last = span_of(tables, config.churn).last
    if last is None:
        raise TrainingError(
            "no order or subscription has both a customer and a moment; check the columns mapped "
            "in [tables.orders.columns] and [tables.subscriptions.columns]"
        )
    return datetime.combine(last, time()) - config.churn.reach
