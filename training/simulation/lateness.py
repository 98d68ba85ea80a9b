"""When a row became known: most at once, some days later, some not by the end of the tables."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Lateness:
    """A share of the rows becomes known up to so many days after its moment."""

    share: float
    most_days: float

    def known_at(
        self, random: np.random.Generator, days: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Days since the first day."""
        late = random.random(len(days)) < self.share
        return days + np.where(late, random.uniform(0.2, self.most_days, len(days)), 0.0)
