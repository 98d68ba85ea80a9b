"""Usage frequency: events per active week, boundaries, and events that are no use."""

from typing import Any

import numpy as np
import pytest

from scoring.segments.customers import Customers
from scoring.segments.scheme import Off
from scoring.segments.usage_frequency import UsageFrequency, UsageFrequencySettings, fit
from tests.scoring.segments.populations import codes, customers_with, population_of


def users(events: list[float], weeks: list[float], **columns: Any) -> Customers:
    return customers_with(
        events_last_91_days=events, active_event_weeks_last_13_weeks=weeks, **columns
    )


def ten(**columns: Any) -> Customers:
    """One to ten events in each of five weeks."""
    return users([5.0 * rate for rate in range(1, 11)], [5.0] * 10, **columns)


def fitted(customers: Customers, **settings: Any) -> UsageFrequency:
    found = fit(
        population_of(customers), UsageFrequencySettings(**({"least_customers": 3} | settings))
    )
    assert isinstance(found, UsageFrequency)
    return found


def why(customers: Customers, **settings: Any) -> str:
    found = fit(population_of(customers), UsageFrequencySettings(**settings))
    assert isinstance(found, Off)
    return found.why.en


def test_a_third_of_the_engaged_is_light_and_a_fifth_heavy() -> None:
    customers = ten()

    usage = fitted(customers)

    assert (usage.light, usage.heavy) == (4, 8)
    assert codes(usage, customers) == ["light"] * 4 + ["regular"] * 4 + ["heavy"] * 2


def test_each_threshold_belongs_to_the_lower_label() -> None:
    usage = UsageFrequency(light=1.5, heavy=3, heavy_weeks=2)

    customers = users([0, 3, 4, 6, 7], [0, 2, 2, 2, 2])

    assert codes(usage, customers) == ["none", "light", "regular", "regular", "heavy"]


def test_one_burst_is_no_heavy_use() -> None:
    usage = UsageFrequency(light=1, heavy=3, heavy_weeks=4)

    assert codes(usage, users([50, 15, 16], [1, 3, 4])) == ["regular", "regular", "heavy"]


def test_who_did_not_engage_is_none_and_changes_no_threshold() -> None:
    idle = users([5.0 * rate for rate in range(1, 11)] + [0] * 30, [5.0] * 10 + [0] * 30)

    assert fitted(idle) == fitted(ten())
    assert codes(fitted(idle), idle)[10:] == ["none"] * 30


def test_of_whom_events_are_not_known_nothing_is_said() -> None:
    usage, prospect = fitted(ten()), users([np.nan], [np.nan])

    assert codes(usage, prospect) == [None]
    assert usage.explain(usage.label(prospect).facts_of(0)).en == "events are not known"


def test_thresholds_by_hand_need_no_population() -> None:
    customers = users([2, 9], [1, 1])

    usage = fitted(customers, light_events=3, heavy_events=6, least_customers=25)

    assert (usage.light, usage.heavy) == (3, 6)
    assert fitted(ten(), light_events=9).heavy == 9  # the learned 8 lies below


def test_events_that_few_customers_leave_are_no_use() -> None:
    # 19 of 100 customers of the same weeks; then 20 of 100.
    bought = {"orders_last_91_days": [1.0] * 100}
    rare = users([float(i) for i in range(1, 20)] + [0] * 81, [1.0] * 100, **bought)
    enough = users([float(i) for i in range(1, 21)] + [0] * 80, [1.0] * 100, **bought)

    assert "19.0% of the customers of the last 91 days left an event, fewer than 20%" in why(rare)
    assert fitted(enough).light == 7


def test_those_who_left_long_ago_do_not_make_events_rare() -> None:
    customers = users(
        [1.0, 2, 3, 4] + [0] * 96, [1.0] * 100, orders_last_91_days=[1.0] * 4 + [0] * 96
    )
    subscribers = users(
        [1.0, 2, 3, 4] + [0] * 96, [1.0] * 100, subscriptions_active=[1.0] * 4 + [0] * 96
    )

    assert fitted(customers) == fitted(subscribers)


@pytest.mark.parametrize("count", [1, 5, 50])
def test_all_engaging_alike_are_told_what_it_takes(count: int) -> None:
    found = why(users([4.0] * count, [2.0] * count))

    assert found.startswith(f"{count} customers engaged in the last 91 days")
    assert "set light_events and heavy_events" in found


def test_no_events_are_told_where_they_would_come_from() -> None:
    assert "[tables.events]" in why(customers_with(orders_last_91_days=[1, 2]))
    assert "0.0% of the customers" in why(users([0, 0], [0, 0]), least_engaged=0)


def test_a_customer_alone_has_the_label_of_the_population() -> None:
    random = np.random.default_rng(6)
    weeks = random.integers(0, 14, 300)
    customers = users((weeks * (1 + random.poisson(0.7, 300))).tolist(), weeks.tolist())
    usage = fitted(customers)

    alone = [codes(usage, customers.where(np.array([i])))[0] for i in range(300)]

    assert alone == codes(usage, customers)
    assert set(alone) == {"heavy", "regular", "light", "none"}


def test_the_explanation_says_events_and_weeks() -> None:
    usage, customers = fitted(ten()), users([9, 0], [4, 0])
    labels = usage.label(customers)

    said, idle = usage.explain(labels.facts_of(0)), usage.explain(labels.facts_of(1))

    assert said.en == "2.2 events per active week (9 in 4 of 13 weeks)"
    assert said.zh == "活跃周平均每周互动2.2次(13周中有4周互动,共9次)"
    assert (idle.en, idle.zh) == ("no event in the last 13 weeks", "最近13周无互动")


def test_the_rule_holds_the_thresholds() -> None:
    rule = fitted(ten()).rule()

    assert "light up to 4, heavy beyond 8 in at least 4 such weeks" in rule.en
    assert "不超过4次为轻度,超过8次且至少4周有互动为重度" in rule.zh
