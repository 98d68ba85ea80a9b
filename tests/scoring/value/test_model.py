"""Remaining value: parts that add, nulls, a customer alone, and how often intervals hold."""

from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from features.build import FeatureRows
from features.feature import Words
from scoring.value.model import OrderPart, ValueModel, subscribed_days
from scoring.value.purchasing import Purchasing
from scoring.value.spending import Spending
from tests.buyers import Buyers, buyers
from tests.scoring.rows import NULL, feature_rows, taken
from tests.scoring.value.models import purchasing, spending, subscribing

WORLDS = {
    "a shop": (purchasing(), spending(), 365),
    "grocer": (purchasing(r=1.5, alpha=20, a=0.3, b=15), spending(), 365),
    "a month of it": (purchasing(r=1.5, alpha=20, a=0.3, b=15), spending(), 28),
    "CDNOW": (purchasing(0.243, 30.9, 0.793, 2.426), spending(6.25, 3.74, 15.44), 273),
    "wild prices": (purchasing(), spending(p=1, q=1.8, gamma=30), 365),
}


def model(kept_share: float = 1.0, **parts: Any) -> ValueModel:
    orders = OrderPart(purchasing(), spending(), kept_share)
    return ValueModel(365, "2024-06-01", **({"orders": orders, "subscriptions": None} | parts))


def customer(**features: float) -> FeatureRows:
    return feature_rows(**{name: [value] for name, value in features.items()})


def buyer(**features: float) -> FeatureRows:
    facts = {
        "orders_in_total": 4,
        "days_since_first_order": 200,
        "days_since_last_order": 20,
        "mean_order_value": 50,
    }
    return customer(**(facts | features))


def subscriber(**features: float) -> dict[str, float]:
    facts = {
        "days_since_first_subscription": 100,
        "subscriptions_active": 1,
        "amount_per_month": 10,
        "days_paused": 0,
    }
    return facts | features


def value(found: ValueModel, rows: FeatureRows) -> float:
    return float(found.remaining_value(rows).value[0])


def world(name: str, customers: int) -> tuple[Buyers, ValueModel]:
    orders, money, days = WORLDS[name]
    drawn = buyers(orders, money, customers, days, seed=11)
    return drawn, ValueModel(days, "2024-06-01", OrderPart(orders, money, 1.0), None)


@pytest.mark.parametrize("name", WORLDS)
def test_as_much_is_expected_as_comes(name: str) -> None:
    drawn, found = world(name, 40_000)

    said = found.remaining_value(drawn.rows).value

    came = drawn.spend_after
    assert abs(said.mean() - came.mean()) < 4 * came.std() / np.sqrt(len(came))


@pytest.mark.parametrize("name", WORLDS)
def test_the_interval_holds_what_comes_in_at_least_four_cases_of_five(name: str) -> None:
    drawn, found = world(name, 40_000)

    said = found.remaining_value(drawn.rows)

    assert ((said.low <= drawn.spend_after) & (drawn.spend_after <= said.high)).mean() > 0.79
    # Neither end is idle: of customers who surely order, a tenth lies beyond each, or nearly.
    steady = found.expected_orders(drawn.rows) > 20
    if steady.sum() > 500:
        assert 0.05 < (drawn.spend_after < said.low)[steady].mean() < 0.15
        assert 0.05 < (drawn.spend_after > said.high)[steady].mean() < 0.15


def test_a_customer_alone_has_the_very_bits_of_the_batch_in_any_order() -> None:
    drawn, _ = world("grocer", 1500)
    found = model(subscriptions=subscribing())
    rows = drawn.rows
    whole = found.remaining_value(rows)
    shuffled = np.random.default_rng(1).permutation(len(rows))

    mixed = found.remaining_value(taken(rows, shuffled))
    alone = [found.remaining_value(rows.slice(i, i + 1)) for i in range(len(rows))]

    for name in ("value", "low", "high"):
        batch = getattr(whole, name)
        np.testing.assert_array_equal(getattr(mixed, name), batch[shuffled])
        np.testing.assert_array_equal([getattr(one, name)[0] for one in alone], batch)


def test_low_value_and_high_ascend_and_none_is_negative() -> None:
    drawn, found = world("CDNOW", 5000)
    said = found.remaining_value(drawn.rows)

    assert (said.low >= 0).all()
    assert (said.low <= said.value).all()
    assert (said.value <= said.high).all()


