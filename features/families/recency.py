"""Recency: how long ago a customer ordered, beside the customer's own pace."""

from typing import TYPE_CHECKING

from features.feature import DAYS, RATIO, Feature, Words

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.history.orders import OrderHistory

NEVER_ORDERED = Words("never ordered", "从未下单")
NEVER_RETURNED = Words("never returned anything", "从未退货")
ONE_ORDER = Words("fewer than two orders", "订单不足两单")
TWO_ORDERS = Words("fewer than three orders", "订单不足三单")
ONE_DAY = Words("fewer than two orders on different days", "尚未在两个不同的日子下过单")


def days_since_last_order(orders: "OrderHistory") -> "ir.IntegerScalar":
    """Whole days from the latest order to the as-of date."""
    return orders.days_ago.min(where=orders.is_purchase)


def days_since_first_order(orders: "OrderHistory") -> "ir.IntegerScalar":
    """Whole days from the first known order to the as-of date."""
    return orders.days_ago.max(where=orders.is_purchase)


def days_since_last_return(orders: "OrderHistory") -> "ir.IntegerScalar":
    """Whole days from the latest return to the as-of date."""
    return orders.days_ago.min(where=~orders.is_purchase)


def mean_days_between_orders(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Average number of days from one order to the next."""
    gap = orders.days_since_previous
    return gap.sum().cast("float64") / gap.count().nullif(0)


def longest_days_between_orders(orders: "OrderHistory") -> "ir.IntegerScalar":
    """The longest the customer has stayed away between two orders, in days."""
    return orders.days_since_previous.max()


def spread_of_days_between_orders(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Standard deviation of the days between orders (sample formula, from exact integer sums)."""
    gap = orders.days_since_previous
    count, total = gap.count(), gap.sum()
    # Whole numbers up to here: equal gaps leave 0, and not a rest of rounding.
    rest = ((gap * gap).sum() * count - total * total).cast("float64")
    return (rest / (count * (count - 1)).nullif(0)).sqrt()


def variation_of_days_between_orders(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Spread of the days between orders divided by their average: 0 is clockwork."""
    return spread_of_days_between_orders(orders) / mean_days_between_orders(orders).nullif(0)


def silence_over_usual_gap(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Days since the latest order divided by the customer's own average gap between orders."""
    return days_since_last_order(orders) / mean_days_between_orders(orders).nullif(0)


def silence_over_longest_gap(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Days since the latest order divided by the customer's own longest gap between orders."""
    longest = longest_days_between_orders(orders).nullif(0)
    return days_since_last_order(orders).cast("float64") / longest


RECENCY = (
    Feature(
        days_since_last_order,
        "orders",
        "recency",
        DAYS,
        NEVER_ORDERED,
        Words("{value} since the last order", "距上次下单{value}"),
        "最近一次下单距截至日的整天数。",
    ),
    Feature(
        days_since_first_order,
        "orders",
        "recency",
        DAYS,
        NEVER_ORDERED,
        Words("{value} since the first order", "距首次下单{value}"),
        "首次下单距截至日的整天数。",
    ),
    Feature(
        days_since_last_return,
        "orders",
        "recency",
        DAYS,
        NEVER_RETURNED,
        Words("{value} since the last return", "距上次退货{value}"),
        "最近一次退货距截至日的整天数。",
    ),
    Feature(
        mean_days_between_orders,
        "orders",
        "recency",
        DAYS,
        ONE_ORDER,
        Words("{value} between orders on average", "平均每{value}下一次单"),
        "相邻两次下单之间的平均天数。",
    ),
    Feature(
        longest_days_between_orders,
        "orders",
        "recency",
        DAYS,
        ONE_ORDER,
        Words("longest pause between orders {value}", "两次下单之间最长间隔{value}"),
        "相邻两次下单之间的最长天数。",
    ),
    Feature(
        spread_of_days_between_orders,
        "orders",
        "recency",
        DAYS,
        TWO_ORDERS,
        Words("pauses between orders vary by {value}", "下单间隔上下波动{value}"),
        "下单间隔天数的标准差(样本公式)。",
    ),
    Feature(
        variation_of_days_between_orders,
        "orders",
        "recency",
        RATIO,
        TWO_ORDERS,
        Words(
            "pauses between orders vary by {value} their average",
            "下单间隔的波动为平均间隔的{value}",
        ),
        "下单间隔的标准差除以平均间隔;0表示极有规律。",
    ),
    Feature(
        silence_over_usual_gap,
        "orders",
        "recency",
        RATIO,
        ONE_DAY,
        Words(
            "silent for {value} the usual pause between orders",
            "未下单的时间为平常下单间隔的{value}",
        ),
        "距上次下单的天数除以该客户自己的平均下单间隔。",
    ),
    Feature(
        silence_over_longest_gap,
        "orders",
        "recency",
        RATIO,
        ONE_DAY,
        Words(
            "silent for {value} the longest pause between orders",
            "未下单的时间为以往最长下单间隔的{value}",
        ),
        "距上次下单的天数除以该客户自己的最长下单间隔。",
    ),
)
