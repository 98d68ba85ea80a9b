"""Silences: from each order to the customer's next one, or to the end of what was watched."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.history.cut import MICROSECONDS_PER_DAY, cut

if TYPE_CHECKING:
    from features.tables import Tables

NEVER = np.iinfo(np.int64).max  # the next order of a silence that still runs
Vector = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Silences:
    """One per order, by customer and then by time; all of shape (orders,), moments in microseconds.

    Orders of one customer at one moment are one. Returns are no orders.

    Attributes:
        began: When the order was placed.
        ended: When the next one was; NEVER while the silence runs.
        gaps_before: How many gaps between orders the customer had behind them.
        usual_gap: Mean of those in days; nan where there are none.
        watched_until: No order at or after this moment is known.
    """

    began: Whole
    ended: Whole
    gaps_before: Whole
    usual_gap: Vector
    watched_until: int

    def __len__(self) -> int:
        """How many silences."""
        return len(self.began)

    @classmethod
    def of(cls, starts_customer: Flags, moments: Whole, watched_until: int) -> "Silences":
        """From distinct moments by customer and time, with a flag at each customer's first."""
        places = np.arange(len(moments))
        first = np.maximum.accumulate(np.where(starts_customer, places, 0))
        is_last = np.append(starts_customer[1:], True)
        before = places - first
        spent = (moments - moments[first]) / MICROSECONDS_PER_DAY
        return cls(
            began=moments,
            ended=np.where(is_last, NEVER, np.append(moments[1:], NEVER)),
            gaps_before=before,
            usual_gap=np.where(before > 0, spent / np.maximum(before, 1), np.nan),
            watched_until=watched_until,
        )

    @property
    def customers(self) -> int:
        """How many customers ordered at all: each has one silence that still runs."""
        return int((self.ended == NEVER).sum())

    def lengths(self, unit: "Vector | float" = 1.0, most: int = 3650) -> tuple[Whole, Flags]:
        """How long each was watched in whole units, and whether it ended within that time.

        A unit counts only where it was watched to its end: a silence that ends in a unit that the
        data cuts short has run for the units before and its end is not known. So whether a unit
        counts depends on when the silence began and not on how it went on.

        Args:
            unit: In days; one for all or one each.
            most: Nothing is watched for longer than so many units.
        """
        unit = np.asarray(unit) * MICROSECONDS_PER_DAY
        watched = np.minimum((self.watched_until - self.began) // unit, most).astype(np.int64)
        ends = self.ended != NEVER
        ran = np.where(ends, self.ended - self.began, 0) // unit
        seen = ends & (ran < watched)
        return np.where(seen, ran, watched).astype(np.int64), seen

    def where(self, kept: Flags) -> "Silences":
        """Some of the silences."""
        return Silences(
            self.began[kept],
            self.ended[kept],
            self.gaps_before[kept],
            self.usual_gap[kept],
            self.watched_until,
        )

    def running_at(self, moment: int) -> "Silences":
        """The one silence of each customer who had ordered before a moment, as it ran then."""
        return self.where((self.began < moment) & (self.ended >= moment))


def read_silences(tables: "Tables", as_of: datetime) -> Silences:
    """The silences that were known at a date, in one pass over the orders.

    Raises:
        TableError: The project has no orders.
    """
    orders = cut("orders", tables.orders, [as_of])
    moments = orders.filter(~orders.is_return).select("customer_id", "ordered_at").distinct()
    found = moments.order_by(["customer_id", "ordered_at"]).to_pyarrow().combine_chunks()
    customers = found["customer_id"]
    starts = np.ones(len(customers), dtype=bool)
    if len(customers):
        starts[1:] = pc.not_equal(customers[1:], customers[:-1]).to_numpy()
    at = found["ordered_at"].cast(pa.timestamp("us")).to_numpy().astype(np.int64)
    return Silences.of(starts, at, microseconds(as_of))


def microseconds(moment: datetime) -> int:
    """Since 1970, of a moment in UTC without a zone."""
    return int(np.datetime64(moment, "us").astype(np.int64))
