"""Movement of one scheme between two dates, with what of it is worth an alert."""

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from features.feature import Words
from scoring.segments.customers import Customers
from scoring.segments.migration import Migration
from scoring.segments.paths import Labelled
from scoring.segments.scheme import Fitted, Scheme
from scoring.segments.transitions import Alert, alert_rule, alerts
from training.errors import TrainingError
from training.segments.standpoint import Standpoint
from training.segments.standpoint_words import origin


@dataclass(frozen=True)
class Told:
    """What stands beside a movement; see there."""

    currency: str
    origin: Words
    caution: Words | None


@dataclass(frozen=True)
class Movement:
    """From labels at one date to labels at another, by the same thresholds.

    Attributes:
        scheme: As registered.
        currency: Code of the currency that money is in.
        migration: Customers and money from label to label.
        alerts: Movements worth an alert, those of the most money first.
        alert_rule: Which movements these are.
        origin: Where the thresholds come from.
        caution: What to allow for in reading it; None where nothing.
    """

    scheme: Scheme
    currency: str
    migration: Migration
    alerts: tuple[Alert, ...]
    alert_rule: Words
    origin: Words
    caution: Words | None

    def table(self) -> pa.Table:
        """The cells that hold anyone, a row each."""
        cells = self.migration.cells
        return pa.table(
            {
                "scheme": pa.array([self.scheme.name] * len(cells), pa.string()),
                "from_date": pa.array([self.migration.from_date] * len(cells), pa.string()),
                "to_date": pa.array([self.migration.to_date] * len(cells), pa.string()),
                "from_label": pa.array([cell.before.code for cell in cells], pa.string()),
                "to_label": pa.array([cell.after.code for cell in cells], pa.string()),
                "customers": pa.array([cell.customers for cell in cells], pa.int64()),
                "money_before": pa.array([cell.money_before for cell in cells], pa.float64()),
                "money_after": pa.array([cell.money_after for cell in cells], pa.float64()),
            }
        )


def movement_of(
    scheme: Scheme, fitted: Fitted, customers: tuple[Customers, Customers], told: Told
) -> Movement:
    """Label both dates by the same thresholds.

    Args:
        scheme: As registered.
        fitted: Its thresholds.
        customers: At the first date and at the second.
        told: What stands beside it.
    """
    before, after = (Labelled.by(fitted, some) for some in customers)
    migration = Migration.between(before, after)
    return Movement(
        scheme,
        told.currency,
        migration,
        alerts(scheme, migration, told.currency),
        alert_rule(scheme, fitted.labels),
        told.origin,
        told.caution,
    )


def movement_between(
    standpoint: Standpoint, scheme: Scheme, start: datetime, end: datetime
) -> Movement:
    """Movement between two dates by the champion's thresholds, else by those of the first.

    Raises:
        TrainingError: The dates do not ascend, the second lies after the data, or the scheme is
            off.
        AsOfDateError: The first lies before the data.
    """
    ascending(start, end)
    dated = standpoint.dated(start)
    segmentation = dated.segmentation
    if scheme.name not in segmentation.fitted:
        why = segmentation.off[scheme.name].why.en
        raise TrainingError(f"scheme {scheme.name} is off: {why}")
    champion = standpoint.champion.manifest.bundle_id if standpoint.champion else None
    came_from = origin(segmentation.as_of, segmentation.customers, champion)
    return movement_of(
        scheme,
        segmentation.fitted[scheme.name],
        (dated.customers, standpoint.customers(end)),
        Told(standpoint.config.currency, came_from, standpoint.caution(start)),
    )


def ascending(start: datetime, end: datetime) -> None:
    """Refuse two dates of which the first is not the earlier.

    Raises:
        TrainingError: It is not.
    """
    if start >= end:
        raise TrainingError(
            f"{start:%Y-%m-%d} to {end:%Y-%m-%d}: the first date must be the earlier; swap them"
        )
