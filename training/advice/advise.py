"""Advice on `silent_days`: after how long a silence few enough customers come back."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from scoring.churn_definition import ChurnDefinition
from training.advice.returning import LEAST_SILENCES, Returning, Share
from training.advice.rhythm import Rhythm, rhythm_of
from training.advice.silences import Silences, read_silences
from training.advice.stability import Stability, looked_at, stability
from training.errors import TrainingError

if TYPE_CHECKING:
    from features.tables import Tables

# One in five: from this share on, `retinue check` says that gone customers return.
LEVEL = 0.2
GRID = tuple(7 * weeks for weeks in (1, 2, 3, 4, 6, 8, 10, 13, 17, 22, 26, 39, 52, 78, 104, 156))


@dataclass(frozen=True)
class Line:
    """One candidate: what comes of a silence that long, and whom it would have called gone.

    Attributes:
        silences: Silences watched that long.
        within: Share of them that end within the horizon.
        ever: Share of them that end as far as was seen.
        stability: At the past date.
    """

    silences: int
    within: Share
    ever: float
    stability: Stability


@dataclass(frozen=True)
class Advice:
    """What the orders say of `silent_days`.

    Attributes:
        as_of: No order at or after it was looked at.
        past: Whom a candidate calls gone was looked at then.
        customers: Customers who had ordered.
        definition: The project's own.
        level: The suggestion is the shortest silence after which a smaller share returns within
            the horizon, and so after longer ones.
        suggested: That silence in days; None if there is none.
        returning: The curve, in days.
        lines: Candidates, shortest first, the suggested and the configured among them.
        rhythm: The same in own gaps; None where too few customers have enough orders.
    """

    as_of: datetime
    past: datetime
    customers: int
    definition: ChurnDefinition
    level: float
    suggested: int | None
    returning: Returning
    lines: tuple[Line, ...]
    rhythm: Rhythm | None

    @property
    def horizon(self) -> int:
        """Days within which a return counts: to the end of the label window."""
        return self.definition.reach.days

    def line(self, silent_days: int) -> Line | None:
        """The line of a candidate; None where the data does not reach."""
        return next(
            (line for line in self.lines if line.stability.silent_days == silent_days), None
        )


def advise(
    tables: "Tables",
    definition: ChurnDefinition,
    as_of: datetime | None = None,
    level: float = LEVEL,
) -> Advice:
    """Estimate who comes back after how long a silence, and suggest `silent_days`.

    Args:
        tables: The project's tables.
        definition: Its horizon counts, and its silent_days is shown beside the suggestion.
        as_of: UTC; the midnight after the last order if None.
        level: Suggest the shortest silence after which a smaller share returns in the horizon.

    Raises:
        TrainingError: The date lies outside the data, or too few silences are long enough.
        TableError: The project has no orders.
    """
    first, as_of = _span(tables, as_of)
    silences = read_silences(tables, as_of)
    horizon = definition.reach.days
    returning = Returning.of(*silences.lengths())
    if returning.longest(horizon) < 1:
        raise TrainingError(
            f"fewer than {LEAST_SILENCES} silences between orders were watched for "
            f"{horizon + 1} days: {len(silences):,} orders of {silences.customers:,} customers "
            f"from {first:%Y-%m-%d} to {as_of:%Y-%m-%d} say too little; bring more orders or a "
            "shorter [churn] horizon_days"
        )
    suggested = returning.settled_below(level, horizon)
    past = looked_at(first, as_of, definition.reach)
    return Advice(
        as_of=as_of,
        past=past,
        customers=silences.customers,
        definition=definition,
        level=level,
        suggested=suggested,
        returning=returning,
        lines=_lines(silences, returning, horizon, past, {suggested, definition.silent_days}),
        rhythm=rhythm_of(silences, horizon, level),
    )


def _span(tables: "Tables", as_of: datetime | None) -> tuple[datetime, datetime]:
    _ = tables.orders  # a project without orders is told so
    report = tables.reports["orders"]
    if report.first is None or report.last is None:
        raise TrainingError(
            "no order has both a customer and a moment; "
            "check the columns mapped in [tables.orders.columns]"
        )
    end = datetime.combine(report.last, time()) + timedelta(days=1)
    as_of = as_of or end
    if not report.first < as_of <= end:
        raise TrainingError(
            f"as-of {as_of:%Y-%m-%d} lies outside the orders, which are known from "
            f"{report.first:%Y-%m-%d} to {end:%Y-%m-%d}; choose a date between"
        )
    return report.first, as_of


def _lines(
    silences: Silences,
    returning: Returning,
    horizon: int,
    past: datetime,
    named: set[int | None],
) -> tuple[Line, ...]:
    """Whole weeks, further apart the longer, as far as the curve goes, and those named."""
    longest = returning.longest(horizon)
    named_days = {days for days in named if days and days <= longest}
    candidates = sorted({days for days in GRID if days <= longest} | named_days)
    ever = returning.ever()
    return tuple(
        Line(
            silences=int(returning.reached[found.silent_days]),
            within=returning.share(found.silent_days, horizon),
            ever=float(ever[found.silent_days]),
            stability=found,
        )
        for found in stability(silences, past, candidates)
        if found.silent_days < returning.units
    )
