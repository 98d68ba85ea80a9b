"""Quantiles of money to come, from its mean, its mean square and the chance that none comes."""

from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
LEAST_MONEY = 1e-100  # less is nothing, and its square is too small to divide by


def spend_quantile(share: float, mean: Vector, square: Vector, none: Vector) -> Vector:
    """The sum that is not exceeded with probability `share`; 0 where nothing may come so often.

    What comes, if any does, is taken as gamma distributed with the mean and variance that it has;
    the gamma's quantile is that of Wilson and Hilferty, "The Distribution of Chi-Square" (1931).

    Args:
        share: In (0, 1).
        mean: Of the money, zeros included.
        square: Mean of its square, zeros included.
        none: Probability of no money.
    """
    some = np.where(none < 1, 1 - none, 1.0)
    comes = mean > LEAST_MONEY
    typical = np.where(comes, mean / some, 1.0)
    relative = np.maximum(square / some / typical**2 - 1, 1e-9)  # variance over squared mean
    deviation = _normal_quantile((share - none) / some)
    cube = np.maximum(1 - relative / 9 + deviation * np.sqrt(relative) / 3, 0.0)
    found = typical * cube * cube * cube
    known = np.where((share > none) & comes, found, 0.0)
    return np.where(np.isnan(mean), np.nan, known)


def _normal_quantile(shares: Vector) -> Vector:
    return np.interp(shares, *_normal_table())


@cache
def _normal_table() -> tuple[Vector, Vector]:
    """Shares and deviations of the standard normal, close enough to draw lines between."""
    deviations = np.arange(-600, 601) / 100
    return np.array([NormalDist().cdf(one) for one in deviations]), deviations
