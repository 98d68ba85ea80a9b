"""Monetary: what a customer spends, saves and sends back; money is signed, returns subtracted."""

from typing import TYPE_CHECKING

from features.families.frequency import orders_in_total
from features.families.recency import NEVER_ORDERED, ONE_ORDER
from features.feature import CURRENCY, NEVER_NULL, PIECES, SHARE, Feature, Words
from features.history.cut import FULL_WEIGHT

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.history.orders import OrderHistory

# A product of decimals of 18 digits has 18 in DuckDB, and overflows; with one of 19 it has 38. Were
# both wider, Spark would round the square.
WIDER = "decimal(19, 4)"
NO_QUANTITY = Words("number of pieces not known", "购买件数未知")
NO_RECENT_QUANTITY = Words("no pieces known in the last 91 days", "最近91天购买件数未知")
NO_DISCOUNT = Words("discounts not known", "折扣情况未知")
NEVER_PAID = Words("nothing ever paid", "从未付款")
NO_RECENT_ORDER = Words("no order in the last 91 days", "最近91天没有订单")
NOTHING_IN_7 = Words("no order or return in the last 7 days", "最近7天没有订单或退货")
NOTHING_IN_14 = Words("no order or return in the last 14 days", "最近14天没有订单或退货")
NOTHING_IN_28 = Words("no order or return in the last 28 days", "最近28天没有订单或退货")
NOTHING_IN_56 = Words("no order or return in the last 56 days", "最近56天没有订单或退货")
NOTHING_IN_91 = Words("no order or return in the last 91 days", "最近91天没有订单或退货")
NOTHING_IN_182 = Words("no order or return in the last 182 days", "最近182天没有订单或退货")
NOTHING_IN_365 = Words("no order or return in the last 365 days", "最近365天没有订单或退货")


def spend_in_total(orders: "OrderHistory") -> "ir.DecimalScalar":
    """Money ever spent, returns subtracted."""
    return orders.amount.sum()


def spend_last_7_days(orders: "OrderHistory") -> "ir.DecimalScalar":
    """Money spent in the 7 days before the as-of date, returns subtracted."""
    return orders.amount.sum(where=orders.since(7))


def spend_last_14_days(orders: "OrderHistory") -> "ir.DecimalScalar":
    """Money spent in the 14 days before the as-of date, returns subtracted."""
    return orders.amount.sum(where=orders.since(14))


def spend_last_28_days(orders: "OrderHistory") -> "ir.DecimalScalar":
    """Money spent in the 28 days before the as-of date, returns subtracted."""
    return orders.amount.sum(where=orders.since(28))


def spend_last_56_days(orders: "OrderHistory") -> "ir.DecimalScalar":
    """Money spent in the 56 days before the as-of date, returns subtracted."""
    return orders.amount.sum(where=orders.since(56))


def spend_last_91_days(orders: "OrderHistory") -> "ir.DecimalScalar":
    """Money spent in the 91 days before the as-of date, returns subtracted."""
    return orders.amount.sum(where=orders.since(91))


def spend_last_182_days(orders: "OrderHistory") -> "ir.DecimalScalar":
    """Money spent in the 182 days before the as-of date, returns subtracted."""
    return orders.amount.sum(where=orders.since(182))


def spend_last_365_days(orders: "OrderHistory") -> "ir.DecimalScalar":
    """Money spent in the 365 days before the as-of date, returns subtracted."""
    return orders.amount.sum(where=orders.since(365))


