"""Rules on the same customers, and their figures on any resample of them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from training.capacity import Capacity, Places, Vector, earned
from training.metrics import PROFIT, Outcomes, Probabilities, figures

Figures = dict[str, float]


@dataclass(frozen=True)
class Interval:
    """A figure and the bounds of its 95 % bootstrap percentile interval."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, value: float, drawn: list[float]) -> "Interval":
        """The figure of all rows, and those of the resamples."""
        low, high = np.percentile(drawn, [2.5, 97.5])
        return cls(value, float(low), float(high))


@dataclass(frozen=True)
class Panel:
    """What rules said of customers at one as-of date, what happened, and what was at stake.

    Attributes:
        outcomes: Shape (rows,): who churned.
        said: By rule, the probability of each.
        lists: By name, a plain ranking without probabilities: the highest is contacted first.
        worth: Shape (rows,): what each is worth if kept.
        capacity: What a campaign can do.
    """

    outcomes: Outcomes
    said: dict[str, Probabilities]
    lists: dict[str, Vector]
    worth: Vector
    capacity: Capacity

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.outcomes)

    @property
    def all_once(self) -> Places:
        """Every row once: the resample that is no resample."""
        return np.ones(len(self), dtype=np.int64)

    def has_both(self, times: Places) -> bool:
        """Whether a resample holds someone who churned and someone who stayed."""
        return 0 < int(times @ self.outcomes) < int(times.sum())

    def rate(self, times: Places) -> float:
        """Churn rate of a resample."""
        return float(times @ self.outcomes / times.sum())

    def figures(self, times: Places) -> dict[str, Figures]:
        """Of each rule every metric, of each list the profit, on a resample.

        Args:
            times: Shape (rows,): how often the resample holds each row; both outcomes occur.
        """
        contacts = self.capacity.contacts(int(times.sum()))
        found: dict[str, Figures] = {}
        for rule, values in self.said.items():
            # Handed on lowest probability first: the figures need not sort them again.
            chosen = np.repeat(self._orders[rule], times[self._orders[rule]])
            found[rule] = figures(self.outcomes[chosen], values[chosen], contacts)
        for name, ranked in self._ranked.items():
            profit = earned(self._gains, ranked, times, contacts)
            found[name] = {**found.get(name, {}), PROFIT: profit}
        return found

    def contacted(self) -> dict[str, int]:
        """By rule and list, how many of the customers it would contact."""
        limit = self.capacity.contacts(len(self))
        return {name: min(len(ranked), limit) for name, ranked in self._ranked.items()}

    @cached_property
    def _gains(self) -> Vector:
        return self.capacity.gains(self.outcomes, self.worth)

    @cached_property
    def _orders(self) -> dict[str, Places]:
        return {rule: np.argsort(values, kind="stable") for rule, values in self.said.items()}

    @cached_property
    def _ranked(self) -> dict[str, Places]:
        """Whom each contacts first: a rule by what it expects to earn, a list by its order."""
        worthwhile = {
            rule: self.capacity.worthwhile(values, self.worth) for rule, values in self.said.items()
        }
        by_list = {name: np.argsort(-values, kind="stable") for name, values in self.lists.items()}
        return {**worthwhile, **by_list}


def resample_of(random: np.random.Generator, customers: int) -> NDArray[np.int64]:
    """How often each of so many customers comes up when as many are drawn with replacement."""
    return np.bincount(random.integers(customers, size=customers), minlength=customers)
