"""Fitting the shifted-beta-geometric model: published estimates from published shares."""

import numpy as np
import pytest

from scoring.value.subscribing import DAYS_PER_MONTH
from training.value.errors import NoValueModelError
from training.value.subscribing import fit_months, fit_subscribing, likelihood_of

# Fader and Hardie (2007), table 1: of 1,000 customers, those there after 0, 1, ... 7 years.
HIGH_END = np.array([1000, 869, 743, 653, 593, 551, 517, 491])
REGULAR = np.array([1000, 631, 468, 382, 326, 289, 262, 241])


@pytest.mark.parametrize(
    ("there", "alpha", "beta", "log_likelihood"),
    [(HIGH_END, 0.668, 3.806, -1611.2), (REGULAR, 0.704, 1.182, -1680.3)],
)
def test_the_published_estimates_come_from_the_published_shares(
    there: np.ndarray, alpha: float, beta: float, log_likelihood: float
) -> None:
    stayed = np.where(np.arange(8) == 7, there, 0)

    found = fit_months(-np.diff(there), stayed)

    assert (found.alpha, found.beta) == pytest.approx((alpha, beta), abs=5e-4)
    assert found.log_likelihood == pytest.approx(log_likelihood, abs=0.05)
    assert (found.subscribers, found.ended) == (1000, 1000 - there[7])


def test_the_gradient_is_the_slope_of_the_likelihood() -> None:
    likelihood = likelihood_of(np.array([5, 3, 0, 2]), np.array([4, 0, 7]))
    point = np.array([-1.0, 0.5])

    slopes = [
        (likelihood(point + step)[0] - likelihood(point - step)[0]) / 2e-5
        for step in 1e-5 * np.eye(2)
    ]

    np.testing.assert_allclose(likelihood(point)[1], slopes, atol=1e-6)


def test_leaving_by_the_month_comes_back_from_days() -> None:
    # Calendar months of 28 to 31 days, ended at a renewal or still running at some day.
    random = np.random.default_rng(2)
    months = random.geometric(random.beta(1.0, 9.0, 40_000))
    until_end = np.round(months * DAYS_PER_MONTH) + random.integers(-1, 2, len(months))
    observed = random.integers(1, 900, len(months)).astype(np.float64)
    ended = until_end < observed

    found = fit_subscribing(np.minimum(until_end, observed), ended, 10)

    assert found.alpha == pytest.approx(1, rel=0.06)
    assert found.beta == pytest.approx(9, rel=0.06)


@pytest.mark.parametrize("gone", [0, 9, 500, 491])
def test_too_few_who_left_or_stayed_are_told_how_many_it_takes(gone: int) -> None:
    with pytest.raises(NoValueModelError, match="10 who left and 10 who stay"):
        fit_subscribing(np.full(500, 90.0), np.arange(500) < gone, 10)
