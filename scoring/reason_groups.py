"""The catalogue of reasons: features that say much the same are told as one.

Of correlated features a booster may let one lower the risk and another raise it, by chance: orders
of the last 28 days and of the last 56. What they contribute together is what has a meaning.
"""

from dataclasses import dataclass

from features.feature import Words


@dataclass(frozen=True)
class ReasonGroup:
    """Features that one reason speaks of together.

    Attributes:
        code: For machines.
        name: What they are about, as a reason begins.
        features: Their names in the catalog.
    """

    code: str
    name: Words
    features: tuple[str, ...]


GROUPS = (
    ReasonGroup(
        "silence",
        Words("Silence", "沉默时间"),
        ("days_since_last_order", "silence_over_usual_gap", "silence_over_longest_gap"),
    ),
    ReasonGroup(
        "recent_orders",
        Words("Recent orders", "近期购买"),
        (
            "orders_last_7_days",
            "orders_last_14_days",
            "orders_last_28_days",
            "orders_last_56_days",
            "orders_last_91_days",
            "orders_halved_every_28_days",
            "active_weeks_last_13_weeks",
            "spend_last_7_days",
            "spend_last_14_days",
            "spend_last_28_days",
            "spend_last_56_days",
            "spend_last_91_days",
            "spend_halved_every_28_days",
            "units_last_91_days",
            "categories_last_91_days",
            "products_last_91_days",
        ),
    ),
    ReasonGroup(
        "order_trend",
        Words("Trend of orders", "购买趋势"),
        (
            "change_in_orders_28_days",
            "change_in_orders_91_days",
            "change_in_spend_28_days",
            "change_in_spend_91_days",
            "pace_last_28_days_over_usual",
        ),
    ),
    ReasonGroup(
        "order_history",
        Words("Order history", "历史购买"),
        (
            "orders_in_total",
            "orders_last_182_days",
            "orders_last_365_days",
            "spend_in_total",
            "spend_last_182_days",
            "spend_last_365_days",
            "categories_in_total",
            "products_in_total",
        ),
    ),
    ReasonGroup(
        "order_rhythm",
        Words("Rhythm of orders", "下单节奏"),
        (
            "mean_days_between_orders",
            "longest_days_between_orders",
            "spread_of_days_between_orders",
            "variation_of_days_between_orders",
        ),
    ),
    ReasonGroup(
        "tenure",
        Words("Time as a customer", "成为客户的时间"),
        ("days_since_first_order", "days_since_joined"),
    ),
    ReasonGroup(
        "order_size",
        Words("Size of orders", "每单规模"),
        (
            "mean_order_value",
            "mean_order_value_last_91_days",
            "largest_order_value",
            "spread_of_order_value",
            "units_per_order",
            "lines_per_order",
        ),
    ),
    ReasonGroup(
        "variety",
        Words("What is bought", "购买偏好"),
        ("share_of_favourite_category", "share_of_products_bought_again"),
    ),
    ReasonGroup(
        "discounts",
        Words("Discounts", "折扣"),
        ("share_discounted", "share_discounted_last_91_days", "share_of_orders_discounted"),
    ),
    ReasonGroup(
        "returns",
        Words("Returns", "退货与退款"),
        (
            "days_since_last_return",
            "returns_in_total",
            "returns_last_91_days",
            "returns_per_order",
            "refunds_in_total",
            "refunds_last_91_days",
            "share_of_spend_returned",
        ),
    ),
    ReasonGroup(
        "activity_silence",
        Words("Time since any activity", "未互动时间"),
        ("days_since_last_event", "days_since_last_visit", "event_silence_over_usual_gap"),
    ),
    ReasonGroup(
        "recent_activity",
        Words("Recent activity", "近期互动"),
        (
            "events_last_7_days",
            "events_last_28_days",
            "events_last_91_days",
            "visits_last_7_days",
            "visits_last_28_days",
            "visits_last_91_days",
            "events_halved_every_28_days",
            "active_days_last_28_days",
            "active_days_last_91_days",
            "active_event_weeks_last_13_weeks",
            "kinds_of_events_last_91_days",
            "minutes_last_28_days",
            "minutes_last_91_days",
        ),
    ),
    ReasonGroup(
        "activity_trend",
        Words("Trend of activity", "互动趋势"),
        ("change_in_events_28_days", "change_in_events_91_days"),
    ),
    ReasonGroup(
        "activity_history",
        Words("Activity so far", "历史互动"),
        ("events_in_total", "events_last_365_days", "mean_days_between_active_days"),
    ),
    ReasonGroup(
        "emails",
        Words("E-mails", "邮件互动"),
        (
            "opens_last_28_days",
            "opens_last_91_days",
            "clicks_last_28_days",
            "clicks_last_91_days",
            "clicks_per_open_last_91_days",
            "days_since_last_click",
        ),
    ),
    ReasonGroup(
        "coupons",
        Words("Coupons", "优惠券"),
        (
            "days_since_last_redemption",
            "redemptions_last_91_days",
            "redemptions_last_365_days",
            "redemptions_in_total",
        ),
    ),
    ReasonGroup(
        "feedback",
        Words("Feedback given", "反馈数量"),
        (
            "feedback_in_total",
            "feedback_last_91_days",
            "days_since_last_feedback",
            "texts_last_365_days",
        ),
    ),
    ReasonGroup(
        "scores",
        Words("Satisfaction", "满意度"),
        (
            "last_csat",
            "recent_csat",
            "last_nps",
            "recent_nps",
            "last_stars",
            "recent_stars",
            "change_in_level_91_days",
            "worst_level_last_91_days",
        ),
    ),
    ReasonGroup(
        "negative_words",
        Words("Negative words", "负面反馈"),
        (
            "negative_texts_last_91_days",
            "share_of_texts_negative",
            "days_since_last_negative_text",
        ),
    ),
    ReasonGroup(
        "tickets",
        Words("Support tickets", "工单"),
        (
            "tickets_in_total",
            "tickets_last_28_days",
            "tickets_last_91_days",
            "tickets_last_365_days",
            "days_since_last_ticket",
        ),
    ),
    ReasonGroup(
        "open_tickets",
        Words("Open tickets", "未解决工单"),
        ("tickets_unresolved", "days_unresolved"),
    ),
    ReasonGroup(
        "speed_of_help",
        Words("Speed of help", "工单处理速度"),
        ("mean_days_to_resolve", "longest_days_to_resolve"),
    ),
    ReasonGroup(
        "complaints",
        Words("Complaints", "投诉"),
        ("complaints_last_91_days", "complaints_in_total", "days_since_last_complaint"),
    ),
    ReasonGroup("age", Words("Age", "年龄"), ("age_in_years",)),
    ReasonGroup(
        "consent",
        Words("Consent to be contacted", "联系许可"),
        ("consents_to_email", "consents_to_phone"),
    ),
    ReasonGroup(
        "place",
        Words("Where the customer lives", "居住地"),
        ("lives_in_a_city", "lives_in_the_country"),
    ),
    ReasonGroup(
        "subscription_history",
        Words("Subscription history", "订阅历史"),
        (
            "days_since_first_subscription",
            "days_since_latest_subscription",
            "subscriptions_in_total",
            "renewals",
        ),
    ),
    ReasonGroup(
        "subscription_now",
        Words("Subscription now", "当前订阅"),
        ("subscriptions_active", "amount_per_month", "days_since_subscription_ended"),
    ),
    ReasonGroup(
        "price",
        Words("Price of the subscription", "订阅价格"),
        ("latest_price_change", "price_increases", "days_since_price_change"),
    ),
    ReasonGroup("plan", Words("Plan", "套餐"), ("plan_changes",)),
    ReasonGroup("pauses", Words("Pauses", "订阅中断"), ("pauses", "days_paused")),
)

# Weighted counts, and the plain ones that tell the same.
PLAINER = {
    "orders_halved_every_28_days": "orders_last_56_days",
    "spend_halved_every_28_days": "spend_last_56_days",
    "events_halved_every_28_days": "events_last_28_days",
}

GROUP_OF = {name: group for group in GROUPS for name in group.features}
