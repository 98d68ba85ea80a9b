"""Frequency: how often a customer orders and returns, in windows back from the as-of date."""

from typing import TYPE_CHECKING

from features.families.recency import NEVER_ORDERED
from features.feature import (
    NEVER_NULL,
    ORDERS,
    RATIO,
    RETURNS,
    WEEKS,
    Feature,
    Words,
)
from features.history.cut import FULL_WEIGHT

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.history.orders import OrderHistory


def orders_in_total(orders: "OrderHistory") -> "ir.IntegerScalar":
    """Number of orders ever known."""
    return orders.count(orders.is_purchase)


def orders_last_7_days(orders: "OrderHistory") -> "ir.IntegerScalar":
    """Number of orders in the 7 days before the as-of date."""
    return orders.count(orders.within(7))


def orders_last_14_days(orders: "OrderHistory") -> "ir.IntegerScalar":
    """Number of orders in the 14 days before the as-of date."""
    return orders.count(orders.within(14))


def orders_last_28_days(orders: "OrderHistory") -> "ir.IntegerScalar":
    """Number of orders in the 28 days before the as-of date."""
    return orders.count(orders.within(28))


def orders_last_56_days(orders: "OrderHistory") -> "ir.IntegerScalar":
    """Number of orders in the 56 days before the as-of date."""
    return orders.count(orders.within(56))


def orders_last_91_days(orders: "OrderHistory") -> "ir.IntegerScalar":
    """Number of orders in the 91 days before the as-of date."""
    return orders.count(orders.within(91))


def orders_last_182_days(orders: "OrderHistory") -> "ir.IntegerScalar":
    """Number of orders in the 182 days before the as-of date."""
    return orders.count(orders.within(182))


def orders_last_365_days(orders: "OrderHistory") -> "ir.IntegerScalar":
    """Number of orders in the 365 days before the as-of date."""
    return orders.count(orders.within(365))


