"""Who is eligible, to the day, and what the definition says of itself."""

from datetime import timedelta

import pytest

from scoring.churn_definition import Inactivity
from tests.scoring.rows import NULL, feature_rows

DEFINITION = Inactivity(silent_days=60, horizon_days=28, minimum_tenure_days=14)


@pytest.mark.parametrize(
    ("silent", "tenure", "status"),
    [
        pytest.param(59, 200, "eligible", id="a day before silence counts"),
        pytest.param(60, 200, "already_churned", id="silent for exactly silent_days"),
        pytest.param(61, 200, "already_churned", id="silent for longer"),
        pytest.param(0, 14, "eligible", id="known for exactly the minimum tenure"),
        pytest.param(0, 13, "too_new", id="known for a day less"),
        pytest.param(0, 0, "too_new", id="first order within a day"),
        pytest.param(NULL, NULL, "never_ordered", id="no order"),
    ],
)
def test_a_customer_has_one_status(silent: float, tenure: float, status: str) -> None:
    rows = feature_rows(days_since_last_order=[silent], days_since_first_order=[tenure])
    assert DEFINITION.statuses(rows).tolist() == [status]


def test_who_is_both_gone_and_new_counts_as_gone() -> None:
    definition = Inactivity(silent_days=5, horizon_days=28, minimum_tenure_days=14)
    rows = feature_rows(days_since_last_order=[6], days_since_first_order=[6])
    assert definition.statuses(rows).tolist() == ["already_churned"]


def test_without_a_minimum_tenure_nobody_is_too_new() -> None:
    rows = feature_rows(days_since_last_order=[0], days_since_first_order=[0])
    assert Inactivity(silent_days=60, horizon_days=28).statuses(rows).tolist() == ["eligible"]


def test_statuses_stand_in_the_order_of_the_rows() -> None:
    rows = feature_rows(
        days_since_last_order=[NULL, 70, 3, 20], days_since_first_order=[NULL, 90, 3, 90]
    )
    assert DEFINITION.statuses(rows).tolist() == [
        "never_ordered", "already_churned", "too_new", "eligible",
    ]  # fmt: skip


def test_the_label_window_ends_a_horizon_after_the_gap() -> None:
    assert Inactivity(60, 28, gap_days=7).reach == timedelta(days=35)


@pytest.mark.parametrize(
    ("gap", "sentence"),
    [
        (0, "no order within 28 days, among customers who ordered in the last 60 days"),
        (7, "no order within 28 days after a gap of 7 days, among customers who ordered in the "
            "last 60 days"),
    ],
)  # fmt: skip
def test_the_definition_says_itself_in_a_sentence(gap: int, sentence: str) -> None:
    assert Inactivity(60, 28, gap_days=gap).in_words() == sentence
