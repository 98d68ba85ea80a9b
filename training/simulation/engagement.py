"""How engaged each customer is, week by week: most are, some wane, some of those come back."""

import numpy as np
from numpy.typing import NDArray

from training.simulation.truths import Truths


def engagement(
    random: np.random.Generator, truths: Truths, weeks: int, customers: int
) -> NDArray[np.float64]:
    """Shape (weeks, customers): 1 is engaged; it falls towards `waned_engagement` and back."""
    settled = truths.waning_per_week / (truths.waning_per_week + truths.recovery_per_week)
    waning = random.random(customers) < settled
    level = np.where(waning, truths.waned_engagement, 1.0)
    levels = np.empty((weeks, customers))
    for week in range(weeks):
        levels[week] = level
        drawn = random.random(customers)
        waning = np.where(waning, drawn >= truths.recovery_per_week, drawn < truths.waning_per_week)
        target = np.where(waning, truths.waned_engagement, 1.0)
        level = level + truths.waning_speed * (target - level)
    return levels
