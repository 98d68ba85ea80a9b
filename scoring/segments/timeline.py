"""When each customer first and last bought, and what that says of the time between."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from scoring.segments.customers import Customers


@dataclass(frozen=True)
class Timeline:
    """Purchases in days back from the as-of date, each array of shape (customers,).

    Who ordered has bought when orders say so; who only subscribed buys anew every day that a
    subscription runs.

    Attributes:
        as_of: The as-of date, to the day.
        begun: Days since the first purchase of either kind; NaN for none.
        silent: Days since the last; NaN for none.
        running: Whether the last purchase is a subscription that still runs.
        away: The longest silence between two purchases, or more; NaN where it cannot be told.
        returned: Days since the only return from silence: the later of just two purchases; NaN
            for any other number.
    """

    as_of: NDArray[np.datetime64]
    begun: NDArray[np.float64]
    silent: NDArray[np.float64]
    running: NDArray[np.bool_]
    away: NDArray[np.float64]
    returned: NDArray[np.float64]

    @classmethod
    def of(cls, customers: Customers) -> Self:
        """Read the features that tell."""
        column = customers.column
        ordered = ~np.isnan(column("days_since_last_order"))
        running = ~ordered & (column("subscriptions_active") > 0)
        first, subscribed = (
            column("days_since_first_order"),
            column("days_since_first_subscription"),
        )
        begun = np.fmax(first, subscribed)
        ended = np.where(running, 0, column("days_since_subscription_ended"))
        latest = np.where(
            ordered, column("days_since_last_order"), column("days_since_latest_subscription")
        )
        purchases = np.where(ordered, column("orders_in_total"), column("subscriptions_in_total"))
        paused = np.where(ordered, column("longest_days_between_orders"), column("days_paused"))
        # How long a subscriber waited before the first order is not known.
        told = ~(ordered & (subscribed > first))
        return cls(
            as_of=customers.rows.as_of.astype("datetime64[D]"),
            begun=begun,
            silent=np.where(ordered, latest, ended),
            running=running,
            away=np.where(told, np.where(purchases == 1, 0, paused), np.nan),
            returned=np.where(told & (purchases == 2), latest, np.nan),
        )

    def dates(self, days: NDArray[np.float64]) -> NDArray[np.object_]:
        """The day so many days after the as-of date, ISO 8601; None where NaN."""
        found = np.full(len(days), None, dtype=object)
        known = ~np.isnan(days)
        if known.any():
            # Few distinct days among many customers: each is put into words once.
            on = (self.as_of[known] + days[known].astype("timedelta64[D]")).astype(np.int64)
            first = on.min()
            every = np.arange(first, on.max() + 1).astype("datetime64[D]").astype(str)
            found[known] = every.astype(object)[on - first]
        return found
