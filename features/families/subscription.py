"""Subscription: for how long, at what price, with what renewals and pauses."""

from typing import TYPE_CHECKING

from features.feature import (
    CHANGES,
    CURRENCY,
    DAYS,
    NEVER_NULL,
    SUBSCRIPTIONS,
    Feature,
    Words,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.history.subscriptions import SubscriptionHistory

RENEWED_WITHIN_DAYS = 1
NO_SUBSCRIPTION = Words("never subscribed", "从未订阅")
NONE_ENDED = Words("no subscription has ended so far", "没有已结束的订阅")
NONE_ACTIVE = Words("no subscription running", "没有有效订阅")
NO_PRICE_BEFORE = Words("no earlier price known", "此前价格未知")
NO_PRICE_CHANGE = Words("price never changed", "价格从未变动")


def days_since_first_subscription(subscriptions: "SubscriptionHistory") -> "ir.IntegerScalar":
    """Whole days from the begin of the first subscription to the as-of date."""
    return subscriptions.days_ago.max()


def days_since_latest_subscription(subscriptions: "SubscriptionHistory") -> "ir.IntegerScalar":
    """Whole days from the begin of the latest subscription to the as-of date."""
    return subscriptions.days_ago.min()


def days_since_subscription_ended(subscriptions: "SubscriptionHistory") -> "ir.IntegerScalar":
    """Whole days from the latest end of a subscription to the as-of date."""
    return subscriptions.days_since_end.min()


def subscriptions_in_total(subscriptions: "SubscriptionHistory") -> "ir.IntegerScalar":
    """Number of subscriptions ever begun."""
    return subscriptions.count()


def subscriptions_active(subscriptions: "SubscriptionHistory") -> "ir.IntegerScalar":
    """Number of subscriptions that run at the as-of date."""
    return subscriptions.count(subscriptions.is_active)


def amount_per_month(subscriptions: "SubscriptionHistory") -> "ir.DecimalScalar":
    """Money a month of all subscriptions that run at the as-of date."""
    return subscriptions.amount_per_month.sum(where=subscriptions.is_active)


def latest_price_change(subscriptions: "SubscriptionHistory") -> "ir.DecimalScalar":
    """Money a month of the latest subscription minus that of the one before it."""
    return subscriptions.change.max(where=subscriptions.is_latest)


def price_increases(subscriptions: "SubscriptionHistory") -> "ir.IntegerScalar":
    """Number of subscriptions dearer than the one before them."""
    return subscriptions.count(subscriptions.change > 0)


def days_since_price_change(subscriptions: "SubscriptionHistory") -> "ir.IntegerScalar":
    """Whole days from the latest begin of a subscription at another price than before."""
    return subscriptions.days_ago.min(where=subscriptions.change != 0)


def plan_changes(subscriptions: "SubscriptionHistory") -> "ir.IntegerScalar":
    """Number of subscriptions on another plan than the one before them."""
    return subscriptions.count(subscriptions.plan_changed)


def renewals(subscriptions: "SubscriptionHistory") -> "ir.IntegerScalar":
    """Number of subscriptions begun at most one whole day after the end of the one before them."""
    return subscriptions.count(subscriptions.pause <= RENEWED_WITHIN_DAYS)


def pauses(subscriptions: "SubscriptionHistory") -> "ir.IntegerScalar":
    """Number of subscriptions begun more than one whole day after the end of the one before."""
    return subscriptions.count(subscriptions.pause > RENEWED_WITHIN_DAYS)


def days_paused(subscriptions: "SubscriptionHistory") -> "ir.IntegerScalar":
    """Whole days of all pauses, from the end of a subscription to the begin of the next."""
    return subscriptions.pause.sum(where=subscriptions.pause > RENEWED_WITHIN_DAYS).fill_null(0)


SUBSCRIPTION = (
    Feature(
        days_since_first_subscription,
        "subscriptions",
        "subscription",
        DAYS,
        NO_SUBSCRIPTION,
        Words("{value} since the first subscription began", "距首次订阅{value}"),
        "首个订阅开始距截至日的整天数。",
    ),
    Feature(
        days_since_latest_subscription,
        "subscriptions",
        "subscription",
        DAYS,
        NO_SUBSCRIPTION,
        Words("{value} since the latest subscription began", "距最近一次订阅开始{value}"),
        "最近一个订阅开始距截至日的整天数。",
    ),
    Feature(
        days_since_subscription_ended,
        "subscriptions",
        "subscription",
        DAYS,
        NONE_ENDED,
        Words("{value} since a subscription ended", "距上次订阅结束{value}"),
        "最近一次订阅结束距截至日的整天数。",
    ),
    Feature(
        subscriptions_in_total,
        "subscriptions",
        "subscription",
        SUBSCRIPTIONS,
        NEVER_NULL,
        Words("{value} so far", "累计订阅{value}"),
        "累计订阅数。",
    ),
    Feature(
        subscriptions_active,
        "subscriptions",
        "subscription",
        SUBSCRIPTIONS,
        NEVER_NULL,
        Words("{value} running", "有效订阅{value}"),
        "截至日有效的订阅数。",
        needs="ended_at",
    ),
    Feature(
        amount_per_month,
        "subscriptions",
        "subscription",
        CURRENCY,
        NONE_ACTIVE,
        Words("{value} a month", "每月{value}"),
        "截至日所有有效订阅的月费合计。",
    ),
    Feature(
        latest_price_change,
        "subscriptions",
        "subscription",
        CURRENCY,
        NO_PRICE_BEFORE,
        Words("monthly price against the one before: {change}", "月费与之前相比{change}"),
        "最近订阅的月费减去前一订阅的月费。",
    ),
    Feature(
        price_increases,
        "subscriptions",
        "subscription",
        CHANGES,
        NEVER_NULL,
        Words("{value} to a higher price", "涨价{value}"),
        "比前一订阅更贵的订阅数。",
        needs="amount_per_month",
    ),
    Feature(
        days_since_price_change,
        "subscriptions",
        "subscription",
        DAYS,
        NO_PRICE_CHANGE,
        Words("{value} since the price last changed", "距上次价格变动{value}"),
        "最近一次以不同价格开始订阅距截至日的整天数。",
    ),
    Feature(
        plan_changes,
        "subscriptions",
        "subscription",
        CHANGES,
        NEVER_NULL,
        Words("{value} of plan", "更换套餐{value}"),
        "与前一订阅套餐不同的订阅数。",
        needs="plan",
    ),
    Feature(
        renewals,
        "subscriptions",
        "subscription",
        SUBSCRIPTIONS,
        NEVER_NULL,
        Words("{value} renewed", "续订{value}"),
        "在前一订阅结束后至多一整天开始的订阅数。",
        needs="ended_at",
    ),
    Feature(
        pauses,
        "subscriptions",
        "subscription",
        SUBSCRIPTIONS,
        NEVER_NULL,
        Words("{value} begun after a pause", "中断后重新订阅{value}"),
        "在前一订阅结束超过一整天后开始的订阅数。",
        needs="ended_at",
    ),
    Feature(
        days_paused,
        "subscriptions",
        "subscription",
        DAYS,
        NEVER_NULL,
        Words("without a subscription for {value} in all", "累计中断{value}"),
        "所有暂停(前一订阅结束至下一订阅开始)的总天数。",
        needs="ended_at",
    ),
)
