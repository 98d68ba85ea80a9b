"""Months to come: survival as published, horizons, ends by the day."""

import numpy as np
import pytest

from scoring.value.subscribing import DAYS_PER_MONTH, renewals_survived
from tests.scoring.value.models import subscribing

YEAR = 12 * DAYS_PER_MONTH


def test_survival_by_hand() -> None:
    # B(1, 9 + t) / B(1, 9) = 9 / (9 + t).
    survival = subscribing(alpha=1, beta=9).survival(3)

    assert survival.tolist() == pytest.approx([1, 9 / 10, 9 / 11, 9 / 12])


def test_the_published_customers_survive_as_published() -> None:
    # Fader and Hardie (2007), figure 5: twelve years by the model of seven.
    high_end = subscribing(alpha=0.668, beta=3.806).survival(12)
    regular = subscribing(alpha=0.704, beta=1.182).survival(12)

    # Shares that were really there in the twelfth year: 39.4 and 17.3 percent.
    assert high_end[12] == pytest.approx(0.394, abs=0.02)
    assert regular[12] == pytest.approx(0.173, abs=0.01)


def test_months_of_a_new_subscriber_are_the_sum_of_survival() -> None:
    model = subscribing(alpha=1, beta=9)

    found = model.months(np.array([5.0]), YEAR, 0.8)

    assert found.mean[0] == pytest.approx(model.survival(12)[1:].sum())


def test_the_longer_someone_stayed_the_surer_the_next_month() -> None:
    found = subscribing().months(np.array([0.0, 200.0, 2000.0]), YEAR, 0.8).mean

    assert found[0] < found[1] < found[2] < 12


def test_a_horizon_that_ends_within_a_month_counts_a_part_of_it() -> None:
    model = subscribing(alpha=1, beta=9)

    half = model.months(np.array([0.0]), 1.5 * DAYS_PER_MONTH, 0.8)

    assert half.mean[0] == pytest.approx(9 / 10 + 0.5 * 9 / 11)


def test_low_and_high_are_months_reached_in_nine_and_in_one_of_ten_cases() -> None:
    # Survival 9 / 10, 9 / 11, ..., 9 / 21: nine of ten are there after one month.
    found = subscribing(alpha=1, beta=9).months(np.array([0.0]), YEAR, 0.8)

    assert (found.low[0], found.high[0]) == pytest.approx((1, 12))


@pytest.mark.parametrize(
    ("days", "renewals"),
    [(0, 0), (27, 0), (31, 0), (33, 1), (59, 1), (62, 1), (64, 2), (365, 11), (368, 12)],
)
def test_a_renewal_is_survived_once_any_calendar_month_is_over(days: int, renewals: int) -> None:
    assert renewals_survived(np.array([float(days)]))[0] == renewals


def test_an_unknown_tenure_leaves_months_unknown() -> None:
    found = subscribing().months(np.array([np.nan]), YEAR, 0.8)

    assert np.isnan([found.mean[0], found.low[0], found.high[0]]).all()
