"""How much an order of a customer is worth: the Gamma-Gamma model.

Fader and Hardie, "The Gamma-Gamma Model of Monetary Value" (2013). Orders of one customer vary
around the customer's own average, and averages vary over customers; how much is spent does not
depend on how often.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

LEAST_SHAPE = 0.1  # of q + p n - 2, without which the variance is infinite


@dataclass(frozen=True)
class Spending:
    """Gamma-Gamma.

    Attributes:
        p: Shape of one customer's order values: their relative variance is 1 / p.
        q: Shape of the gamma distribution over customers.
        gamma: Its scale, in money: p * gamma / (q - 1) is the average order's value.
        customers: How many repeat customers it was fitted on.
        correlation: Between orders and mean order value over these, which the model takes as 0.
        log_likelihood: At these parameters.
        standard_errors: Of p, q and gamma; None for one that lies at a limit.
    """

    p: float
    q: float
    gamma: float
    customers: int
    correlation: float
    log_likelihood: float
    standard_errors: tuple[float | None, ...] = (None,) * 3

    @property
    def population_mean(self) -> float:
        """An order's value where nothing is known of the customer."""
        return self.p * self.gamma / (self.q - 1)

    def mean(self, orders: Vector, mean_value: Vector) -> Vector:
        """Expected value of the next order: the customer's mean, drawn towards everyone's.

        Args:
            orders: Number of orders known.
            mean_value: Their mean; below 0 counts as 0, NaN as not known.
        """
        orders, total = self._seen(orders, mean_value)
        return self.p * (self.gamma + total) / (self.p * orders + self.q - 1)

    def moments(self, orders: Vector, mean_value: Vector) -> tuple[Vector, Vector, Vector]:
        """What the sum of n future orders is made of.

        Returns:
            mean, single and pair, each of shape (customers,): the expected sum is n * mean, its
            expected square n * single + n**2 * pair.
        """
        orders, total = self._seen(orders, mean_value)
        scale, shape = self.gamma + total, self.p * orders + self.q
        inverse = scale / (shape - 1)
        squared = inverse * scale / np.maximum(shape - 2, LEAST_SHAPE)
        return self.p * inverse, self.p * squared, self.p**2 * squared

    @staticmethod
    def _seen(orders: Vector, mean_value: Vector) -> tuple[Vector, Vector]:
        known = ~np.isnan(mean_value)
        orders = np.where(known, orders, 0.0)
        return orders, orders * np.maximum(np.where(known, mean_value, 0.0), 0.0)
