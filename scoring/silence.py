"""BG/NBD as a churn model: the log-odds of no order in the horizon, and what they are made of."""

from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import NDArray

from features.build import FeatureRows
from scoring.value.purchasing import Orders, Purchasing

Vector = NDArray[np.float64]

FEATURES = ("orders_in_total", "days_since_last_order", "days_since_first_order")
SURE = 1e-9


@dataclass(frozen=True)
class Silence:
    """How likely nothing comes any more, of a customer's orders, silence and age.

    Attributes:
        purchasing: BG/NBD, which needs no labels.
        horizon_days: Length of the label window, which begins at the as-of date.
        typical: Of FEATURES, what reasons compare with: the medians of those it was fitted on.
    """

    purchasing: Purchasing
    horizon_days: int
    typical: tuple[float, float, float]

    @property
    def base(self) -> float:
        """The log-odds of a typical customer."""
        return float(self._said(*(np.array([value]) for value in self.typical))[0])

    def log_odds(self, rows: FeatureRows) -> Vector:
        """Of each row, shape (rows,)."""
        return self._said(*map(rows.column, FEATURES))

    def contributions(self, rows: FeatureRows) -> NDArray[np.float64]:
        """Each feature's Shapley value, shape (rows, features); with `base` they are the log-odds.

        Of three features there are eight coalitions, so none is guessed: what a coalition lacks is
        typical (Shapley, 1953; Lundberg and Lee, 2017, with one reference customer).
        """
        mine = [rows.column(name) for name in FEATURES]
        players = range(len(FEATURES))
        worth = {
            present: self._said(
                *(
                    mine[player] if player in present else np.full(len(rows), self.typical[player])
                    for player in players
                )
            )
            for size in range(len(FEATURES) + 1)
            for present in combinations(players, size)
        }
        values = np.zeros(rows.values.shape)
        for player in players:
            for present, said in worth.items():
                if player in present:
                    continue
                joined = worth[tuple(sorted((*present, player)))]
                column = rows.names.index(FEATURES[player])
                values[:, column] += _weight(len(present)) * (joined - said)
        return values

    def _said(self, orders: Vector, silent: Vector, age: Vector) -> Vector:
        # A customer put together from two may have been silent for longer than known.
        recency = np.maximum(age - silent, 0.0)
        history = Orders(orders - 1, recency, age)
        none = np.clip(self.purchasing.counts(history, self.horizon_days).none, SURE, 1 - SURE)
        return np.log(none) - np.log1p(-none)


def _weight(others: int) -> float:
    """Share of the orders of joining in which so many others came before."""
    total = len(FEATURES)
    return factorial(others) * factorial(total - others - 1) / factorial(total)
