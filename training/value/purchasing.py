"""Fit BG/NBD by maximum likelihood."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaln

from features.feature import Words
from scoring.value.distinct import Distinct
from scoring.value.purchasing import Orders, Purchasing
from training.value.errors import NoValueModelError
from training.value.optimum import Likelihood, Problem, Vector, highest

MODEL = Words("BG/NBD", "BG/NBD")
ROUGH_ROWS = 20_000
# Coordinates: log r, log of the mean rate in orders per average age, logit of the mean leaving
# probability, log of a + b. At their limits customers are all alike, or never leave.
LIMITS = (
    np.array([np.log(1e-3), np.log(1e-6), -12.0, np.log(1e-2)]),
    np.array([np.log(1e3), np.log(1e5), 12.0, np.log(1e4)]),
)


@dataclass(frozen=True)
class Histories:
    """Distinct purchase histories and how many customers have each; all of shape (histories,)."""

    repeats: Vector
    recency: Vector
    age: Vector
    customers: Vector

    @classmethod
    def of(cls, orders: Orders) -> Self:
        """Count equal histories; customers who never ordered are left out."""
        known = ~np.isnan(orders.repeats)
        found = Distinct.of(orders.repeats[known], orders.recency[known], orders.age[known])
        repeats, recency, age = found.columns
        return cls(repeats, recency, age, found.counts.astype(np.float64))

    def every(self, step: int) -> "Histories":
        """Each so manieth history."""
        cut = slice(None, None, step)
        return Histories(self.repeats[cut], self.recency[cut], self.age[cut], self.customers[cut])


def fit_purchasing(orders: Orders, least_repeat_customers: int) -> Purchasing:
    """Fit BG/NBD on everyone who ever ordered, whether or not they are still there.

    Args:
        orders: Histories in days.
        least_repeat_customers: With fewer customers of two orders and more, nothing is fitted.

    Raises:
        NoValueModelError: Too few repeat customers, or no optimum.
    """
    histories = Histories.of(orders)
    customers = int(histories.customers.sum())
    repeat = int(histories.customers[histories.repeats > 0].sum())
    if repeat < least_repeat_customers:
        raise NoValueModelError(
            Words(
                f"{repeat:,} of {customers:,} customers ordered more than once; expected orders "
                f"need {least_repeat_customers:,} ([value] least_customers)",
                f"{customers:,}位下过单的客户中仅{repeat:,}位有复购;预测订单数至少需要"
                f"{least_repeat_customers:,}位([value] least_customers)",
            )
        )
    scale = max(float(np.average(histories.age, weights=histories.customers)), 1.0)
    mean = float(np.average(histories.repeats, weights=histories.customers))
    starts = [
        np.array([np.log(r), np.log(mean), np.log(leaving / (1 - leaving)), np.log(size)])
        for r, leaving, size in ((0.3, 0.2, 3.0), (1.0, 0.1, 1.0), (1.0, 0.5, 10.0))
    ]
    step = -(-len(histories.repeats) // ROUGH_ROWS)
    problem = Problem(
        MODEL,
        likelihood_of(histories, scale),
        LIMITS,
        customers,
        rough=likelihood_of(histories.every(step), scale),
    )
    found = highest(problem, starts)
    r, alpha, a, b = _parameters(found.point, scale)
    # A change of the unit of time changes the density of each repeat order.
    repeats = float((histories.customers * histories.repeats).sum())
    return Purchasing(
        *(r, alpha, a, b),
        customers,
        repeat,
        found.log_likelihood - repeats * float(np.log(scale)),
        found.standard_errors(_slopes(r, alpha, a, b)),
    )


def likelihood_of(histories: Histories, scale: float) -> Likelihood:
    """Mean log-likelihood (Fader, Hardie and Lee 2005, equation 6) by LIMITS' coordinates."""
    x, weight = histories.repeats, histories.customers / histories.customers.sum()
    recency, age = histories.recency / scale, histories.age / scale
    again = x > 0
    counts, place = np.unique(x, return_inverse=True)
    by_count = np.bincount(place, weight)

    def likelihood(point: Vector) -> tuple[float, Vector]:
        r, alpha, a, b = _parameters(point, 1.0)
        log_age, log_recency = np.log(alpha + age), np.log(alpha + recency)
        stays = -(r + x) * log_age
        leaves = np.where(again, np.log(a) - np.log(np.where(again, b + x - 1, 1.0)), -np.inf)
        leaves = leaves - (r + x) * log_recency
        either = np.logaddexp(stays, leaves)
        gone = np.exp(leaves - either)
        of_counts = gammaln(r + counts) + gammaln(b + counts) - gammaln(a + b + counts)
        constant = r * np.log(alpha) - gammaln(r) + gammaln(a + b) - gammaln(b)
        value = float(by_count @ of_counts + constant + weight @ either)
        by_r = by_count @ digamma(r + counts) - digamma(r) + np.log(alpha)
        by_r -= weight @ ((1 - gone) * log_age + gone * log_recency)
        pull = (r + x) * ((1 - gone) / (alpha + age) + gone / (alpha + recency))
        by_alpha = r / alpha - weight @ pull
        both = digamma(a + b) - by_count @ digamma(a + b + counts)
        by_a = both + (weight @ gone) / a
        by_b = both + by_count @ digamma(b + counts) - digamma(b)
        by_b -= weight @ (gone / np.where(again, b + x - 1, 1.0))
        return value, _slopes(r, alpha, a, b).T @ np.array([by_r, by_alpha, by_a, by_b])

    return likelihood


def _parameters(point: Vector, scale: float) -> tuple[float, float, float, float]:
    r, size = float(np.exp(point[0])), float(np.exp(point[3]))
    leaving = 1 / (1 + float(np.exp(-point[2])))
    alpha = scale * r / float(np.exp(point[1]))
    return r, alpha, leaving * size, (1 - leaving) * size


def _slopes(r: float, alpha: float, a: float, b: float) -> NDArray[np.float64]:
    """Of r, alpha, a and b, by coordinate."""
    swap = a * b / (a + b)
    return np.array(
        [[r, 0, 0, 0], [alpha, -alpha, 0, 0], [0, 0, swap, a], [0, 0, -swap, b]], dtype=np.float64
    )
