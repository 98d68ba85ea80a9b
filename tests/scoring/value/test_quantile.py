"""Quantiles of money: zeros, certainty, and a gamma distribution's own."""

import numpy as np
import pytest
from scipy.stats import gamma, norm

from scoring.value.quantile import _normal_quantile, spend_quantile


def one(share: float, mean: float, square: float, none: float) -> float:
    return float(spend_quantile(share, *(np.array([v]) for v in (mean, square, none)))[0])


def test_where_nothing_comes_more_often_than_the_share_the_quantile_is_nothing() -> None:
    assert one(0.1, mean=50, square=5000, none=0.1) == 0
    assert one(0.9, mean=5, square=500, none=0.95) == 0
    assert one(0.1, mean=50, square=5000, none=0.05) > 0


def test_the_chance_of_nothing_lies_below_every_sum_that_comes() -> None:
    # Half bring nothing, half an exponential sum of mean 1: nine of ten bring less than ln 5.
    assert one(0.9, mean=0.5, square=1, none=0.5) == pytest.approx(np.log(5), rel=0.02)


def test_what_is_certain_is_its_own_quantile() -> None:
    assert one(0.1, mean=20, square=400, none=0) == pytest.approx(20, rel=1e-3)


@pytest.mark.parametrize("shape", [0.5, 1, 3, 50])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_gamma_distributed_sum_has_its_own_quantiles(shape: float, share: float) -> None:
    # Within a fiftieth of the mean, or three hundredths of the quantile.
    found = one(share, mean=shape, square=shape + shape**2, none=0)

    assert found == pytest.approx(gamma(shape).ppf(share), abs=0.02 * shape, rel=0.03)


def test_an_unknown_mean_has_no_quantile() -> None:
    assert np.isnan(one(0.1, np.nan, np.nan, np.nan))


def test_the_table_of_the_normal_distribution_is_close_enough() -> None:
    shares = np.linspace(1e-6, 1 - 1e-6, 9999)

    assert np.abs(_normal_quantile(shares) - norm.ppf(shares)).max() < 1e-4
