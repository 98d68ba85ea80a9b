"""Fitting Gamma-Gamma: published parameters recovered, who counts, honest refusals."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.scoring.value.models import spending
from training.value.errors import NoValueModelError
from training.value.spending import fit_spending, likelihood_of

# Fader and Hardie (2013), the CDNOW sample.
CDNOW = spending(p=6.25, q=3.74, gamma=15.44)


def drawn(customers: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    random = np.random.default_rng(6)
    orders = random.geometric(0.3, customers).astype(np.float64)
    price = random.gamma(CDNOW.q, 1 / CDNOW.gamma, customers)
    return orders, random.gamma(CDNOW.p * orders) / price / orders


def test_the_published_parameters_come_back_from_customers_drawn_with_them() -> None:
    found = fit_spending(*drawn(30_000), 30)

    errors = np.array(found.standard_errors, dtype=np.float64)
    difference = np.subtract([found.p, found.q, found.gamma], [CDNOW.p, CDNOW.q, CDNOW.gamma])
    assert (np.abs(difference) < 3.5 * errors).all()
    assert found.population_mean == pytest.approx(CDNOW.population_mean, rel=0.02)
    assert abs(found.correlation) < 0.03


def test_the_gradient_is_the_slope_of_the_likelihood() -> None:
    orders, mean = drawn(50)
    likelihood, point = likelihood_of(orders, mean / 30), np.array([0.3, 0.5, 0.1])

    slopes = [
        (likelihood(point + step)[0] - likelihood(point - step)[0]) / 2e-5
        for step in 1e-5 * np.eye(3)
    ]

    np.testing.assert_allclose(likelihood(point)[1], slopes, atol=1e-6)


def test_customers_of_one_order_of_none_and_who_paid_nothing_are_left_aside() -> None:
    orders, mean = drawn(2000)
    more = np.array([1.0, 0.0, np.nan, 9.0, 9.0, 9.0])
    paid = np.array([1e6, np.nan, np.nan, 0.0, -50.0, np.nan])

    found = fit_spending(np.append(orders, more), np.append(mean, paid), 30)

    assert found == fit_spending(orders, mean, 30)


def test_one_price_for_everyone_is_fitted_as_such() -> None:
    found = fit_spending(np.full(200, 3.0), np.full(200, 9.99), 30)

    assert found.mean(np.array([3.0]), np.array([9.99]))[0] == pytest.approx(9.99, rel=1e-3)
    assert found.correlation == 0


def test_nobody_who_paid_is_told_what_to_map() -> None:
    with pytest.raises(NoValueModelError, match=r"map amount in \[tables.orders\]") as refused:
        fit_spending(np.full(200, 3.0), np.zeros(200), 30)

    assert "请在[tables.orders]中映射amount" in refused.value.why.zh
