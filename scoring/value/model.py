"""Remaining customer value, from features: the content of the bundle's value.json."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.build import FeatureRows
from features.feature import Words
from scoring.value.purchasing import Orders, Purchasing
from scoring.value.quantile import spend_quantile
from scoring.value.spending import Spending
from scoring.value.subscribing import Subscribing

Vector = NDArray[np.float64]

INTERVAL_SHARE = 0.8


@dataclass(frozen=True)
class RemainingValue:
    """Money in the horizon, each of shape (customers,); NaN of whom nothing can be said.

    Attributes:
        value: Expected, not discounted, at least 0.
        low: Falls short of what comes in nine cases of ten.
        high: Exceeds what comes in nine cases of ten; never below `value`, which may lie above
            what nine in ten bring where few bring much.
    """

    value: Vector
    low: Vector
    high: Vector


@dataclass(frozen=True)
class OrderPart:
    """What is expected of orders.

    Attributes:
        purchasing: How many come.
        spending: What one is worth.
        kept_share: Of money paid, what is not paid back for returns, over all customers.
    """

    purchasing: Purchasing
    spending: Spending
    kept_share: float

    def value(self, rows: FeatureRows, days: float) -> RemainingValue:
        """Money of orders, returns subtracted; NaN for who never ordered.

        Every order is worth the customer's expected value (never below 0) times `kept_share`:
        one customer's own returns are too few to tell that customer's share from everyone's.
        """
        counts = self.purchasing.counts(orders_of(rows), days)
        money = self.spending.moments(*_paid(rows))
        mean, single, pair = (
            self.kept_share**power * one for power, one in zip((1, 2, 2), money, strict=True)
        )
        value = counts.mean * mean
        square = counts.mean * single + counts.square * pair
        tail = (1 - INTERVAL_SHARE) / 2
        low, high = (
            spend_quantile(share, value, square, counts.none) for share in (tail, 1 - tail)
        )
        return RemainingValue(value, low, high)


@dataclass(frozen=True)
class ValueModel:
    """A frozen value of JSON values.

    Attributes:
        horizon_days: How far ahead value is counted.
        fitted_at: As-of date of the population, ISO 8601.
        orders: None where the project's orders are too few, or there are none.
        subscriptions: Likewise.
        left_out: What the value does not hold though the project has the table, and why.
    """

    horizon_days: int
    fitted_at: str
    orders: OrderPart | None
    subscriptions: Subscribing | None
    left_out: tuple[Words, ...] = ()

    def remaining_value(self, rows: FeatureRows, days: float | None = None) -> RemainingValue:
        """Money from orders and subscriptions in the horizon, or in the next `days`.

        NaN for who never ordered nor subscribed, and for who pays a price that is not known. The
        two parts' low and high ends are added, as if luck were good or bad in both at once: where
        a customer has both, the interval is wider than it need be.

        Raises:
            ValueError: A horizon of no days.
        """
        horizon = self._horizon(days)
        parts = [_nothing(len(rows))]
        if self.orders is not None:
            parts.append(self.orders.value(rows, horizon))
        if self.subscriptions is not None:
            parts.append(_subscription_value(self.subscriptions, rows, horizon))
        unpriced = self.subscriptions is not None and _unpriced(rows)
        value, low, high = (
            np.where(unpriced, np.nan, _sum([getattr(part, name) for part in parts]))
            for name in ("value", "low", "high")
        )
        return RemainingValue(value, np.minimum(low, value), np.maximum(high, value))

    def expected_orders(self, rows: FeatureRows, days: float | None = None) -> Vector:
        """Number of orders in the horizon, or in the next `days`; NaN for who never ordered."""
        if self.orders is None:
            return np.full(len(rows), np.nan)
        return self.orders.purchasing.counts(orders_of(rows), self._horizon(days)).mean

    def probability_alive(self, rows: FeatureRows) -> Vector:
        """Probability that the customer has not left orders for good; NaN for who never ordered."""
        if self.orders is None:
            return np.full(len(rows), np.nan)
        return self.orders.purchasing.probability_alive(orders_of(rows))

    def value_per_order(self, rows: FeatureRows) -> Vector:
        """Expected value of an order, returns subtracted; NaN for who never ordered."""
        if self.orders is None:
            return np.full(len(rows), np.nan)
        found = self.orders.kept_share * self.orders.spending.mean(*_paid(rows))
        return np.where(np.isnan(rows.column("days_since_first_order")), np.nan, found)

    def days_to_next_order(self, rows: FeatureRows) -> Vector:
        """Days by which half of such customers have ordered again, if they have not left.

        To be read beside `probability_alive`. NaN for who never ordered, or beyond ten years.
        """
        if self.orders is None:
            return np.full(len(rows), np.nan)
        return self.orders.purchasing.days_to_next_order(orders_of(rows))

    def _horizon(self, days: float | None) -> float:
        horizon = float(self.horizon_days if days is None else days)
        if not 0 < horizon < np.inf:
            raise ValueError(f"a horizon of {horizon:g} days: it must be above 0 and end")
        return horizon


def orders_of(rows: FeatureRows) -> Orders:
    """What the order model reads: orders, not days with an order.

    Features count orders, each order is worth money of its own, and the model asks for no more
    than moments in time, of which two may lie on one day.
    """
    age = np.ascontiguousarray(rows.column("days_since_first_order"))
    recency = age - rows.column("days_since_last_order")
    return Orders(rows.column("orders_in_total") - 1 + 0 * age, recency, age)


def subscribed_days(rows: FeatureRows) -> Vector:
    """Days since the first subscription, to its end where all have ended, less days paused."""
    first = np.ascontiguousarray(rows.column("days_since_first_subscription"))
    running = rows.column("subscriptions_active") > 0
    until = np.where(running, 0.0, np.nan_to_num(rows.column("days_since_subscription_ended")))
    return np.maximum(first - until - np.nan_to_num(rows.column("days_paused")), 0.0)


def _paid(rows: FeatureRows) -> tuple[Vector, Vector]:
    return (
        np.ascontiguousarray(rows.column("orders_in_total")),
        np.ascontiguousarray(rows.column("mean_order_value")),
    )


def _subscription_value(model: Subscribing, rows: FeatureRows, days: float) -> RemainingValue:
    """Price times paid months to come; 0 for who has unsubscribed, NaN for who never did."""
    months = model.months(subscribed_days(rows), days, INTERVAL_SHARE)
    running = rows.column("subscriptions_active") > 0
    price = np.where(running, np.maximum(np.nan_to_num(rows.column("amount_per_month")), 0.0), 0.0)
    return RemainingValue(price * months.mean, price * months.low, price * months.high)


def _unpriced(rows: FeatureRows) -> NDArray[np.bool_]:
    running = rows.column("subscriptions_active") > 0
    return running & np.isnan(rows.column("amount_per_month"))


def _nothing(customers: int) -> RemainingValue:
    return RemainingValue(*(np.full(customers, np.nan) for _ in range(3)))


def _sum(parts: list[Vector]) -> Vector:
    """Sum of what is known; NaN where nothing is."""
    together = np.stack(parts)
    known = ~np.isnan(together)
    return np.where(known.any(axis=0), np.where(known, together, 0.0).sum(axis=0), np.nan)
