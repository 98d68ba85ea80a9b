"""For how long a subscriber will go on paying: the shifted-beta-geometric model.

Fader and Hardie, "How to Project Customer Retention", Journal of Interactive Marketing 21 (2007).
At each renewal a subscriber leaves with a probability of the subscriber's own, beta distributed
over subscribers: the longer someone has stayed, the surer the next renewal.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

DAYS_PER_MONTH = 365.25 / 12
GRACE_DAYS = 2  # by which a calendar month may differ from an average one


@dataclass(frozen=True)
class Months:
    """Paid months to come in a horizon, each of shape (subscribers,).

    Attributes:
        mean: Expected number.
        low: Reached with at least the probability asked for.
        high: Exceeded with at most the rest.
    """

    mean: Vector
    low: Vector
    high: Vector


@dataclass(frozen=True)
class Subscribing:
    """Shifted beta-geometric, renewed monthly.

    Attributes:
        alpha: First parameter of the leaving probabilities' beta distribution.
        beta: Its second: alpha / (alpha + beta) of all new subscribers leave at the first renewal.
        subscribers: How many it was fitted on.
        ended: How many of them had left.
        log_likelihood: At these parameters.
        standard_errors: Of alpha and beta; None for one that lies at a limit.
    """

    alpha: float
    beta: float
    subscribers: int
    ended: int
    log_likelihood: float
    standard_errors: tuple[float | None, ...] = (None,) * 2

    def survival(self, renewals: int) -> Vector:
        """Share of new subscribers still there after 0, 1, ... renewals, shape (renewals + 1,)."""
        steps = self.beta + np.arange(renewals)
        return np.concatenate([[1.0], np.cumprod(steps / (self.alpha + steps))])

    def months(self, tenure_days: Vector, horizon_days: float, share: float) -> Months:
        """Paid months in the horizon of who subscribes now; the month that runs is paid.

        Args:
            tenure_days: Days since the subscriber's first subscription, pauses left out.
            horizon_days: Length of the horizon.
            share: Of outcomes between low and high, at least, in (0, 1).
        """
        survived = renewals_survived(tenure_days)
        length = horizon_days / DAYS_PER_MONTH
        stays = np.ones_like(survived)
        mean, low, high = (np.zeros_like(survived) for _ in range(3))
        tail = (1 - share) / 2
        for j in range(int(np.ceil(length))):
            stays = stays * (self.beta + survived + j) / (self.alpha + self.beta + survived + j)
            part = min(1.0, length - j)
            mean += part * stays
            low += np.where(stays >= 1 - tail, part, 0.0)
            high += np.where(stays > tail, part, 0.0)
        return Months(*(np.where(np.isnan(tenure_days), np.nan, one) for one in (mean, low, high)))


def renewals_survived(tenure_days: Vector) -> Vector:
    """Monthly renewals that lie behind a subscriber of that tenure; 0 for NaN."""
    return np.maximum(np.floor((np.nan_to_num(tenure_days) - GRACE_DAYS) / DAYS_PER_MONTH), 0.0)
