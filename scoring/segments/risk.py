"""Risk tiers: critical, high, medium, low, by churn probability."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Tier = Literal["critical", "high", "medium", "low"]
TIERS: tuple[Tier, ...] = ("critical", "high", "medium", "low")


@dataclass(frozen=True)
class RiskTiers:
    """Lowest churn probability of each tier above low; critical > high > medium, in (0, 1)."""

    critical: float
    high: float
    medium: float

    def label(self, probability: NDArray[np.float64]) -> NDArray[np.str_]:
        """The tier of each probability; a probability on a threshold is in the upper tier."""
        return np.select(
            [probability >= self.critical, probability >= self.high, probability >= self.medium],
            TIERS[:3],
            default=TIERS[3],
        )
