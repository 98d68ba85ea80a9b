"""Fit the shifted-beta-geometric model by maximum likelihood."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, digamma

from features.feature import Words
from scoring.value.subscribing import (
    DAYS_PER_MONTH,
    GRACE_DAYS,
    Subscribing,
    renewals_survived,
)
from training.value.errors import NoValueModelError
from training.value.optimum import Likelihood, Problem, Vector, highest

MODEL = Words("shifted-beta-geometric", "移位贝塔-几何")
# Coordinates: logit of the mean leaving probability, log of alpha + beta. At the limits nobody or
# everybody leaves, or subscribers are all alike.
LIMITS = (np.array([-12.0, np.log(1e-2)]), np.array([12.0, np.log(1e4)]))
STARTS = ((0.1, 1.0), (0.05, 20.0), (0.4, 2.0))


def fit_subscribing(tenure_days: Vector, ended: NDArray[np.bool_], least_ended: int) -> Subscribing:
    """Fit on everyone who ever subscribed.

    Args:
        tenure_days: Days subscribed by the as-of date, pauses left out.
        ended: Whether the subscription had ended by then.
        least_ended: With fewer subscribers gone, or still there, nothing is fitted.

    Raises:
        NoValueModelError: Too few have ended or go on, or no optimum.
    """
    gone = int(ended.sum())
    if min(gone, len(ended) - gone) < least_ended:
        raise NoValueModelError(
            Words(
                f"of {len(ended):,} subscribers {gone:,} have left; remaining months need "
                f"{least_ended:,} who left and {least_ended:,} who stay ([value] least_ended); "
                "map ended_at in [tables.subscriptions]",
                f"{len(ended):,}位订阅客户中有{gone:,}位已退订;"
                f"预测剩余月数至少需要已退订与仍在订阅的客户各{least_ended:,}位"
                "([value] least_ended);请在[tables.subscriptions]中映射ended_at",
            )
        )
    months = np.ceil((tenure_days[ended] - GRACE_DAYS) / DAYS_PER_MONTH)
    left = np.bincount(np.maximum(months, 1).astype(np.int64))
    stayed = np.bincount(renewals_survived(tenure_days[~ended]).astype(np.int64))
    return fit_months(left[1:], stayed)


def fit_months(left: NDArray[np.int64], stayed: NDArray[np.int64]) -> Subscribing:
    """Fit on counts.

    Args:
        left: How many left at the first renewal, at the second, ...
        stayed: How many are known to have survived 0 renewals, 1 renewal, ... and no more.

    Raises:
        NoValueModelError: No optimum.
    """
    starts = [np.array([np.log(leaving / (1 - leaving)), np.log(size)]) for leaving, size in STARTS]
    gone, everyone = int(left.sum()), int(left.sum() + stayed.sum())
    found = highest(Problem(MODEL, likelihood_of(left, stayed), LIMITS, everyone), starts)
    alpha, beta = _parameters(found.point)
    errors = found.standard_errors(_slopes(alpha, beta))
    return Subscribing(alpha, beta, everyone, gone, found.log_likelihood, errors)


def likelihood_of(left: NDArray[np.int64], stayed: NDArray[np.int64]) -> Likelihood:
    """Mean log-likelihood (Fader and Hardie 2007, appendix B) by LIMITS' coordinates."""
    everyone = left.sum() + stayed.sum()
    by_left, by_stayed = left / everyone, stayed / everyone
    before, survived = np.arange(len(left)), np.arange(len(stayed))

    def likelihood(point: Vector) -> tuple[float, Vector]:
        alpha, beta = _parameters(point)
        value = by_left @ betaln(alpha + 1, beta + before)
        value += by_stayed @ betaln(alpha, beta + survived) - betaln(alpha, beta)
        sums = by_left @ digamma(alpha + 1 + beta + before)
        sums += by_stayed @ digamma(alpha + beta + survived) - digamma(alpha + beta)
        by_alpha = by_left.sum() * digamma(alpha + 1) + by_stayed.sum() * digamma(alpha)
        by_alpha -= digamma(alpha) + sums
        by_beta = by_left @ digamma(beta + before) + by_stayed @ digamma(beta + survived)
        by_beta -= digamma(beta) + sums
        return float(value), _slopes(alpha, beta).T @ np.array([by_alpha, by_beta])

    return likelihood


def _parameters(point: Vector) -> tuple[float, float]:
    leaving, size = 1 / (1 + float(np.exp(-point[0]))), float(np.exp(point[1]))
    return leaving * size, (1 - leaving) * size


def _slopes(alpha: float, beta: float) -> NDArray[np.float64]:
    """Of alpha and beta, by coordinate."""
    swap = alpha * beta / (alpha + beta)
    return np.array([[swap, alpha], [-swap, beta]], dtype=np.float64)
