"""How many orders a customer will still place: the BG/NBD model.

Fader, Hardie and Lee, "Counting Your Customers the Easy Way: An Alternative to the Pareto/NBD
Model", Marketing Science 24 (2005). Orders come at a customer's own steady rate; after each order
the customer leaves for good with a customer's own probability; rates are gamma and probabilities
beta distributed over customers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.value.distinct import Distinct

Vector = NDArray[np.float64]

MOST_ORDERS = 10_000  # in a horizon: what would come after is not counted
NEGLIGIBLE = 1e-12
LONGEST_WAIT_DAYS = 3650.0
FEW = 16  # combinations: one after the other is quicker than all at once, order by order
MOSTLY_ENOUGH = 256  # orders, after which what is left is mostly negligible


@dataclass(frozen=True)
class Orders:
    """What the model reads of customers, each of shape (customers,), NaN where never ordered.

    Attributes:
        repeats: Orders after the first.
        recency: Days from the first order to the last.
        age: Days from the first order to the as-of date.
    """

    repeats: Vector
    recency: Vector
    age: Vector


@dataclass(frozen=True)
class Counts:
    """The number of orders in a horizon, each of shape (customers,).

    Attributes:
        mean: Expected number.
        square: Expected square of the number.
        none: Probability of no order.
    """

    mean: Vector
    square: Vector
    none: Vector

    def given(self, alive: Vector) -> "Counts":
        """The same if the customer is still there with probability `alive`, else orders nothing."""
        return Counts(alive * self.mean, alive * self.square, 1 - alive * (1 - self.none))


@dataclass(frozen=True)
class Purchasing:
    """BG/NBD with time in days.

    Attributes:
        r: Shape of the rates' gamma distribution.
        alpha: Its rate, in days: r / alpha orders a day is the average customer's.
        a: First parameter of the leaving probabilities' beta distribution.
        b: Its second: a / (a + b) is the average customer's.
        customers: How many it was fitted on.
        repeat_customers: How many of them ordered more than once.
        log_likelihood: At these parameters.
        standard_errors: Of r, alpha, a and b; None for one that lies at a limit.
    """

    r: float
    alpha: float
    a: float
    b: float
    customers: int
    repeat_customers: int
    log_likelihood: float
    standard_errors: tuple[float | None, ...] = (None,) * 4

    def probability_alive(self, orders: Orders) -> Vector:
        """Probability that the customer has not left by the as-of date.

        It is 1 for a customer of one order: one leaves after an order, and the first counts as
        joining. What such a customer's silence tells lowers the expected rate instead.
        """
        x, shape = orders.repeats, self.r + orders.repeats
        silence = np.log(self.alpha + orders.age) - np.log(self.alpha + orders.recency)
        # Divide where repeats > 0 alone: b - 1 may be zero.
        odds = np.log(self.a) - np.log(np.where(x > 0, self.b + x - 1, 1.0)) + shape * silence
        gone = np.where(x > 0, np.exp(np.minimum(odds, 700.0)), 0.0)
        return np.where(np.isnan(x), np.nan, 1 / (1 + gone))

    def counts_if_alive(self, orders: Orders, days: float) -> Counts:
        """Orders in the next `days` of customers who have not left by the as-of date.

        Given that, rate and leaving probability are independent: the former has the posterior
        Gamma(r + x, alpha + T), the latter Beta(a, b + x). So at least n orders come with the
        negative binomial's probability of n or more, times the beta's mean of staying n - 1 times.
        Summed over n this is the published conditional expectation without its hypergeometric
        function, whose terms cancel where a is close to 1.
        """
        known = ~np.isnan(orders.repeats)
        repeats, age = orders.repeats[known], orders.age[known]
        whole = np.full((3, len(known)), np.nan)
        if len(repeats) <= FEW:
            whole[:, known] = self._sums(repeats, age, days)
        else:
            pairs = Distinct.of(repeats, age)
            whole[:, known] = self._sums(pairs.columns[0], pairs.columns[1], days)[:, pairs.places]
        return Counts(*whole)

    def counts(self, orders: Orders, days: float) -> Counts:
        """Orders in the next `days`, whether or not the customer has left."""
        return self.counts_if_alive(orders, days).given(self.probability_alive(orders))

    def days_to_next_order(self, orders: Orders) -> Vector:
        """Days by which half of such customers, if they have not left, have ordered again.

        The median of the time to the next order under the posterior of the rate (Lomax); its mean
        is infinite for customers of one order. NaN if never ordered, or beyond ten years.
        """
        shape = self.r + orders.repeats
        doubled = np.log(2.0) / shape
        days = (self.alpha + orders.age) * np.expm1(np.minimum(doubled, 700.0))
        return np.where(days <= LONGEST_WAIT_DAYS, days, np.nan)

    def _sums(self, repeats: Vector, age: Vector, days: float) -> NDArray[np.float64]:
        """Mean, mean square and probability of none, shape (3, customers).

        Equal to the bit for a customer alone and among others.
        """
        if 0 < len(repeats) <= FEW:
            each = zip(repeats, age, strict=True)
            return np.array([self._sums_of_one(x, days / (self.alpha + t)) for x, t in each]).T
        shape = self.r + repeats
        ratio = days / (self.alpha + age)
        none = np.exp(-shape * np.log1p(ratio))
        mean, square = np.zeros_like(shape), np.zeros_like(shape)
        going = np.arange(len(shape))
        log_mass, log_step = -shape * np.log1p(ratio), np.log(ratio) - np.log1p(ratio)
        above, stays, left = 1 - none, np.ones_like(shape), self.b + repeats
        for n in range(1, MOST_ORDERS + 1):
            chance = above * stays
            mean[going] += chance
            square[going] += (2 * n - 1) * chance
            log_mass = log_mass + np.log((shape + (n - 1)) / n) + log_step
            above = np.maximum(above - np.exp(log_mass), 0.0)
            stays = stays * ((left + (n - 1)) / (self.a + left + (n - 1)))
            # Neither factor grows with n, and the first falls geometrically: the rest is nothing.
            matters = above * stays > NEGLIGIBLE
            if not matters.all():
                going, shape, log_mass, log_step, above, stays, left = (
                    values[matters]
                    for values in (going, shape, log_mass, log_step, above, stays, left)
                )
                if not len(going):
                    break
        return np.stack([mean, square, none])

    def _sums_of_one(
        self, repeats: np.float64, ratio: np.float64, most: int = MOSTLY_ENOUGH
    ) -> tuple[np.float64, np.float64, np.float64]:
        """As `_sums`, of one customer: all orders at once, each sum added up in the same order."""
        shape, left = self.r + repeats, self.b + repeats
        per_step = np.log1p(ratio)
        none, log_step = np.exp(-shape * per_step), np.log(ratio) - per_step
        before = np.arange(most)
        steps = np.empty(2 * most + 1)
        steps[0], steps[2::2] = -shape * per_step, log_step
        steps[1::2] = np.log((shape + before) / (before + 1))
        # Contiguous, as a vectorised exponential may round otherwise than that of a strided view.
        mass = np.exp(np.ascontiguousarray(np.add.accumulate(steps)[2::2]))
        above = np.subtract.accumulate(np.concatenate([[1 - none], mass]))
        np.maximum(above, 0.0, out=above)
        stays = np.ones(most + 1)
        np.divide(left + before, self.a + left + before, out=stays[1:])
        chance = above * np.multiply.accumulate(stays)
        negligible = chance[1:] <= NEGLIGIBLE
        last = int(negligible.argmax())
        if not negligible[last]:
            if most < MOST_ORDERS:
                return self._sums_of_one(repeats, ratio, MOST_ORDERS)
            last = most - 1
        chance = chance[: last + 1]
        square = (2 * before[: last + 1] + 1) * chance
        return np.add.accumulate(chance)[-1], np.add.accumulate(square)[-1], none
