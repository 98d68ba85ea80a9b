"""Subscriptions: what they cost, when they cost more, when they pause, and what that does."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.simulation.clock import Clock
from training.simulation.fading import faded, weekly
from training.simulation.population import Population
from training.simulation.truths import PLANS, Truths

PRICES = (9.9, 19.9, 39.9)
FIRST_REVIEW = 60


@dataclass(frozen=True)
class Subscribers:
    """Those who hold a subscription; arrays of shape (subscribers,) but for the last two.

    Attributes:
        customer: Position in the population.
        start: Days since the first day.
        cancelled: Likewise, by someone who may stay; infinite if never.
        plan: Index into PLANS.
        paused: When a pause begins; infinite if never.
        resumed: When it ends.
        changed: Shape (subscribers, reviews), ascending: days of a higher price; infinite if none.
        raised_by: Likewise: share by which the price rises then.
    """

    customer: NDArray[np.int64]
    start: NDArray[np.float64]
    cancelled: NDArray[np.float64]
    plan: NDArray[np.int64]
    paused: NDArray[np.float64]
    resumed: NDArray[np.float64]
    changed: NDArray[np.float64]
    raised_by: NDArray[np.float64]


def subscribe(
    random: np.random.Generator, truths: Truths, clock: Clock, people: Population
) -> Subscribers:
    """Draw who subscribes, to what, and what becomes of the price."""
    customer = np.flatnonzero(random.random(len(people)) < truths.subscriber_share)
    n = len(customer)
    start = people.joined[customer] + random.exponential(40.0, n)
    cancels = random.random(n) < truths.cancel_share
    ahead = np.maximum(clock.days - start, 0)
    cancelled = np.where(cancels, start + random.random(n) * ahead, np.inf)
    reviews = np.arange(FIRST_REVIEW, clock.days, truths.price_review_every)
    # A higher price begins with the next bill.
    changed = reviews + random.uniform(0, 28, (n, len(reviews)))
    touched = random.random(changed.shape) < truths.price_increase_share
    until = np.minimum(cancelled, clock.days)
    touched &= (changed > start[:, None]) & (changed < until[:, None])
    pauses = random.random(n) < truths.pause_share
    paused = start + random.random(n) * ahead
    return Subscribers(
        customer=customer,
        start=start,
        cancelled=cancelled,
        plan=random.choice(len(PLANS), n, p=(0.5, 0.35, 0.15)),
        paused=np.where(pauses, paused, np.inf),
        resumed=np.where(pauses, paused + random.uniform(30, 75, n), np.inf),
        changed=np.where(touched, changed, np.inf),
        raised_by=np.where(touched, random.uniform(*truths.price_increase, changed.shape), 0.0),
    )


def effect_of_prices(
    truths: Truths, clock: Clock, subscribers: Subscribers, customers: int
) -> NDArray[np.float64]:
    """Shape (weeks, customers): a fresh increase weighs by its size and fades."""
    who, review = np.nonzero(np.isfinite(subscribers.changed))
    added = weekly(
        clock.week_of(subscribers.changed[who, review]),
        subscribers.customer[who],
        (clock.weeks, customers),
        subscribers.raised_by[who, review] * 10,
    )
    return truths.price_effect * faded(added, truths.price_half_life)
