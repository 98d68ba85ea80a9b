"""Value of an order: shrinkage by hand, moments beside draws."""

import numpy as np
import pytest

from tests.scoring.value.models import spending

# Fader and Hardie (2013): p, q and gamma of the CDNOW sample.
CDNOW = spending(p=6.25, q=3.74, gamma=15.44)


def test_the_average_order_is_worth_what_was_published() -> None:
    assert CDNOW.population_mean == pytest.approx(35.2, abs=0.05)


def test_the_mean_is_drawn_towards_everyones_by_hand() -> None:
    # p (gamma + n m) / (p n + q - 1): 2 * (60 + 3 * 100) / (2 * 3 + 2) = 90, everyone's is 60.
    found = spending(p=2, q=3, gamma=60).mean(np.array([3.0]), np.array([100.0]))

    assert found[0] == 90


def test_more_orders_draw_it_less() -> None:
    orders = np.array([1.0, 10.0, 1000.0])

    found = CDNOW.mean(orders, np.full(3, 100.0))

    assert CDNOW.population_mean < found[0] < found[1] < found[2] < 100
    assert found[2] == pytest.approx(100, rel=1e-3)


def test_an_unknown_mean_is_everyones_and_a_negative_one_counts_as_nothing_paid() -> None:
    model = spending(p=2, q=3, gamma=60)

    found = model.mean(np.array([5.0, 2.0, 2.0]), np.array([np.nan, 0.0, -70.0]))

    assert found.tolist() == [60, 2 * 60 / 6, 2 * 60 / 6]


def test_moments_are_those_of_draws_given_the_customers_mean() -> None:
    random = np.random.default_rng(1)
    model = spending(p=2, q=6, gamma=60)
    # Posterior of a customer with 4 orders of 20 on average: Gamma(q + 4 p, gamma + 80).
    price = random.gamma(14, 1 / 140, 400_000)
    sums = random.gamma(2 * 3, size=400_000) / price  # of three orders

    mean, single, pair = model.moments(np.array([4.0]), np.array([20.0]))

    assert 3 * mean[0] == pytest.approx(sums.mean(), rel=0.01)
    assert 3 * single[0] + 9 * pair[0] == pytest.approx((sums**2).mean(), rel=0.02)


def test_the_spread_stays_finite_where_the_model_has_none() -> None:
    # q + p n is below 2: the posterior has a mean and no variance.
    mean, single, pair = spending(p=0.3, q=1.1, gamma=60).moments(np.ones(1), np.full(1, 5.0))

    assert np.isfinite([mean[0], single[0], pair[0]]).all()
    assert pair[0] > mean[0] ** 2
