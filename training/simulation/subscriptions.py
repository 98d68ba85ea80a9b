"""The subscriptions table: a row per price, none while paused, until the customer leaves."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from training.simulation.arrow import words
from training.simulation.clock import Clock
from training.simulation.course import Course
from training.simulation.lateness import Lateness
from training.simulation.prices import PRICES, Subscribers
from training.simulation.truths import PLANS, Truths


@dataclass(frozen=True)
class Rows:
    """Rows of the table, by subscriber and start; every array has shape (rows,).

    Attributes:
        subscriber: Position among the subscribers.
        started: Days since the first day.
        ended: Likewise; infinite if never.
        price: Per month.
    """

    subscriber: NDArray[np.int64]
    started: NDArray[np.float64]
    ended: NDArray[np.float64]
    price: NDArray[np.float64]


def subscriptions_table(
    random: np.random.Generator, truths: Truths, clock: Clock, course: Course
) -> pa.Table:
    """Rows with a start and an end, as known by the end of the tables."""
    subscribers = course.subscribers
    left = course.leaving.day[subscribers.customer]
    outlives = random.uniform(0, truths.subscription_outlives_days, len(left))
    end = np.minimum(left + outlives, subscribers.cancelled)
    end[subscribers.start >= left] = -np.inf  # who has left begins nothing
    rows = rows_of(subscribers, end)
    known_at = Lateness(truths.late_subscriptions, 5).known_at(random, rows.started)
    kept = known_at < clock.days
    ended = np.where(rows.ended < clock.days, rows.ended, np.inf)
    subscriber = rows.subscriber[kept]
    return pa.table(
        {
            "customer_id": course.people.ids[subscribers.customer[subscriber]],
            "started_at": clock.moments(rows.started[kept]),
            "ended_at": clock.moments(ended[kept]),
            "plan": words(PLANS, subscribers.plan[subscriber]),
            "amount_per_month": rows.price[kept],
            "known_at": clock.moments(known_at[kept]),
        }
    )


def rows_of(subscribers: Subscribers, end: NDArray[np.float64]) -> Rows:
    """A row per price, cut in two by a pause within it.

    Args:
        subscribers: With their prices and pauses.
        end: Per subscriber, when it is over; infinite if never.
    """
    ascending = np.argsort(subscribers.changed, axis=1)
    changed = np.take_along_axis(subscribers.changed, ascending, axis=1)
    raised_by = np.take_along_axis(subscribers.raised_by, ascending, axis=1)
    starts = np.column_stack([subscribers.start, changed])
    ends = np.minimum(np.column_stack([changed, end]), end[:, None])
    dearer = np.cumprod(np.column_stack([np.ones(len(end)), 1 + raised_by]), axis=1)
    prices: NDArray[np.float64] = np.round(np.array(PRICES)[subscribers.plan, None] * dearer, 2)
    # The part before a pause and the part after it; where there is none, the first is all.
    started = np.stack([starts, np.maximum(starts, subscribers.resumed[:, None])], axis=2)
    ended = np.stack([np.minimum(ends, subscribers.paused[:, None]), ends], axis=2)
    real = started < ended
    subscriber, price, _ = (index.astype(np.int64) for index in np.nonzero(real))
    return Rows(subscriber, started[real], ended[real], prices[subscriber, price])
