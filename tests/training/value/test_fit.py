"""The whole value model: what is fitted, what is left out and why, and small populations."""

from typing import Any

import numpy as np
import pytest

from features.build import FeatureRows
from features.catalog import NAMES
from scoring.segments.scheme import Off
from scoring.value.model import ValueModel
from tests.buyers import buyers
from tests.scoring.rows import NULL, feature_rows
from tests.scoring.value.models import purchasing, spending
from training.errors import TrainingError
from training.value.fit import ValueSettings, fit_value

SETTINGS = ValueSettings()


def shoppers(customers: int, **changed: Any) -> FeatureRows:
    rows = buyers(purchasing(), spending(), customers, days=1, seed=9).rows
    return with_columns(rows, **changed)


def with_columns(rows: FeatureRows, **columns: Any) -> FeatureRows:
    values = rows.values.copy()
    for name, column in columns.items():
        values[:, NAMES.index(name)] = column
    return FeatureRows(rows.customer_ids, rows.as_of, values)


def subscribers(customers: int) -> dict[str, Any]:
    random = np.random.default_rng(4)
    tenure = random.integers(1, 700, customers)
    ended = random.random(customers) < 0.4
    return {
        "days_since_first_subscription": tenure,
        "subscriptions_active": ~ended,
        "days_since_subscription_ended": np.where(ended, tenure // 2, NULL),
        "amount_per_month": np.where(ended, NULL, 10.0),
        "days_paused": 0,
    }


def fitted(rows: FeatureRows) -> ValueModel:
    found = fit_value(rows, SETTINGS)
    assert isinstance(found, ValueModel)
    return found


def why(rows: FeatureRows) -> str:
    found = fit_value(rows, SETTINGS)
    assert isinstance(found, Off)
    return found.why.en


def test_orders_alone_make_a_model_of_orders() -> None:
    found = fitted(shoppers(2000))

    assert found.orders is not None
    assert found.subscriptions is None
    assert (found.left_out, found.horizon_days, found.fitted_at) == ((), 365, "2024-06-01")


def test_subscriptions_alone_make_a_model_of_subscriptions() -> None:
    nobody_ordered = feature_rows(orders_in_total=[0.0] * 500)

    found = fitted(with_columns(nobody_ordered, **subscribers(500)))

    assert found.orders is None
    assert found.subscriptions is not None
    assert found.subscriptions.subscribers == 500
    assert found.left_out == ()


def test_both_are_fitted_where_both_are_there() -> None:
    found = fitted(shoppers(2000, **subscribers(2000)))

    assert found.orders is not None
    assert found.subscriptions is not None


def test_what_is_left_out_is_said() -> None:
    unpriced = subscribers(2000) | {"amount_per_month": NULL}

    found = fitted(shoppers(2000, **unpriced))

    assert found.subscriptions is None
    assert "map amount_per_month" in found.left_out[0].en
    assert "映射amount_per_month" in found.left_out[0].zh


def test_returns_lower_the_value_of_every_order() -> None:
    # A fifth of the money came back: spend_in_total is what was kept.
    rows = shoppers(2000)
    kept = 0.8 * rows.column("spend_in_total")
    returned = with_columns(rows, spend_in_total=kept, refunds_in_total=0.25 * kept)

    plain, less = (fitted(one).remaining_value(rows).value for one in (rows, returned))

    np.testing.assert_allclose(less, 0.8 * plain)


def test_more_returned_than_bought_is_worth_nothing() -> None:
    rows = shoppers(2000, spend_in_total=-5, refunds_in_total=100)

    assert fitted(rows).remaining_value(rows).value.max() == 0


@pytest.mark.parametrize("customers", [1, 5, 30])
def test_a_handful_of_customers_is_told_what_it_takes(customers: int) -> None:
    assert "ordered more than once; expected orders need 30" in why(shoppers(customers))


def test_fifty_customers_of_whom_most_came_again_are_enough() -> None:
    rows = shoppers(50)
    assert (rows.column("orders_in_total") > 1).sum() >= 30

    assert np.isfinite(fitted(rows).remaining_value(rows).value).all()


def test_nobody_who_ordered_or_subscribed_is_told_what_to_map() -> None:
    assert "map [tables.orders] or [tables.subscriptions]" in why(feature_rows(age_in_years=[40.0]))
    assert "nobody has ordered" in why(shoppers(3).where(np.zeros(3, dtype=bool)))


def test_orders_without_money_are_told_to_map_amounts() -> None:
    assert "map amount in [tables.orders]" in why(shoppers(2000, mean_order_value=0))


def test_rows_of_several_dates_are_refused() -> None:
    rows = shoppers(50)
    twice = FeatureRows(
        np.concatenate([rows.customer_ids] * 2),
        np.concatenate([rows.as_of, rows.as_of + np.timedelta64(28, "D")]),
        np.concatenate([rows.values] * 2),
    )

    with pytest.raises(TrainingError, match="these rows are of 2, from 2024-06-01"):
        fit_value(twice, SETTINGS)
