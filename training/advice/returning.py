"""Who comes back after a silence: the estimate of Kaplan and Meier, conditional on its length."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_SILENCES = 30  # beyond the length that fewer reach, nothing is said
NORMAL_95 = 1.96

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Share:
    """A share of silences with its 95 % interval, silences taken as independent."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Returning:
    """P(return | silent), by length of silence in whole units.

    Silences that still run count for as long as they were watched (Kaplan and Meier, 1958; the
    variance is Greenwood's).

    Attributes:
        reached: Shape (units,): silences watched in the unit that had not ended before it.
        staying: Shape (units + 1,): the share of silences that run for so many units or more.
        variance: Likewise: Greenwood's sum up to there.
    """

    reached: NDArray[np.int64]
    staying: Vector
    variance: Vector

    @classmethod
    def of(
        cls, lengths: NDArray[np.int64], ended: NDArray[np.bool_], least: int = LEAST_SILENCES
    ) -> "Returning":
        """Estimate, as far as at least `least` silences reach.

        Args:
            lengths: Shape (silences,): whole units; of a silence that ended in unit k it is k, of
                one that runs, the number of units it was watched.
            ended: Whether it did.
            least: Where fewer reach, the curve ends.
        """
        units = int(lengths.max(initial=0)) + 1
        ends = np.bincount(lengths[ended], minlength=units)
        running = np.bincount(lengths[~ended], minlength=units)
        reached = np.cumsum((ends + running)[::-1])[::-1] - running
        short = np.flatnonzero(reached < least)
        known = int(short[0]) if len(short) else units
        ends, reached = ends[:known], reached[:known]
        left = np.maximum(reached - ends, 1)
        staying = np.concatenate([[1.0], np.cumprod(1 - ends / reached)])
        variance = np.concatenate([[0.0], np.cumsum(ends / (reached * left))])
        return cls(reached, staying, variance)

    @property
    def units(self) -> int:
        """How far the curve goes."""
        return len(self.reached)

    def longest(self, horizon: int) -> int:
        """The longest silence whose horizon lies within the curve; below 0 if none does."""
        return self.units - horizon

    def within(self, horizon: int) -> Vector:
        """Shape (longest + 1,): the share of silences of g or more that end before g + horizon."""
        known = max(self.longest(horizon) + 1, 0)
        return self._ending(self.staying[horizon : horizon + known], known)

    def ever(self) -> Vector:
        """Shape (units + 1,): the share of silences of g or more that end as far as was seen."""
        return self._ending(self.staying[-1:], self.units + 1)

    def share(self, silent: int, horizon: int) -> Share:
        """The share that ends within the horizon, with its interval."""
        value, half = float(self.within(horizon)[silent]), float(self._half(horizon)[silent])
        return Share(value, max(value - half, 0.0), min(value + half, 1.0))

    def settled_below(self, level: float, horizon: int) -> int | None:
        """The shortest silence after which a smaller share returns, and so after longer ones.

        Right after an order few return where customers order regularly: the share first rises, and
        may rise again by the season. So no silence counts before the last after which, beyond
        chance, more than the level return.

        Returns:
            One unit or more; None if the share is never below the level for good.
        """
        shares = self.within(horizon)
        above = np.flatnonzero(shares - self._half(horizon) > level)
        start = int(above[-1]) + 1 if len(above) else 1
        below = np.flatnonzero(shares[start:] < level)
        return start + int(below[0]) if len(below) else None

    def _half(self, horizon: int) -> Vector:
        """Half the interval of `within`."""
        shares = self.within(horizon)
        spread = self.variance[horizon : horizon + len(shares)] - self.variance[: len(shares)]
        return np.asarray(NORMAL_95 * (1 - shares) * np.sqrt(spread))

    def _ending(self, later: Vector, known: int) -> Vector:
        now = self.staying[:known]
        return 1 - np.divide(later, now, out=np.ones(known), where=now > 0)