def test_prospects_have_no_value() -> None:
    prospect = customer(orders_in_total=0, subscriptions_active=0)
    found = model(subscriptions=subscribing())

    assert np.isnan(value(found, prospect))
    for said in (
        found.expected_orders(prospect),
        found.probability_alive(prospect),
        found.value_per_order(prospect),
        found.days_to_next_order(prospect),
    ):
        assert np.isnan(said).all()


def test_who_is_long_gone_has_a_small_value() -> None:
    gone = buyer(orders_in_total=30, days_since_first_order=1500, days_since_last_order=1300)

    assert 0 <= value(model(), gone) < 0.01


def test_a_longer_horizon_is_worth_more() -> None:
    found, rows = model(), buyer()

    year, two = (found.remaining_value(rows, days).value[0] for days in (365, 730))

    assert value(found, rows) == year < two
    assert found.expected_orders(rows, 730) > found.expected_orders(rows)


@pytest.mark.parametrize("days", [0, -1, np.nan, np.inf])
def test_a_horizon_must_be_a_number_of_days(days: float) -> None:
    with pytest.raises(ValueError, match="it must be above 0"):
        model().remaining_value(buyer(), days)


def test_value_is_expected_orders_times_their_value() -> None:
    found, rows = model(kept_share=0.9), buyer()

    expected = found.expected_orders(rows)[0] * found.value_per_order(rows)[0]

    assert value(found, rows) == pytest.approx(expected)
    assert value(found, rows) == pytest.approx(0.9 * value(model(), rows))


def test_who_paid_nothing_or_less_is_worth_little_but_not_less_than_nothing() -> None:
    free, back = buyer(mean_order_value=0), buyer(mean_order_value=-80)

    assert 0 < value(model(), free) == value(model(), back) < value(model(), buyer())


def test_a_subscriber_is_worth_the_price_times_months_to_come() -> None:
    rows = customer(**subscriber())
    found = model(orders=None, subscriptions=subscribing())

    said = found.remaining_value(rows)

    months = subscribing().months(np.array([100.0]), 365, 0.8)
    assert said.value[0] == pytest.approx(10 * months.mean[0])
    assert (said.low[0], said.high[0]) == pytest.approx((10 * months.low[0], 10 * months.high[0]))


def test_who_unsubscribed_is_worth_nothing_more() -> None:
    former = customer(
        **subscriber(
            subscriptions_active=0, amount_per_month=NULL, days_since_subscription_ended=30
        )
    )

    assert value(model(orders=None, subscriptions=subscribing()), former) == 0


def test_a_price_that_is_not_known_leaves_the_value_unknown() -> None:
    rows = buyer(**subscriber(amount_per_month=NULL))

    assert np.isnan(value(model(subscriptions=subscribing()), rows))
    assert value(model(), rows) > 0


def test_orders_and_subscriptions_add() -> None:
    both = model(subscriptions=subscribing())
    alone = model(orders=None, subscriptions=subscribing())

    together = value(both, buyer(**subscriber()))

    assert together == pytest.approx(value(model(), buyer()) + value(alone, buyer(**subscriber())))
    assert value(both, buyer()) == value(model(), buyer())


def test_tenure_leaves_pauses_and_what_came_after_the_end_out() -> None:
    rows = feature_rows(
        days_since_first_subscription=[100, 100, NULL],
        subscriptions_active=[1, 0, 0],
        days_since_subscription_ended=[40, 30, NULL],
        days_paused=[15, 20, 0],
    )

    np.testing.assert_array_equal(subscribed_days(rows), [85, 50, NULL])


def test_it_comes_back_from_json_with_the_same_bits() -> None:
    odd = OrderPart(
        Purchasing(0.1 + 0.2, 1 / 3, 0.7, 3.0, 9, 5, -1.5, (0.1, None, 0.3, 1e-9)),
        Spending(2.0, 3.0, 60.0, 5, -0.01, -2.0, (None, 1 / 7, 0.2)),
        2 / 3,
    )
    found = model(orders=odd, subscriptions=subscribing(), left_out=(Words("why", "为何"),))

    assert TypeAdapter(ValueModel).validate_json(TypeAdapter(ValueModel).dump_json(found)) == found


def test_nobody_at_all_is_no_trouble() -> None:
    nobody = buyer().where(np.array([False]))
    found = model(subscriptions=subscribing())

    assert found.remaining_value(nobody).value.shape == (0,)
    assert found.days_to_next_order(nobody).shape == (0,)
