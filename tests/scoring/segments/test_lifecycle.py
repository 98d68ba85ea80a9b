"""Lifecycle: boundaries, dates, the transitions that a life makes day by day, and loyalty."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from features.feature import Words
from scoring.churn_definition import ALREADY_CHURNED, Inactivity
from scoring.segments.customers import Customers
from scoring.segments.lifecycle import Lifecycle, LifecycleSettings, fit
from scoring.segments.lifecycle_states import (
    ACTIVE,
    CHURNED,
    DORMANT,
    LABELS,
    NEW,
    PROSPECT,
    TRANSITIONS,
    impossible,
)
from scoring.segments.loyalty import Loyalty
from scoring.segments.scheme import UNLABELLED, Off, Population
from tests.scoring.segments.populations import codes, customers_with, population_of

DAYS = Lifecycle(30, 45, 90, Loyalty(180, 4))


def buyers(first: list[float], last: list[float], **columns: Any) -> Customers:
    return customers_with(days_since_first_order=first, days_since_last_order=last, **columns)


def fitted(customers: Customers, **settings: Any) -> Lifecycle:
    found = fit(population_of(customers), LifecycleSettings(**settings))
    assert isinstance(found, Lifecycle)
    return found


def why(customers: Customers, silent_days: int = 90, **settings: Any) -> Words:
    churn = Inactivity(silent_days=silent_days, horizon_days=30)
    found = fit(Population(customers, churn, "EUR", 7), LifecycleSettings(**settings))
    assert isinstance(found, Off)
    return found.why


def test_each_state_begins_on_its_day() -> None:
    customers = buyers([29, 30, 100, 100, 100, 100, 0], [29, 30, 44, 45, 89, 90, 0])

    assert codes(DAYS, customers) == [
        "new", "active", "active", "dormant", "dormant", "churned", "new",
    ]  # fmt: skip


def test_who_never_bought_is_a_prospect_since_joining() -> None:
    customers = buyers([np.nan] * 2, [np.nan] * 2, days_since_joined=[10, np.nan])

    labels = DAYS.label(customers)

    assert codes(DAYS, customers) == ["prospect", "prospect"]
    assert labels.facts["in_state_since"].tolist() == ["2023-12-22", None]
    assert DAYS.explain(labels.facts_of(0)).en == "has not bought yet"


def test_of_whom_only_returns_are_known_nothing_is_said() -> None:
    customers = buyers([np.nan], [np.nan], returns_in_total=[1])

    assert codes(DAYS, customers) == [None]
    said = DAYS.explain(DAYS.label(customers).facts_of(0))
    assert said.en == "only returns are known, not what was bought"


def test_churned_is_whom_the_churn_definition_calls_gone() -> None:
    silent = np.arange(0, 200, dtype=np.float64)
    customers = buyers((silent + 5).tolist(), silent.tolist())
    lifecycle = fitted(customers)

    gone = Inactivity(silent_days=90, horizon_days=30).statuses(customers.rows) == ALREADY_CHURNED

    assert (lifecycle.label(customers).positions == CHURNED).tolist() == gone.tolist()


def test_days_follow_from_the_churn_definition_unless_set() -> None:
    customers = buyers([10], [1])

    by_definition, by_hand = fitted(customers), fitted(customers, new_days=7, dormant_days=60)

    assert (by_definition.new_days, by_definition.dormant_days) == (30, 45)
    assert by_definition.silent_days == 90
    assert by_definition.loyalty.tenure_days == 180
    assert (by_hand.new_days, by_hand.dormant_days) == (7, 60)
    assert fitted(customers, dormant_share=0.2).new_days == 17  # before dormant, at 18


def test_since_when_and_until_when_are_dated() -> None:
    # As of 2024-01-01: new, active, dormant, churned.
    customers = buyers(
        [10, 200, 200, 200], [10, 5, 50, 100],
        orders_in_total=[1, 9, 9, 9], longest_days_between_orders=[np.nan, 44, 60, 60],
    )  # fmt: skip

    facts = DAYS.label(customers).facts

    assert facts["in_state_since"].tolist() == [
        "2023-12-22", "2023-07-15", "2023-12-27", "2023-12-22",
    ]  # fmt: skip
    assert facts["next_state"].tolist() == ["active", "dormant", "churned", None]
    assert facts["next_state_on"].tolist() == ["2024-01-21", "2024-02-10", "2024-02-10", None]


def test_active_since_is_unknown_after_a_long_silence_except_between_two_orders() -> None:
    customers = buyers(
        [200, 200, 40],
        [5, 5, 40],
        orders_in_total=[9, 2, 1],
        longest_days_between_orders=[45, 195, np.nan],
    )

    facts = DAYS.label(customers).facts

    assert codes(DAYS, customers) == ["active"] * 3
    assert facts["in_state_since"].tolist() == [None, "2023-12-27", "2023-12-22"]


def test_without_orders_subscriptions_tell() -> None:
    # Running since 10 and since 100 days, ended 44, 45 and 90 days ago.
    customers = customers_with(
        days_since_first_subscription=[10, 100, 100, 100, 100],
        days_since_latest_subscription=[10, 100, 100, 100, 100],
        subscriptions_in_total=[1] * 5,
        subscriptions_active=[1, 1, 0, 0, 0],
        days_since_subscription_ended=[np.nan, np.nan, 44, 45, 90],
        days_paused=[0] * 5,
    )
    lifecycle = fitted(customers)

    labels = lifecycle.label(customers)

    assert codes(lifecycle, customers) == ["new", "active", "active", "dormant", "churned"]
    assert labels.facts["next_state_on"].tolist() == [
        "2024-01-21", None, "2024-01-02", "2024-02-15", None,
    ]  # fmt: skip
    assert labels.facts["in_state_since"].tolist()[1] == "2023-10-23"
    said = lifecycle.explain(labels.facts_of(1))
    assert said.en == "a subscription runs; in this state since 2023-10-23"


def test_a_subscriber_who_begins_to_order_is_not_new_again() -> None:
    customers = buyers(
        [3],
        [3],
        orders_in_total=[1],
        days_since_first_subscription=[400],
        subscriptions_active=[1],
    )

    assert codes(DAYS, customers) == ["active"]
    assert DAYS.label(customers).facts["in_state_since"].tolist() == [None]


def test_who_ordered_is_judged_by_orders_alone_as_churn_is() -> None:
    customers = buyers(
        [200, 200],
        [100, 100],
        subscriptions_active=[1, 0],
        days_since_first_subscription=[150, 150],
        days_since_subscription_ended=[np.nan, 10],
    )

    assert codes(DAYS, customers) == ["churned", "churned"]


def test_loyal_takes_tenure_and_orders_and_is_never_churned() -> None:
    customers = buyers(
        [180, 179, 180, 180, 180], [5, 5, 5, 50, 90], orders_last_365_days=[4, 4, 3, 4, 4]
    )

    facts = DAYS.label(customers).facts

    assert facts["loyal"].tolist() == [1, 0, 0, 1, 0]
    assert "loyal" in DAYS.explain(DAYS.label(customers).facts_of(3)).en


def test_a_subscription_never_paused_is_loyal() -> None:
    customers = customers_with(
        days_since_first_subscription=[180, 180, 180],
        subscriptions_active=[1, 1, 0],
        days_since_subscription_ended=[np.nan, 90, 10],
        pauses=[0, 1, 0],
    )

    assert DAYS.label(customers).facts["loyal"].tolist() == [1, 0, 0]


def test_the_orders_of_the_loyal_are_those_of_the_best_quarter_and_two_at_least() -> None:
    orders = [1.0, 2, 3, 8]
    known = buyers([200] * 4, [5] * 4, orders_last_365_days=orders)
    once = buyers([200] * 4, [5] * 4, orders_last_365_days=[1] * 4)
    young = buyers([100] * 4, [5] * 4, orders_last_365_days=orders)

    assert fitted(known).loyalty.orders == 3
    assert fitted(once).loyalty.orders == 2
    assert fitted(young).loyalty.orders is None
    assert not fitted(young).label(known).facts["loyal"].any()


def lives(count: int, days: int) -> tuple[Customers, np.ndarray[Any, Any]]:
    """Customers who order at noon of random days, described at each midnight; the order days."""
    random = np.random.default_rng(5)
    columns: dict[str, Any] = {
        name: []
        for name in (
            "days_since_first_order", "days_since_last_order", "orders_in_total",
            "longest_days_between_orders", "orders_last_365_days",
        )
    }  # fmt: skip
    ordered = random.random((count, days)) < random.choice([0.005, 0.02, 0.08], (count, 1))
    for own in ordered:
        for day in range(days):
            ago = [day - 1 - order for order in np.flatnonzero(own[:day])]
            gaps = -np.diff(ago)
            columns["days_since_first_order"].append(ago[0] if ago else np.nan)
            columns["days_since_last_order"].append(ago[-1] if ago else np.nan)
            columns["orders_in_total"].append(len(ago))
            columns["longest_days_between_orders"].append(max(gaps) if len(gaps) else np.nan)
            columns["orders_last_365_days"].append(len(ago))
    customers = customers_with(**columns)
    dates = np.datetime64("2024-01-01", "us") + np.arange(days).astype("timedelta64[D]")
    return Customers(replace(customers.rows, as_of=np.tile(dates, count))), ordered


def test_a_life_takes_only_written_transitions_on_the_days_foretold() -> None:
    count, days = 60, 260
    customers, ordered = lives(count, days)
    labels = DAYS.label(customers)
    states = labels.positions.reshape(count, days)
    since = labels.facts["days_in_state"].reshape(count, days)
    following = labels.facts["next_state"].reshape(count, days)
    on = labels.facts["next_state_on"].reshape(count, days)
    allowed = {(step.before, step.after) for step in TRANSITIONS}
    seen = set()

    for i in range(count):
        entered = 0
        for day in range(1, days):
            if states[i, day] != states[i, day - 1]:
                seen.add((states[i, day - 1], states[i, day]))
                entered = day
                if not ordered[i, day - 1]:  # by silence alone: foretold the day before
                    assert on[i, day - 1] == str(np.datetime64("2024-01-01") + day)
                    assert following[i, day - 1] == LABELS[states[i, day]].code
            if not np.isnan(since[i, day]):
                assert since[i, day] == day - entered
    assert seen == allowed
    for state in (NEW, DORMANT, CHURNED):
        assert not np.isnan(since[states == state]).any()


@pytest.mark.parametrize("before", [NEW, ACTIVE, DORMANT, CHURNED])
def test_nobody_becomes_a_prospect_or_new_again(before: int) -> None:
    after = np.array([PROSPECT, NEW, ACTIVE, DORMANT, CHURNED, UNLABELLED])

    found = impossible(np.full(6, before), after)

    assert found.tolist() == [True, before != NEW, False, False, False, False]


def test_a_prospect_may_become_anything_in_time_and_the_unlabelled_make_no_move() -> None:
    assert not impossible(np.full(5, PROSPECT), np.arange(5)).any()
    assert not impossible(np.full(5, UNLABELLED), np.arange(5)).any()


def test_a_customer_alone_has_the_state_and_dates_of_the_population() -> None:
    customers, _ = lives(2, 150)
    everyone = DAYS.label(customers)

    for i in range(len(customers)):
        alone = DAYS.label(customers.where(np.array([i])))
        assert alone.positions[0] == everyone.positions[i]
        assert alone.facts_of(0) == everyone.facts_of(i)


@pytest.mark.parametrize("count", [1, 5, 50])
def test_it_needs_no_more_than_one_who_bought(count: int) -> None:
    customers = buyers([100.0] * count, [5.0] * count)

    assert codes(fitted(customers), customers) == ["active"] * count


def test_a_population_that_never_bought_is_told_what_is_missing() -> None:
    assert "fill [tables.orders] or [tables.subscriptions]" in why(buyers([np.nan], [np.nan])).en


def test_days_must_ascend_to_the_churn_definition() -> None:
    customers = buyers([10], [1])

    assert "dormant_days 90 and silent_days 90 must ascend" in why(customers, dormant_days=90).en
    assert "new_days 45, dormant_days 45" in why(customers, new_days=45).en
    assert "silent_days 2 must ascend" in why(customers, silent_days=2).en


def test_the_explanation_says_what_comes_next() -> None:
    customers = buyers([10, 90], [10, 20])
    labels = DAYS.label(customers)

    said, later = DAYS.explain(labels.facts_of(0)), DAYS.explain(labels.facts_of(1))

    assert said.en == (
        "last purchase 10 days ago; in this state since 2023-12-22; active from 2024-01-21 on"
    )
    assert said.zh == "上次购买在10天前;自2023-12-22起处于该状态;2024-01-21起转为活跃客户"
    assert later.en.endswith("without another purchase dormant on 2024-01-26")
    assert later.zh.endswith("若不再购买,将于2024-01-26成为休眠客户")


def test_the_rule_holds_every_state_and_transition() -> None:
    rule = DAYS.rule()

    assert all(label.name.en in rule.en and label.name.zh in rule.zh for label in LABELS)
    assert all(step.cause.en in rule.en and step.cause.zh in rule.zh for step in TRANSITIONS)
    assert "at least 4 orders in 365 days" in rule.en
