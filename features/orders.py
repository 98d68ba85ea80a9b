"""Recency, frequency and monetary features: each an aggregate over one customer's known orders.

Windows look back from the as-of date: "last 28 days" are the orders fewer than 28 days ago.
Money is signed, so returns are subtracted; counts and days speak of purchases only.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.history import OrderHistory


def days_since_last_order(orders: "OrderHistory") -> "ir.IntegerScalar":
    """Whole days from the latest order to the as-of date."""
    return orders.days_ago.min(where=orders.is_purchase)


def days_since_first_order(orders: "OrderHistory") -> "ir.IntegerScalar":
    """Whole days from the first known order to the as-of date."""
    return orders.days_ago.max(where=orders.is_purchase)


def mean_days_between_orders(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Average number of days from one order to the next."""
    return orders.days_since_previous.sum() / orders.days_since_previous.count().nullif(0)


def longest_days_between_orders(orders: "OrderHistory") -> "ir.IntegerScalar":
    """The longest the customer has stayed away between two orders, in days."""
    return orders.days_since_previous.max()


def spread_of_days_between_orders(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Standard deviation of the days between orders (sample formula, from exact integer sums)."""
    gap = orders.days_since_previous
    gaps = gap.count().cast("float64")
    squares = (gap * gap).sum() - gap.sum() * gap.sum() / gaps
    # An average of equal gaps can leave a squared rest of -1e-12; the spread is then 0.
    return ((squares / (gaps - 1).nullif(0)).clip(lower=0)).sqrt()


def silence_over_usual_gap(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Days since the latest order divided by the customer's own average gap between orders."""
    return days_since_last_order(orders) / mean_days_between_orders(orders).nullif(0)


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


def active_weeks_last_13_weeks(orders: "OrderHistory") -> "ir.IntegerScalar":
    """Number of the 13 weeks before the as-of date in which the customer ordered."""
    return (orders.days_ago // 7).nunique(where=orders.within(91))


def change_in_orders_28_days(orders: "OrderHistory") -> "ir.IntegerScalar":
    """Orders in the last 28 days minus orders in the 28 days before those."""
    return orders.count(orders.within(28)) - orders.count(orders.within(56, until=28))


def spend_in_total(orders: "OrderHistory") -> "ir.DecimalScalar":
    """Money ever spent, returns subtracted."""
    return orders.amount.sum()


def spend_last_28_days(orders: "OrderHistory") -> "ir.DecimalScalar":
    """Money spent in the 28 days before the as-of date, returns subtracted."""
    return orders.amount.sum(where=orders.spent_within(28))


def spend_last_91_days(orders: "OrderHistory") -> "ir.DecimalScalar":
    """Money spent in the 91 days before the as-of date, returns subtracted."""
    return orders.amount.sum(where=orders.spent_within(91))


def mean_order_value(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Average money per order, returns left aside."""
    spent = orders.amount.sum(where=orders.is_purchase)
    return spent.cast("float64") / orders_in_total(orders).nullif(0)


def largest_order_value(orders: "OrderHistory") -> "ir.DecimalScalar":
    """Money of the largest single order."""
    return orders.amount.max(where=orders.is_purchase)


def change_in_spend_28_days(orders: "OrderHistory") -> "ir.DecimalScalar":
    """Spend in the last 28 days minus spend in the 28 days before those."""
    return orders.amount.sum(where=orders.spent_within(28)).fill_null(0) - orders.amount.sum(
        where=orders.spent_within(56, until=28)
    ).fill_null(0)


def units_per_order(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Average number of pieces per order."""
    pieces = orders.units.sum(where=orders.is_purchase)
    counted = orders.units.count(where=orders.is_purchase)
    return pieces.cast("float64") / counted.nullif(0)
