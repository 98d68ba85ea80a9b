"""Money adds up to the last digit."""

from pathlib import Path

import pytest

from features.build import build_features
from features.history.before import History
from tests.features.streams import DAY, T, opened


@pytest.mark.parametrize("amount", [19.99, 0.1, 123_456_789.01])
def test_orders_of_equal_value_have_no_spread(amount: float, folder: Path) -> None:
    orders = [
        {"customer_id": "a", "ordered_at": T - days * DAY, "amount": amount} for days in (1, 2, 3)
    ]

    rows = build_features(History.before(opened({"orders": orders}, folder), [T]))

    assert rows.column("spread_of_order_value").tolist() == [0.0]


@pytest.mark.parametrize("amount", [100_000.0, 99_999_999_999_999.0])
def test_money_of_any_size_can_be_described(amount: float, folder: Path) -> None:
    orders = [
        {"customer_id": "a", "ordered_at": T - days * DAY, "amount": amount} for days in (1, 2)
    ]

    rows = build_features(History.before(opened({"orders": orders}, folder), [T]))

    assert rows.column("spend_in_total").tolist() == [2 * amount]
    assert rows.column("spend_halved_every_28_days").tolist() == [2 * amount]