def spend_halved_every_28_days(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Money ever spent, each order counting half as much for every full 28 days since."""
    weighted = (orders.amount.cast(WIDER) * orders.weight(28)).sum()
    return weighted.cast("float64") / FULL_WEIGHT


def change_in_spend_28_days(orders: "OrderHistory") -> "ir.DecimalScalar":
    """Spend in the last 28 days minus spend in the 28 days before those."""
    before = orders.amount.sum(where=orders.since(56, until=28))
    return spend_last_28_days(orders).fill_null(0) - before.fill_null(0)


def change_in_spend_91_days(orders: "OrderHistory") -> "ir.DecimalScalar":
    """Spend in the last 91 days minus spend in the 91 days before those."""
    before = orders.amount.sum(where=orders.since(182, until=91))
    return spend_last_91_days(orders).fill_null(0) - before.fill_null(0)


def mean_order_value(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Average money per order, returns left aside."""
    spent = orders.amount.sum(where=orders.is_purchase)
    return spent.cast("float64") / orders_in_total(orders).nullif(0)


def mean_order_value_last_91_days(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Average money per order of the 91 days before the as-of date, returns left aside."""
    recent = orders.within(91)
    spent = orders.amount.sum(where=recent)
    return spent.cast("float64") / orders.count(recent).nullif(0)


def largest_order_value(orders: "OrderHistory") -> "ir.DecimalScalar":
    """Money of the largest single order."""
    return orders.amount.max(where=orders.is_purchase)


def spread_of_order_value(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Standard deviation of the money per order (sample formula, from exact sums)."""
    spent, count = orders.amount.sum(where=orders.is_purchase), orders_in_total(orders)
    squares = (orders.amount * orders.amount.cast(WIDER)).sum(where=orders.is_purchase)
    # Decimals up to here: equal values leave 0, and not a rest of rounding.
    rest = (squares * count - spent * spent).cast("float64")
    return (rest / (count * (count - 1)).nullif(0)).sqrt()


def refunds_in_total(orders: "OrderHistory") -> "ir.DecimalScalar":
    """Money ever paid back for returns, as a positive number."""
    return (-orders.amount).sum(where=~orders.is_purchase).fill_null(0)


def refunds_last_91_days(orders: "OrderHistory") -> "ir.DecimalScalar":
    """Money paid back for returns of the 91 days before the as-of date, as a positive number."""
    return (-orders.amount).sum(where=~orders.is_purchase & orders.since(91)).fill_null(0)


def share_of_spend_returned(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Money paid back divided by money spent before returns."""
    spent = orders.amount.sum(where=orders.is_purchase).nullif(0)
    return refunds_in_total(orders).cast("float64") / spent.cast("float64")


def share_discounted(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Discounts divided by what the orders would have cost without; unknown ones count as none."""
    saved = orders.discount.sum(where=orders.is_purchase).cast("float64")
    paid = orders.amount.sum(where=orders.is_purchase).cast("float64")
    return saved / (saved + paid).nullif(0)


def share_discounted_last_91_days(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Discounts of the last 91 days divided by what its orders would have cost without them."""
    recent = orders.within(91)
    saved = orders.discount.sum(where=recent).cast("float64")
    paid = orders.amount.sum(where=recent).cast("float64")
    return saved / (saved + paid).nullif(0)


def share_of_orders_discounted(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Orders with a discount divided by orders of which the discount is known."""
    known = orders.discount.count(where=orders.is_purchase)
    reduced = orders.count(orders.is_purchase & (orders.discount > 0))
    return reduced.cast("float64") / known.nullif(0)


def units_per_order(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Average number of pieces per order."""
    pieces = orders.units.sum(where=orders.is_purchase)
    counted = orders.units.count(where=orders.is_purchase)
    return pieces.cast("float64") / counted.nullif(0)


def units_last_91_days(orders: "OrderHistory") -> "ir.DecimalScalar":
    """Number of pieces bought in the 91 days before the as-of date."""
    return orders.units.sum(where=orders.within(91))


MONETARY = (
    Feature(
        spend_in_total,
        "orders",
        "monetary",
        CURRENCY,
        NEVER_NULL,
        Words("{value} spent so far", "累计消费{value}"),
        "累计消费金额,已扣除退货。",
    ),
    Feature(
        spend_last_7_days,
        "orders",
        "monetary",
        CURRENCY,
        NOTHING_IN_7,
        Words("{value} spent in the last 7 days", "最近7天消费{value}"),
        "截至日前7天内的消费金额,已扣除退货。",
    ),
    Feature(
        spend_last_14_days,
        "orders",
        "monetary",
        CURRENCY,
        NOTHING_IN_14,
        Words("{value} spent in the last 14 days", "最近14天消费{value}"),
        "截至日前14天内的消费金额,已扣除退货。",
    ),
    Feature(
        spend_last_28_days,
        "orders",
        "monetary",
        CURRENCY,
        NOTHING_IN_28,
        Words("{value} spent in the last 28 days", "最近28天消费{value}"),
        "截至日前28天内的消费金额,已扣除退货。",
    ),
    Feature(
        spend_last_56_days,
        "orders",
        "monetary",
        CURRENCY,
        NOTHING_IN_56,
        Words("{value} spent in the last 56 days", "最近56天消费{value}"),
        "截至日前56天内的消费金额,已扣除退货。",
    ),
    Feature(
        spend_last_91_days,
        "orders",
        "monetary",
        CURRENCY,
        NOTHING_IN_91,
        Words("{value} spent in the last 91 days", "最近91天消费{value}"),
        "截至日前91天内的消费金额,已扣除退货。",
    ),
    Feature(
        spend_last_182_days,
        "orders",
        "monetary",
        CURRENCY,
        NOTHING_IN_182,
        Words("{value} spent in the last 182 days", "最近182天消费{value}"),
        "截至日前182天内的消费金额,已扣除退货。",
    ),
    Feature(
        spend_last_365_days,
        "orders",
        "monetary",
        CURRENCY,
        NOTHING_IN_365,
        Words("{value} spent in the last 365 days", "最近365天消费{value}"),
        "截至日前365天内的消费金额,已扣除退货。",
    ),
    Feature(
        spend_halved_every_28_days,
        "orders",
        "monetary",
        CURRENCY,
        NEVER_NULL,
        Words(
            "{value} spent, each order counting half for every 28 days since",
            "消费按时间加权（每过28天减半）计{value}",
        ),
        "累计消费金额,每满28天权重减半。",
    ),
    Feature(
        change_in_spend_28_days,
        "orders",
        "monetary",
        CURRENCY,
        NEVER_NULL,
        Words(
            "money spent in the last 28 days against the 28 before: {change}",
            "最近28天的消费与之前28天相比{change}",
        ),
        "最近28天的消费减去此前28天的消费。",
    ),
    Feature(
        change_in_spend_91_days,
        "orders",
        "monetary",
        CURRENCY,
        NEVER_NULL,
        Words(
            "money spent in the last 91 days against the 91 before: {change}",
            "最近91天的消费与之前91天相比{change}",
        ),
        "最近91天的消费减去此前91天的消费。",
    ),
    Feature(
        mean_order_value,
        "orders",
        "monetary",
        CURRENCY,
        NEVER_ORDERED,
        Words("{value} per order on average", "平均每单消费{value}"),
        "每单平均金额,不计退货。",
    ),
    Feature(
        mean_order_value_last_91_days,
        "orders",
        "monetary",
        CURRENCY,
        NO_RECENT_ORDER,
        Words("{value} per order in the last 91 days", "最近91天平均每单消费{value}"),
        "截至日前91天内每单平均金额,不计退货。",
    ),
    Feature(
        largest_order_value,
        "orders",
        "monetary",
        CURRENCY,
        NEVER_ORDERED,
        Words("largest order {value}", "最大一单{value}"),
        "单笔订单的最大金额。",
    ),
    Feature(
        spread_of_order_value,
        "orders",
        "monetary",
        CURRENCY,
        ONE_ORDER,
        Words("order values vary by {value}", "每单金额上下波动{value}"),
        "每单金额的标准差(样本公式)。",
    ),
    Feature(
        refunds_in_total,
        "orders",
        "monetary",
        CURRENCY,
        NEVER_NULL,
        Words("{value} paid back so far", "累计退款{value}"),
        "累计退货金额,记为正数。",
    ),
    Feature(
        refunds_last_91_days,
        "orders",
        "monetary",
        CURRENCY,
        NEVER_NULL,
        Words("{value} paid back in the last 91 days", "最近91天退款{value}"),
        "截至日前91天内的退货金额,记为正数。",
    ),
    Feature(
        share_of_spend_returned,
        "orders",
        "monetary",
        SHARE,
        NEVER_PAID,
        Words("{value} of the money spent was paid back", "退款占消费的{value}"),
        "退货金额除以退货前消费金额。",
    ),
    Feature(
        share_discounted,
        "orders",
        "monetary",
        SHARE,
        NO_DISCOUNT,
        Words("discounts took {value} off the price", "折扣占原价的{value}"),
        "折扣金额除以订单原价。",
    ),
    Feature(
        share_discounted_last_91_days,
        "orders",
        "monetary",
        SHARE,
        NO_DISCOUNT,
        Words(
            "discounts took {value} off the price in the last 91 days",
            "最近91天折扣占原价的{value}",
        ),
        "最近91天的折扣金额除以其订单原价。",
    ),
    Feature(
        share_of_orders_discounted,
        "orders",
        "monetary",
        SHARE,
        NO_DISCOUNT,
        Words("{value} of orders had a discount", "{value}的订单享有折扣"),
        "有折扣的订单数除以折扣已知的订单数。",
    ),
    Feature(
        units_per_order,
        "orders",
        "monetary",
        PIECES,
        NO_QUANTITY,
        Words("{value} per order on average", "平均每单{value}"),
        "每单平均件数。",
    ),
    Feature(
        units_last_91_days,
        "orders",
        "monetary",
        PIECES,
        NO_RECENT_QUANTITY,
        Words("{value} bought in the last 91 days", "最近91天购买{value}"),
        "截至日前91天内购买的件数。",
    ),
)
