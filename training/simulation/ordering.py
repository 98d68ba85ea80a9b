"""When customers would order if nobody ever left, and when silence means that one did."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.simulation.clock import Clock
from training.simulation.population import Population
from training.simulation.truths import Truths


@dataclass(frozen=True)
class Orders:
    """Orders, by customer and then by time.

    Attributes:
        customer: Position in the population.
        day: Days since the first day.
    """

    customer: NDArray[np.int64]
    day: NDArray[np.float64]

    @classmethod
    def sorted(cls, customer: NDArray[np.int64], day: NDArray[np.float64]) -> "Orders":
        """Put orders in order."""
        placed = np.lexsort((day, customer))
        return cls(customer[placed], day[placed])

    def where(self, kept: NDArray[np.bool_]) -> "Orders":
        """Some of the orders."""
        return Orders(self.customer[kept], self.day[kept])

    def __len__(self) -> int:
        """Number of orders."""
        return len(self.day)


def orders_wanted(
    random: np.random.Generator,
    truths: Truths,
    clock: Clock,
    people: Population,
    engaged: NDArray[np.float64],
) -> Orders:
    """A gamma renewal process in demand per customer, thinned while engagement is low."""
    began = clock.demand_until(np.maximum(people.joined, 0))
    left = clock.demand_until(np.array([float(clock.days)])) - began
    mean = left / people.usual_gap
    # Five standard deviations more than the mean: nobody runs out of orders.
    counts = np.ceil(mean + 5 * np.sqrt(mean / truths.gap_shape) + 5).astype(np.int64)
    customer = np.repeat(np.arange(len(people)), counts)
    gaps = random.gamma(truths.gap_shape, 1 / truths.gap_shape, len(customer))
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    # Who joins comes to order; who joined long ago is somewhere between two orders.
    gaps[first] = np.where(people.joined < 0, random.random(len(people)), 0)
    gaps *= people.usual_gap[customer]
    total = np.cumsum(gaps)
    before = total[first] - gaps[first]
    day = clock.day_of(total - before[customer] + began[customer])
    within = day < clock.days
    customer, day = customer[within], day[within]
    share = truths.order_share_waned
    placed = share + (1 - share) * engaged[clock.week_of(day), customer]
    kept = random.random(len(day)) < placed
    return Orders(customer[kept], day[kept])


def dormant_from(
    random: np.random.Generator, truths: Truths, people: Population, orders: Orders
) -> NDArray[np.float64]:
    """Per customer, when a silence first reaches `dormant_after_gaps` usual gaps; else infinite.

    A few silences of that length mean nothing, as many as `dormant_return_share` says.
    """
    last = np.append(orders.customer[1:] != orders.customer[:-1], True)
    until = np.where(last, np.inf, np.append(orders.day[1:], np.inf))
    given_up = orders.day + truths.dormant_after_gaps * people.usual_gap[orders.customer]
    gone = (until > given_up) & (random.random(len(orders)) >= truths.dormant_return_share)
    found = np.full(len(people), np.inf)
    np.minimum.at(found, orders.customer[gone], given_up[gone])
    return found
