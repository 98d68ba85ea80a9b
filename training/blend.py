"""How much of the margin the logistic regression gets, beside the booster."""

import numpy as np
from numpy.typing import NDArray

from scoring.churn import probability
from training.calibration import fit_logistic
from training.crossfit import HeldOut
from training.metrics import log_loss

SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 1.0)


def choose_share(held_out: HeldOut) -> float:
    """The share with the lowest log loss on customers held out; of equal ones the smaller.

    Each share is judged under a sigmoid of its own, as it would be served: what is asked is which
    blend ranks and spreads customers best, not which happens to sit at the snapshot's churn rate.
    """
    return min(SHARES, key=lambda share: _loss(held_out, share))


def blended(held_out: HeldOut, share: float) -> NDArray[np.float64]:
    """The margin of each customer held out, as the served model blends it."""
    return np.asarray((1 - share) * held_out.boosted + share * held_out.steady)


def _loss(held_out: HeldOut, share: float) -> float:
    margin, churned = blended(held_out, share), held_out.snapshots.churned
    slope, intercept = fit_logistic(margin, churned)
    return log_loss(churned, probability(slope * margin + intercept))
