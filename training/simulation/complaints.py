"""Tickets, and what complaints do to those who raised them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.simulation.clock import Clock
from training.simulation.fading import faded, weekly
from training.simulation.ordering import Orders
from training.simulation.population import Population
from training.simulation.truths import Truths

CATEGORIES = ("complaint", "delivery", "billing", "question")
COMPLAINT = 0


@dataclass(frozen=True)
class Tickets:
    """Tickets; every array has shape (tickets,).

    Attributes:
        customer: Position in the population.
        opened: Days since the first day.
        resolved: Likewise; infinite if never.
        category: Index into CATEGORIES.
    """

    customer: NDArray[np.int64]
    opened: NDArray[np.float64]
    resolved: NDArray[np.float64]
    category: NDArray[np.int64]

    def where(self, kept: NDArray[np.bool_]) -> "Tickets":
        """Some of the tickets."""
        return Tickets(
            self.customer[kept], self.opened[kept], self.resolved[kept], self.category[kept]
        )


def tickets_after(
    random: np.random.Generator, truths: Truths, people: Population, orders: Orders
) -> Tickets:
    """Draw tickets, each some days after an order."""
    raised = random.random(len(orders)) < truths.tickets_per_order * people.trouble[orders.customer]
    customer = orders.customer[raised]
    n = len(customer)
    opened = orders.day[raised] + random.exponential(3.0, n)
    others = (1 - truths.complaint_share) / 3
    category = random.choice(len(CATEGORIES), n, p=(truths.complaint_share, *[others] * 3))
    never = (category == COMPLAINT) & (random.random(n) < truths.unresolved_share)
    took = truths.resolution_days * np.exp(random.normal(0, 1.0, n))
    return Tickets(customer, opened, np.where(never, np.inf, opened + took), category)


def effect_of_complaints(
    truths: Truths, clock: Clock, tickets: Tickets, customers: int
) -> NDArray[np.float64]:
    """Shape (weeks, customers): fresh complaints fade, open ones weigh until resolved."""
    shape = (clock.weeks, customers)
    complaint = (tickets.category == COMPLAINT) & (tickets.opened < clock.days)
    customer, opened = tickets.customer[complaint], clock.week_of(tickets.opened[complaint])
    resolved = tickets.resolved[complaint]
    closed = np.where(resolved < clock.days, clock.week_of(resolved) + 1, clock.weeks)
    fresh = faded(weekly(opened, customer, shape), truths.complaint_half_life)
    change = weekly(opened + 1, customer, shape) - weekly(closed, customer, shape)
    still_open = np.cumsum(change, axis=0)
    most = truths.complaints_felt
    of_fresh = truths.complaint_effect * np.minimum(fresh, most)
    of_open = truths.open_complaint_effect * np.minimum(still_open, most)
    return of_fresh + of_open