def orders_halved_every_28_days(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Number of orders, each counting half as much for every full 28 days since."""
    weight = orders.weight(28)
    return weight.sum(where=orders.is_purchase).fill_null(0).cast("float64") / FULL_WEIGHT


def active_weeks_last_13_weeks(orders: "OrderHistory") -> "ir.IntegerScalar":
    """Number of the 13 weeks before the as-of date in which the customer ordered."""
    return orders.weeks(orders.within(91))


def change_in_orders_28_days(orders: "OrderHistory") -> "ir.IntegerScalar":
    """Orders in the last 28 days minus orders in the 28 days before those."""
    return orders_last_28_days(orders) - orders.count(orders.within(56, until=28))


def change_in_orders_91_days(orders: "OrderHistory") -> "ir.IntegerScalar":
    """Orders in the last 91 days minus orders in the 91 days before those."""
    return orders_last_91_days(orders) - orders.count(orders.within(182, until=91))


def pace_last_28_days_over_usual(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Orders a day in the last 28 days divided by orders a day since the first order."""
    tenure = orders.days_ago.max(where=orders.is_purchase) + 1
    usual = orders_in_total(orders).nullif(0).cast("float64") / tenure
    return orders_last_28_days(orders).cast("float64") / 28 / usual


def returns_in_total(orders: "OrderHistory") -> "ir.IntegerScalar":
    """Number of returns ever known; the returned lines of one order are one return."""
    return orders.count(~orders.is_purchase)


def returns_last_91_days(orders: "OrderHistory") -> "ir.IntegerScalar":
    """Number of returns in the 91 days before the as-of date."""
    return orders.count(~orders.is_purchase & orders.since(91))


def returns_per_order(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Number of returns divided by the number of orders."""
    return returns_in_total(orders).cast("float64") / orders_in_total(orders).nullif(0)


FREQUENCY = (
    Feature(
        orders_in_total,
        "orders",
        "frequency",
        ORDERS,
        NEVER_NULL,
        Words("{value} so far", "累计下单{value}"),
        "截至日已知的订单总数。",
    ),
    Feature(
        orders_last_7_days,
        "orders",
        "frequency",
        ORDERS,
        NEVER_NULL,
        Words("{value} in the last 7 days", "最近7天下单{value}"),
        "截至日前7天内的订单数。",
    ),
    Feature(
        orders_last_14_days,
        "orders",
        "frequency",
        ORDERS,
        NEVER_NULL,
        Words("{value} in the last 14 days", "最近14天下单{value}"),
        "截至日前14天内的订单数。",
    ),
    Feature(
        orders_last_28_days,
        "orders",
        "frequency",
        ORDERS,
        NEVER_NULL,
        Words("{value} in the last 28 days", "最近28天下单{value}"),
        "截至日前28天内的订单数。",
    ),
    Feature(
        orders_last_56_days,
        "orders",
        "frequency",
        ORDERS,
        NEVER_NULL,
        Words("{value} in the last 56 days", "最近56天下单{value}"),
        "截至日前56天内的订单数。",
    ),
    Feature(
        orders_last_91_days,
        "orders",
        "frequency",
        ORDERS,
        NEVER_NULL,
        Words("{value} in the last 91 days", "最近91天下单{value}"),
        "截至日前91天内的订单数。",
    ),
    Feature(
        orders_last_182_days,
        "orders",
        "frequency",
        ORDERS,
        NEVER_NULL,
        Words("{value} in the last 182 days", "最近182天下单{value}"),
        "截至日前182天内的订单数。",
    ),
    Feature(
        orders_last_365_days,
        "orders",
        "frequency",
        ORDERS,
        NEVER_NULL,
        Words("{value} in the last 365 days", "最近365天下单{value}"),
        "截至日前365天内的订单数。",
    ),
    Feature(
        orders_halved_every_28_days,
        "orders",
        "frequency",
        ORDERS,
        NEVER_NULL,
        Words(
            "{value}, each counting half for every 28 days since",
            "订单按时间加权（每过28天减半）计{value}",
        ),
        "订单数,每满28天权重减半。",
    ),
    Feature(
        active_weeks_last_13_weeks,
        "orders",
        "frequency",
        WEEKS,
        NEVER_NULL,
        Words("orders in {value} of the last 13", "最近13周中有{value}下过单"),
        "截至日前13周中有下单的周数。",
    ),
    Feature(
        change_in_orders_28_days,
        "orders",
        "frequency",
        ORDERS,
        NEVER_NULL,
        Words(
            "orders of the last 28 days against the 28 before: {change}",
            "最近28天的订单与之前28天相比{change}",
        ),
        "最近28天的订单数减去此前28天的订单数。",
    ),
    Feature(
        change_in_orders_91_days,
        "orders",
        "frequency",
        ORDERS,
        NEVER_NULL,
        Words(
            "orders of the last 91 days against the 91 before: {change}",
            "最近91天的订单与之前91天相比{change}",
        ),
        "最近91天的订单数减去此前91天的订单数。",
    ),
    Feature(
        pace_last_28_days_over_usual,
        "orders",
        "frequency",
        RATIO,
        NEVER_ORDERED,
        Words(
            "{value} the usual pace of ordering in the last 28 days",
            "最近28天的下单频率为平常的{value}",
        ),
        "最近28天的日均订单数除以首单以来的日均订单数。",
    ),
    Feature(
        returns_in_total,
        "orders",
        "frequency",
        RETURNS,
        NEVER_NULL,
        Words("{value} so far", "累计退货{value}"),
        "截至日已知的退货次数;同一订单的退货行计为一次。",
    ),
    Feature(
        returns_last_91_days,
        "orders",
        "frequency",
        RETURNS,
        NEVER_NULL,
        Words("{value} in the last 91 days", "最近91天退货{value}"),
        "截至日前91天内的退货次数。",
    ),
    Feature(
        returns_per_order,
        "orders",
        "frequency",
        RETURNS,
        NEVER_ORDERED,
        Words("{value} per order on average", "平均每单退货{value}"),
        "退货次数除以订单数。",
    ),
)
