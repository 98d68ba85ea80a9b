"""The events table: visits, the app, mail opened and clicked, coupons."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from training.simulation.arrow import numbers, words
from training.simulation.clock import WEEK, Clock
from training.simulation.course import Course
from training.simulation.lateness import Lateness
from training.simulation.truths import Truths

KINDS = ("visit", "app_session", "email_open", "email_click", "coupon_redemption")
MIX = (0.5, 0.2, 0.22, 0.08)  # of an engaged customer's events with app and email
VISIT, APP_SESSION, EMAIL_OPEN, _, COUPON = range(len(KINDS))
CHANNELS = ("web", "app", "email", "store")
CHANNEL_OF_KIND = (0, 1, 2, 2, 3)
COUPONS_PER_ORDER = 0.06


def events_table(
    random: np.random.Generator, truths: Truths, clock: Clock, course: Course
) -> pa.Table:
    """Events at a pace that follows engagement, as known by the end."""
    customer, day, kind = _drawn(random, truths, clock, course)
    joined, left = course.people.joined[customer], course.leaving.day[customer]
    goes_on = random.random(len(day)) < truths.events_after_leaving
    there = (day >= joined) & (day < clock.days) & ((day < left) | goes_on)
    coupon = random.random(len(course.orders)) < COUPONS_PER_ORDER
    customer = np.concatenate([customer[there], course.orders.customer[coupon]])
    day = np.concatenate([day[there], course.orders.day[coupon]])
    kind = np.concatenate([kind[there], np.full(coupon.sum(), COUPON)])
    known_at = Lateness(truths.late_events, 10).known_at(random, day)
    kept = known_at < clock.days
    customer, day, kind = customer[kept], day[kept], kind[kept]
    lasts = (kind == VISIT) | (kind == APP_SESSION)
    seconds = np.exp(random.normal(4.6, 0.8, len(day))).astype(np.int64) + 1
    return pa.table(
        {
            "customer_id": course.people.ids[customer],
            "occurred_at": clock.moments(day),
            "kind": words(KINDS, kind),
            "channel": words(CHANNELS, np.array(CHANNEL_OF_KIND)[kind]),
            "duration_s": numbers(seconds, lasts),
            "known_at": clock.moments(known_at[kept]),
        }
    )


def _drawn(
    random: np.random.Generator, truths: Truths, clock: Clock, course: Course
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Customer, day and kind of a Poisson number of events per week."""
    people = course.people
    mix = np.tile(MIX, (len(people), 1))
    mix[~people.uses_app, APP_SESSION] = 0
    mix[~people.consent_email, EMAIL_OPEN:] = 0
    pace = truths.events_per_week * people.liveliness * mix.sum(axis=1)
    counts = random.poisson(pace * course.engaged).ravel()
    cell = np.repeat(np.arange(len(counts)), counts)
    week, customer = np.divmod(cell, len(people))
    bounds = clock.demand_until(np.arange(clock.weeks + 1, dtype=np.float64) * WEEK)
    demand = bounds[week] + random.random(len(week)) * (bounds[week + 1] - bounds[week])
    shares = (np.cumsum(mix, axis=1) / mix.sum(axis=1, keepdims=True))[:, :-1]
    drawn = random.random(len(week))
    kind = np.zeros(len(week), dtype=np.int64)
    for share in shares.T:
        kind += drawn >= share[customer]
    return customer, clock.day_of(demand), kind
