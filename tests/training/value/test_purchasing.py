"""Fitting BG/NBD: published parameters recovered, likelihood by hand, honest refusals."""

import numpy as np
import pytest

from scoring.value.model import orders_of
from scoring.value.purchasing import Orders, Purchasing
from tests.buyers import buyers
from tests.scoring.rows import taken
from tests.scoring.value.models import purchasing, spending
from training.value.errors import NoValueModelError
from training.value.purchasing import Histories, fit_purchasing, likelihood_of

# Fader, Hardie and Lee (2005), the CDNOW sample; alpha in days.
CDNOW = purchasing(r=0.243, alpha=4.414 * 7, a=0.793, b=2.426)


def parameters(model: Purchasing) -> list[float]:
    return [model.r, model.alpha, model.a, model.b]


def history(repeats: float, recency: float, age: float) -> Histories:
    return Histories(*(np.array([one]) for one in (repeats, recency, age, 1.0)))


def test_the_published_parameters_come_back_from_customers_drawn_with_them() -> None:
    drawn = buyers(CDNOW, spending(), customers=60_000, days=1, seed=4)

    found = fit_purchasing(orders_of(drawn.rows), 30)

    errors = np.array(found.standard_errors, dtype=np.float64)
    assert (errors / parameters(CDNOW) < 0.1).all()
    assert (np.abs(np.subtract(parameters(found), parameters(CDNOW))) < 3.5 * errors).all()


def test_standard_errors_are_the_spread_of_estimates() -> None:
    fits = [
        fit_purchasing(
            orders_of(buyers(purchasing(), spending(), 3000, days=1, seed=seed).rows), 30
        )
        for seed in range(12)
    ]

    spread = np.std([parameters(one) for one in fits], axis=0)
    said = np.mean(np.array([one.standard_errors for one in fits], dtype=np.float64), axis=0)
    assert (np.abs(np.log(spread / said)) < np.log(2)).all()


@pytest.mark.parametrize(
    ("seen", "published"),
    [((2, 30.43, 38.86), -9.4596), ((1, 1.71, 38.86), -4.4711), ((0, 0, 38.86), -0.5538)],
)
def test_the_likelihood_is_the_published_one(
    seen: tuple[float, float, float], published: float
) -> None:
    # "Implementing the BG/NBD Model in Excel" (2005), its first customers; time in weeks, and
    # parameters rounded as printed.
    r, alpha, a, b = 0.243, 4.414, 0.793, 2.426
    point = np.array([np.log(r), np.log(r / alpha), np.log(a / b), np.log(a + b)])

    value, _ = likelihood_of(history(*seen), 1.0)(point)

    assert value == pytest.approx(published, abs=0.003)


@pytest.mark.parametrize("seen", [(2, 30, 39), (1, 0, 39), (0, 0, 39), (40, 38, 38)])
def test_the_gradient_is_the_slope_of_the_likelihood(seen: tuple[float, float, float]) -> None:
    likelihood = likelihood_of(history(*seen), 10.0)
    point = np.array([-0.5, 0.3, -1.0, 0.8])

    slopes = [
        (likelihood(point + step)[0] - likelihood(point - step)[0]) / 2e-5
        for step in 1e-5 * np.eye(4)
    ]

    np.testing.assert_allclose(likelihood(point)[1], slopes, atol=1e-6)


def test_equal_histories_are_counted_once_and_prospects_not_at_all() -> None:
    seen = np.array([[1, 5, 9], [0, 0, 9], [1, 5, 9], [np.nan] * 3, [1, 4, 9]]).T

    found = Histories.of(Orders(*seen))

    counted = dict(
        zip(zip(found.repeats, found.recency, found.age, strict=True), found.customers, strict=True)
    )
    assert counted == {(0, 0, 9): 1, (1, 4, 9): 1, (1, 5, 9): 2}


def test_the_same_customers_in_another_order_give_the_same_bits() -> None:
    rows = buyers(purchasing(), spending(), 3000, days=1, seed=1).rows
    shuffled = taken(rows, np.random.default_rng(1).permutation(len(rows)))

    assert fit_purchasing(orders_of(rows), 30) == fit_purchasing(orders_of(shuffled), 30)


def test_time_in_weeks_gives_the_same_customers() -> None:
    days = orders_of(buyers(purchasing(), spending(), 3000, days=1, seed=1).rows)
    weeks = Orders(days.repeats, days.recency / 7, days.age / 7)

    by_day, by_week = fit_purchasing(days, 30), fit_purchasing(weeks, 30)

    assert by_week.alpha * 7 == pytest.approx(by_day.alpha, rel=1e-3)
    assert by_week.a == pytest.approx(by_day.a, rel=1e-2)
    assert by_week.log_likelihood == pytest.approx(
        by_day.log_likelihood + days.repeats.sum() * np.log(7)
    )


def test_too_few_repeat_customers_are_told_how_many_it_takes() -> None:
    once = Orders(np.zeros(5000), np.zeros(5000), np.arange(5000.0))

    with pytest.raises(NoValueModelError, match="0 of 5,000 customers ordered more than once"):
        fit_purchasing(once, 30)


def test_customers_who_never_leave_are_fitted_with_leaving_at_its_limit() -> None:
    random = np.random.default_rng(3)
    age = random.integers(100, 400, 2000).astype(np.float64)
    rate = random.gamma(20, 1 / 100, 2000)  # an order every five days, and nobody stops
    repeats = random.poisson(rate * age).astype(np.float64)
    recency = np.floor(age * random.beta(np.maximum(repeats, 1e-3), 1))

    found = fit_purchasing(Orders(repeats, np.where(repeats > 0, recency, 0), age), 30)

    assert found.a / (found.a + found.b) < 1e-3
    assert found.r / found.alpha == pytest.approx(0.2, rel=0.05)


def test_customers_who_are_all_alike_are_fitted() -> None:
    alike = Orders(np.full(100, 5.0), np.full(100, 50.0), np.full(100, 60.0))

    counts = fit_purchasing(alike, 30).counts(alike, 60)

    assert np.isfinite(counts.mean).all()
    assert 0 < counts.mean[0] < 12
