"""Who leaves when: a hazard that the planted drivers raise, and silence."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.simulation.clock import WEEK
from training.simulation.population import Population

CAUSES = ("drivers", "silence")
MONTH = 30


@dataclass(frozen=True)
class Drivers:
    """What decides when customers leave.

    Attributes:
        effects: Shape (weeks, customers): sum of effects on the logarithm of the hazard.
        factors: Likewise: factors on the hazard.
        dormant: Per customer, when silence ends it; infinite if never.
    """

    effects: NDArray[np.float64]
    factors: NDArray[np.float64]
    dormant: NDArray[np.float64]


@dataclass(frozen=True)
class Leaving:
    """Each customer's end.

    Attributes:
        day: Days since the first day; infinite if not within the days.
        cause: Index into CAUSES; -1 if nothing ended.
    """

    day: NDArray[np.float64]
    cause: NDArray[np.int64]


def leave(random: np.random.Generator, people: Population, drivers: Drivers, days: int) -> Leaving:
    """Draw days of leaving from a hazard that is constant within a week."""
    weeks, everyone = np.arange(len(drivers.effects)), np.arange(len(people))
    present = np.clip(weeks[:, None] + 1 - people.joined / WEEK, 0, 1)
    risk = people.hazard * (WEEK / MONTH) * np.exp(drivers.effects) * drivers.factors * present
    spent = np.cumsum(risk, axis=0)
    budget = random.exponential(1.0, len(people))
    week = (spent < budget).sum(axis=0)
    at = (np.minimum(week, weeks[-1]), everyone)
    # The share of the week's risk that was left over is the share of the week that was left.
    left_over = (spent[at] - budget) / np.maximum(risk[at], 1e-12)
    driven = np.where(week < len(weeks), (at[0] + 1 - left_over * present[at]) * WEEK, np.inf)
    day = np.minimum(driven, drivers.dormant)
    ended = day < days
    return Leaving(
        day=np.where(ended, day, np.inf),
        cause=np.where(ended, (drivers.dormant < driven).astype(np.int64), -1),
    )
