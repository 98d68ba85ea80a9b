"""Every feature of a window, said in plain SQL over the raw rows."""

import re
from dataclasses import dataclass

from tests.features.streams import T

OF_A_WINDOW = re.compile(r"_last_\d+_(days|weeks)|^change_in_.*_\d+_days$")
DAYS_AGO = f"((epoch_us(TIMESTAMP '{T}') - epoch_us(happened)) // 86400000000)"

PLACED = """
    SELECT customer_id, returned, min(ordered_at) AS happened, sum(quantity) AS pieces,
        coalesce(sum(money), 0) AS money, sum(discount::DECIMAL(18, 4)) AS saved
    FROM (
        SELECT *, coalesce(is_return, false) OR coalesce(amount < 0, false) AS returned,
            CAST(CASE WHEN returned THEN -abs(amount) ELSE amount END AS DECIMAL(18, 4)) AS money
        FROM {known})
    GROUP BY customer_id, order_id, CASE WHEN order_id IS NULL THEN ordered_at END, returned
    """
# What the rows of a case are, from {known}, the table as known at T: `happened`, and what is read.
# {tones} is what the words of the streams say.
ROWS = {
    "orders and returns": PLACED,
    "orders": PLACED + "HAVING NOT returned",
    "returns": PLACED + "HAVING returned",
    "lines": """
        SELECT *, ordered_at AS happened FROM {known}
        WHERE is_return IS NOT true AND (amount IS NULL OR amount >= 0)
        """,
    "events": "SELECT *, occurred_at AS happened FROM {known}",
    "feedback": """
        SELECT *, given_at AS happened,
            CASE text {tones} END AS tone,
            CASE scale WHEN 'nps_0_10' THEN score / 10
                WHEN 'csat_1_5' THEN (score - 1) / 4 WHEN 'stars_1_5' THEN (score - 1) / 4
            END AS level
        FROM {known}
        """,
    "tickets": "SELECT *, opened_at AS happened FROM {known}",
}
TABLE_OF = {name: name if name in ("events", "feedback", "tickets") else "orders" for name in ROWS}


@dataclass(frozen=True)
class Case:
    """One feature in windows of several lengths.

    Attributes:
        name: With {n} for the length of the window.
        lengths: In days, or in weeks where the name says weeks.
        rows: A key of ROWS.
        sql: The aggregate; {within} is the window, {before} the one of the same length before it.
        without_rows: What it is for a customer without a row.
    """

    name: str
    lengths: tuple[int, ...]
    rows: str
    sql: str
    without_rows: float = 0.0


NAN = float("nan")
WITHIN = "count(*) FILTER ({within})"
CHANGE = "count(*) FILTER ({within}) - count(*) FILTER ({before})"
CASES = (
    Case("orders_last_{n}_days", (7, 14, 28, 56, 91, 182, 365), "orders", WITHIN),
    Case("active_weeks_last_{n}_weeks", (13,), "orders",
         f"count(DISTINCT {DAYS_AGO} // 7) FILTER ({{within}})"),
    Case("change_in_orders_{n}_days", (28, 91), "orders", CHANGE),
    Case("pace_last_{n}_days_over_usual", (28,), "orders",
         f"(count(*) FILTER ({{within}}) / {{n}}) / (count(*) / (max({DAYS_AGO}) + 1))", NAN),
    Case("returns_last_{n}_days", (91,), "returns", WITHIN),
    Case("spend_last_{n}_days", (7, 14, 28, 56, 91, 182, 365), "orders and returns",
         "sum(money) FILTER ({within})", NAN),
    Case("change_in_spend_{n}_days", (28, 91), "orders and returns",
         "coalesce(sum(money) FILTER ({within}), 0) - coalesce(sum(money) FILTER ({before}), 0)"),
    Case("mean_order_value_last_{n}_days", (91,), "orders", "avg(money) FILTER ({within})", NAN),
    Case("refunds_last_{n}_days", (91,), "returns",
         "coalesce(-sum(money) FILTER ({within}), 0)"),
    Case("share_discounted_last_{n}_days", (91,), "orders",
         "sum(saved) FILTER ({within})"
         " / nullif(sum(coalesce(saved, 0) + money) FILTER ({within}), 0)", NAN),
    Case("units_last_{n}_days", (91,), "orders", "sum(pieces) FILTER ({within})", NAN),
    Case("categories_last_{n}_days", (91,), "lines", "count(DISTINCT category) FILTER ({within})"),
    Case("products_last_{n}_days", (91,), "lines", "count(DISTINCT product_id) FILTER ({within})"),
    Case("events_last_{n}_days", (7, 28, 91, 365), "events", WITHIN),
    Case("visits_last_{n}_days", (7, 28, 91), "events",
         "count(*) FILTER (kind = 'visit' AND {within})"),
    Case("opens_last_{n}_days", (28, 91), "events",
         "count(*) FILTER (kind = 'email_open' AND {within})"),
    Case("clicks_last_{n}_days", (28, 91), "events",
         "count(*) FILTER (kind = 'email_click' AND {within})"),
    Case("redemptions_last_{n}_days", (91, 365), "events",
         "count(*) FILTER (kind = 'coupon_redemption' AND {within})"),
    Case("clicks_per_open_last_{n}_days", (91,), "events",
         "count(*) FILTER (kind = 'email_click' AND {within})"
         " / nullif(count(*) FILTER (kind = 'email_open' AND {within}), 0)", NAN),
    Case("active_days_last_{n}_days", (28, 91), "events",
         f"count(DISTINCT {DAYS_AGO}) FILTER ({{within}})"),
    Case("active_event_weeks_last_{n}_weeks", (13,), "events",
         f"count(DISTINCT {DAYS_AGO} // 7) FILTER ({{within}})"),
    Case("kinds_of_events_last_{n}_days", (91,), "events",
         "count(DISTINCT kind) FILTER ({within})"),
    Case("change_in_events_{n}_days", (28, 91), "events", CHANGE),
    Case("minutes_last_{n}_days", (28, 91), "events",
         "sum(duration_s) FILTER ({within}) / 60", NAN),
    Case("feedback_last_{n}_days", (91,), "feedback", WITHIN),
    Case("change_in_level_{n}_days", (91,), "feedback",
         "avg(level) FILTER ({within}) - avg(level) FILTER ({before})", NAN),
    Case("worst_level_last_{n}_days", (91,), "feedback", "min(level) FILTER ({within})", NAN),
    Case("texts_last_{n}_days", (365,), "feedback", "count(tone) FILTER ({within})"),
    Case("negative_texts_last_{n}_days", (91,), "feedback",
         "count(*) FILTER (tone = -1 AND {within})"),
    Case("tickets_last_{n}_days", (28, 91, 365), "tickets", WITHIN),
    Case("complaints_last_{n}_days", (91,), "tickets",
         "count(*) FILTER (category = 'complaint' AND {within})"),
)  # fmt: skip
EACH = [(case, n) for case in CASES for n in case.lengths]
