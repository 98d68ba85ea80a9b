"""Profit at capacity, by hand."""

import numpy as np
import pytest

from features.feature import Words
from scoring.segments.scheme import Off
from tests.scoring.rows import feature_rows
from training.capacity import Capacity, earned, worth_of

OFF = Off(Words("off", "关"))
ONCE = np.ones(4, dtype=np.int64)


def test_profit_by_hand() -> None:
    # Saved: a tenth of 100 and of 40; four contacts at 2.
    gains = Capacity(contact_cost=2.0, save_rate=0.1).gains(
        np.array([True, False, True, False]), np.array([100.0, 500.0, 40.0, 0.0])
    )
    everyone = earned(gains, np.array([0, 1, 2, 3]), ONCE, contacts=4)
    assert everyone == pytest.approx(10 + 4 - 4 * 2)


def test_only_the_first_of_a_ranking_are_contacted() -> None:
    gains = np.array([5.0, -1.0, 3.0, 7.0])
    assert earned(gains, np.array([2, 1, 0, 3]), ONCE, contacts=2) == pytest.approx(3.0 - 1.0)


def test_a_resample_counts_customers_as_often_as_they_were_drawn() -> None:
    gains = np.array([5.0, -1.0, 3.0, 7.0])
    times = np.array([0, 1, 3, 0])
    assert earned(gains, np.array([0, 2, 1, 3]), times, contacts=4) == pytest.approx(9.0 - 1.0)


def test_nobody_is_contacted_at_an_expected_loss() -> None:
    capacity = Capacity(contact_cost=1.0, save_rate=0.5)
    said, worth = np.array([0.9, 0.1, 0.5, 0.4]), np.array([1.0, 100.0, 8.0, 5.0])
    # Expected: .45 - 1, 5 - 1, 2 - 1, 1 - 1.
    assert capacity.worthwhile(said, worth).tolist() == [1, 2]
    assert earned(np.ones(4), capacity.worthwhile(said, worth * 0), ONCE, contacts=4) == 0.0


@pytest.mark.parametrize(
    ("capacity", "contacts"),
    [
        (Capacity(share=0.1), 20),
        (Capacity(share=0.0001), 1),
        (Capacity(customers=50), 50),
        (Capacity(customers=1000), 205),
    ],
)
def test_a_campaign_contacts_at_least_one_and_at_most_all(
    capacity: Capacity, contacts: int
) -> None:
    assert capacity.contacts(205) == contacts


def test_without_a_value_model_the_spend_stands_in() -> None:
    rows = feature_rows(spend_last_91_days=[30.0, float("nan"), -5.0])
    worth, words = worth_of(rows, OFF, "remaining_value")
    assert worth.tolist() == [30.0, 0.0, 0.0]
    assert words == "the spend of the last 91 days"


def test_a_stated_worth_is_everyones() -> None:
    rows = feature_rows(spend_last_91_days=[30.0, 5.0])
    assert worth_of(rows, OFF, 12.0)[0].tolist() == [12.0, 12.0]
