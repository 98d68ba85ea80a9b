"""The story of one chunk of customers: who they are, what moves them, when they leave."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from training.simulation.baskets import orders_table
from training.simulation.campaigns import Treatments, factor_of_campaigns, treat
from training.simulation.clock import Clock
from training.simulation.complaints import effect_of_complaints, tickets_after
from training.simulation.course import Course
from training.simulation.customers import customers_table, truth_table
from training.simulation.engagement import engagement
from training.simulation.events import events_table
from training.simulation.feedback import feedback_table
from training.simulation.leaving import Drivers, leave
from training.simulation.ordering import Orders, dormant_from, orders_wanted
from training.simulation.population import populate
from training.simulation.prices import effect_of_prices, subscribe
from training.simulation.subscriptions import subscriptions_table
from training.simulation.tickets import tickets_table
from training.simulation.treatments import treatments_table
from training.simulation.truths import Truths

TABLES = {
    "customers": customers_table,
    "orders": orders_table,
    "events": events_table,
    "feedback": feedback_table,
    "tickets": tickets_table,
    "subscriptions": subscriptions_table,
    "treatments": treatments_table,
}
STEPS = ("people", "engagement", "orders", "campaigns", "complaints", "prices", "silence", "leave")


def tables_of(
    truths: Truths, clock: Clock, ids: range, seed: np.random.SeedSequence
) -> Mapping[str, pa.Table]:
    """Every table's rows of the customers with these ids, and the truth about them."""
    # A stream for each: what changes the draws of one leaves those of the others.
    names = (*STEPS, *TABLES)
    streams = zip(names, seed.spawn(len(names)), strict=True)
    draw = {name: np.random.default_rng(stream) for name, stream in streams}
    course = course_of(truths, clock, ids, draw)
    tables = {name: table(draw[name], truths, clock, course) for name, table in TABLES.items()}
    return {**tables, "truth": truth_table(clock, course)}


def course_of(
    truths: Truths, clock: Clock, ids: range, draw: Mapping[str, np.random.Generator]
) -> Course:
    """First what everyone would do if nobody left, then who leaves, then what is left of it."""
    people = populate(draw["people"], truths, np.arange(ids.start, ids.stop), clock.days)
    engaged = engagement(draw["engagement"], truths, clock.weeks, len(people))
    orders = orders_wanted(draw["orders"], truths, clock, people, engaged)
    treatments = treat(draw["campaigns"], truths, clock, people)
    orders = _with_answers(orders, treatments)
    tickets = tickets_after(draw["complaints"], truths, people, orders)
    subscribers = subscribe(draw["prices"], truths, clock, people)
    effects = (
        effect_of_complaints(truths, clock, tickets, len(people))
        + effect_of_prices(truths, clock, subscribers, len(people))
        + truths.waning_effect * (1 - engaged)
    )
    factors = factor_of_campaigns(truths, clock, people, treatments)
    dormant = dormant_from(draw["silence"], truths, people, orders)
    leaving = leave(draw["leave"], people, Drivers(effects, factors, dormant), clock.days)
    placed = orders.where(orders.day < leaving.day[orders.customer])
    return Course(people, engaged, effects, leaving, placed, tickets, subscribers, treatments)


def _with_answers(orders: Orders, treatments: Treatments) -> Orders:
    """Orders, and those that answer a campaign."""
    answered = np.isfinite(treatments.converted)
    return Orders.sorted(
        np.concatenate([orders.customer, treatments.customer[answered]]),
        np.concatenate([orders.day, treatments.converted[answered]]),
    )
