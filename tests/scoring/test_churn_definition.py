"""Who is eligible, to the day, and what the definition says of itself."""

from datetime import timedelta

import pytest
from pydantic import TypeAdapter, ValidationError

from scoring.churn_definition import Cadence, ChurnDefinition, Inactivity, SubscriptionEnd
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


CADENCE = Cadence(usual_gaps=2.5, silent_days=60, horizon_days=28, minimum_tenure_days=14)


@pytest.mark.parametrize(
    ("silent", "usual", "orders", "status"),
    [
        pytest.param(25, 10, 4, "already_churned", id="silent for exactly two and a half gaps"),
        pytest.param(24, 10, 4, "eligible", id="a day less"),
        pytest.param(70, 40, 4, "eligible", id="a slow pace allows more than silent_days"),
        pytest.param(59, 10, 3, "eligible", id="of few orders silent_days count"),
        pytest.param(60, 10, 3, "already_churned", id="of few orders, exactly silent_days"),
        pytest.param(60, 0, 9, "already_churned", id="orders on one day alone are no pace"),
        pytest.param(59, NULL, 1, "eligible", id="one order"),
        pytest.param(NULL, NULL, 0, "never_ordered", id="no order"),
    ],
)
def test_a_cadence_is_ones_own(silent: float, usual: float, orders: float, status: str) -> None:
    rows = feature_rows(
        days_since_last_order=[silent],
        days_since_first_order=[200],
        mean_days_between_orders=[usual],
        orders_in_total=[orders],
    )
    assert CADENCE.statuses(rows).tolist() == [status]


@pytest.mark.parametrize(
    ("active", "ever", "tenure", "status"),
    [
        pytest.param(1, 1, 30, "eligible", id="it runs, for exactly the minimum tenure"),
        pytest.param(1, 1, 29, "too_new", id="known for a day less"),
        pytest.param(0, 2, 90, "already_churned", id="none runs any more"),
        pytest.param(0, 0, NULL, "never_subscribed", id="never subscribed"),
        pytest.param(NULL, NULL, NULL, "never_subscribed", id="no table of subscriptions"),
    ],
)
def test_who_has_a_subscription_that_runs_may_end_it(
    active: float, ever: float, tenure: float, status: str
) -> None:
    rows = feature_rows(
        subscriptions_active=[active],
        subscriptions_in_total=[ever],
        days_since_first_subscription=[tenure],
    )
    definition = SubscriptionEnd(horizon_days=30, minimum_tenure_days=30)
    assert definition.statuses(rows).tolist() == [status]


def test_each_says_itself_in_a_sentence_and_reaches_to_where_its_label_is_known() -> None:
    assert CADENCE.in_words() == (
        "no order within 28 days and silent for 2.5 of one's own usual gaps by then (60 days with "
        "fewer than 4 orders), among customers who are not so yet"
    )
    ends = SubscriptionEnd(horizon_days=30, grace_days=7)
    assert ends.in_words() == (
        "a subscription ends within 30 days and none runs 7 days later, among customers with a "
        "subscription that runs"
    )
    assert ends.reach == timedelta(days=37)


ANY: TypeAdapter[ChurnDefinition] = TypeAdapter(ChurnDefinition)


@pytest.mark.parametrize("definition", [DEFINITION, CADENCE, SubscriptionEnd(30, 7)])
def test_a_file_keeps_which_definition_it_is(definition: ChurnDefinition) -> None:
    assert ANY.validate_json(ANY.dump_json(definition)) == definition


def test_a_file_from_before_the_choice_means_inactivity() -> None:
    assert ANY.validate_python({"silent_days": 60, "horizon_days": 28}) == Inactivity(60, 28)


def test_an_unknown_definition_is_refused() -> None:
    with pytest.raises(ValidationError):
        ANY.validate_python({"definition": "whim", "silent_days": 60, "horizon_days": 28})
