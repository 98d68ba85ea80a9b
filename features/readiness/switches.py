"""What columns and values switch on, written out; tests/features/readiness proves every line."""

from dataclasses import dataclass

from features.catalog import CATALOG
from features.history.events import CLICK, OPEN, REDEMPTION, VISIT
from features.history.feedback import CSAT, NPS, STARS
from features.history.tickets import COMPLAINT


@dataclass(frozen=True)
class Switch:
    """An optional column, or one value of a column, and the features that need it.

    Attributes:
        table: The table.
        column: The column.
        features: Names of features that say nothing without it.
        value: The value; None if any will do.
    """

    table: str
    column: str
    features: tuple[str, ...]
    value: str | None = None


def of_rows(*kinds: str) -> tuple[str, ...]:
    """Names of the features made from some kinds of rows, in catalog order."""
    return tuple(feature.name for feature in CATALOG if feature.rows in kinds)


def of_table(table: str) -> tuple[str, ...]:
    """Names of the features that are off without a table."""
    return of_rows("orders", "categories", "products") if table == "orders" else of_rows(table)


SCORED = (
    "change_in_level_91_days",
    "worst_level_last_91_days",
)
COLUMNS = (
    Switch("orders", "category", of_rows("categories")),
    Switch("orders", "product_id", of_rows("products")),
    Switch("orders", "quantity", ("units_per_order", "units_last_91_days")),
    Switch(
        "orders",
        "discount",
        ("share_discounted", "share_discounted_last_91_days", "share_of_orders_discounted"),
    ),
    Switch("events", "duration_s", ("minutes_last_28_days", "minutes_last_91_days")),
    Switch(
        "feedback",
        "score",
        (
            "last_csat",
            "recent_csat",
            "last_nps",
            "recent_nps",
            "last_stars",
            "recent_stars",
            *SCORED,
        ),
    ),
    Switch(
        "feedback",
        "scale",
        (
            "last_csat",
            "recent_csat",
            "last_nps",
            "recent_nps",
            "last_stars",
            "recent_stars",
            *SCORED,
        ),
    ),
    Switch(
        "feedback",
        "text",
        (
            "texts_last_365_days",
            "negative_texts_last_91_days",
            "share_of_texts_negative",
            "days_since_last_negative_text",
        ),
    ),
    Switch(
        "tickets",
        "resolved_at",
        (
            "tickets_unresolved",
            "days_unresolved",
            "mean_days_to_resolve",
            "longest_days_to_resolve",
        ),
    ),
    Switch(
        "tickets",
        "category",
        ("complaints_last_91_days", "complaints_in_total", "days_since_last_complaint"),
    ),
    Switch(
        "subscriptions",
        "ended_at",
        (
            "days_since_subscription_ended",
            "subscriptions_active",
            "renewals",
            "pauses",
            "days_paused",
        ),
    ),
    Switch("subscriptions", "plan", ("plan_changes",)),
    Switch(
        "subscriptions",
        "amount_per_month",
        (
            "amount_per_month",
            "latest_price_change",
            "price_increases",
            "days_since_price_change",
        ),
    ),
    Switch("customers", "joined_at", ("days_since_joined",)),
    Switch("customers", "birth_year", ("age_in_years",)),
    Switch("customers", "consent_email", ("consents_to_email",)),
    Switch("customers", "consent_phone", ("consents_to_phone",)),
    Switch("customers", "settlement", ("lives_in_a_city", "lives_in_the_country")),
)

VALUES = (
    Switch(
        "events",
        "kind",
        (
            "days_since_last_visit",
            "visits_last_7_days",
            "visits_last_28_days",
            "visits_last_91_days",
        ),
        VISIT,
    ),
    Switch(
        "events",
        "kind",
        ("opens_last_28_days", "opens_last_91_days", "clicks_per_open_last_91_days"),
        OPEN,
    ),
    Switch(
        "events",
        "kind",
        (
            "days_since_last_click",
            "clicks_last_28_days",
            "clicks_last_91_days",
            "clicks_per_open_last_91_days",
        ),
        CLICK,
    ),
    Switch(
        "events",
        "kind",
        (
            "days_since_last_redemption",
            "redemptions_last_91_days",
            "redemptions_last_365_days",
            "redemptions_in_total",
        ),
        REDEMPTION,
    ),
    Switch("feedback", "scale", ("last_csat", "recent_csat"), CSAT),
    Switch("feedback", "scale", ("last_nps", "recent_nps"), NPS),
    Switch("feedback", "scale", ("last_stars", "recent_stars"), STARS),
    Switch(
        "tickets",
        "category",
        ("complaints_last_91_days", "complaints_in_total", "days_since_last_complaint"),
        COMPLAINT,
    ),
)
# Of attributes that may change, only the moment of joining counts without known_at: it is a moment.
MAY_CHANGE = tuple(
    switch for switch in COLUMNS if switch.table == "customers" and switch.column != "joined_at"
)
