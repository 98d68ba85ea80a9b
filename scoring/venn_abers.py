"""How far a churn probability may be off: an interval read off customers of like scores.

Venn-Abers prediction (Vovk and Petej, "Venn-Abers predictors", UAI 2014): were this customer one of
those that the sigmoid was fitted on, once as having stayed and once as having churned, two isotonic
regressions would say two churn rates. One of the two is right on average whatever the model is
worth, as long as tomorrow's customers are like those. Few customers of like scores leave the two
far apart.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class VennAbers:
    """Both rates by bins of the log-odds.

    Attributes:
        edges: Inner bin edges, rising.
        stayed: Per bin, one more than edges, the rate if the customer had stayed: the lower.
        churned: Likewise if the customer had churned: the higher.
    """

    edges: tuple[float, ...]
    stayed: tuple[float, ...]
    churned: tuple[float, ...]

    def rates(self, log_odds: Vector) -> tuple[Vector, Vector]:
        """The lower and the higher rate of each, shape (rows,)."""
        edges, stayed, churned = self._arrays
        bins = np.searchsorted(edges, log_odds, side="right")
        return stayed[bins], churned[bins]

    @cached_property
    def _arrays(self) -> tuple[Vector, Vector, Vector]:
        return np.array(self.edges), np.array(self.stayed), np.array(self.churned)
