"""What the specification shows of answers about customers: a run of the simulated shop.

They fit together: customer 1228 is asked about, listed and profiled everywhere alike. Lists are
trimmed, numbers rounded, and a phone call was added, so that a treatment is seen.
"""

from typing import Any, Final

AS_OF: Final = "2024-10-27T00:00:00Z"
CURRENCY: Final = "EUR"
RUN: Final = 2
CURSOR: Final = "LQaeWZfDP3tVeV0QB6v8_1sxLCJjNDZiZGJlZTVlMTgzMTM3IiwyLDAuOTQ2MDg1LCIxMjI4Il0"

MODEL: Final[dict[str, Any]] = {
    "name": "simulated",
    "version": "cd2296eb78850c04",
    "trained_at": "2024-10-27T03:10:00+00:00",
}
SILENCE: Final[dict[str, Any]] = {
    "code": "silence.higher_risk",
    "text": "Silence: 41 days since the last order (typical: 4 days), associated with higher risk",
    "feature": "days_since_last_order",
    "value": 41.0,
    "typical": 4.0,
    "contribution": 3.395953,
}
RECENT_ORDERS: Final[dict[str, Any]] = {
    "code": "recent_orders.higher_risk",
    "text": "Recent orders: no orders in the last 14 days (typical: 2 orders), associated with "
    "higher risk",
    "feature": "orders_last_14_days",
    "value": 0.0,
    "typical": 2.0,
    "contribution": 0.86471,
}
ORDER_TREND: Final[dict[str, Any]] = {
    "code": "order_trend.higher_risk",
    "text": "Trend of orders: 0 times the usual pace of ordering in the last 28 days (typical: "
    "0.91 times), associated with higher risk",
    "feature": "pace_last_28_days_over_usual",
    "value": 0.0,
    "typical": 0.91,
    "contribution": 0.169619,
}
ERASED: Final[dict[str, Any]] = {
    "erased": 1,
    "unknown": 0,
    "runs": 2,
    "erased_at": "2024-10-27T09:41:00+00:00",
}
REASONS: Final = [SILENCE, RECENT_ORDERS, ORDER_TREND]
LABELS: Final = {"rfm": "loyal", "abc": "A", "lifecycle": "dormant", "risk": "high"}
DATA_AGE_S: Final = 41400.0

# Rounded so that it still adds up: a test does the sum.
SCORED: Final[dict[str, Any]] = {
    "customer_id": "1228",
    "status": "scored",
    "churn_probability": 0.946085,
    "churn_probability_low": 0.928571,
    "churn_probability_high": 1.0,
    "log_odds": 2.864921,
    "base_log_odds": -1.92576,
    "percentile": 100,
    "risk_tier": "high",
    "segments": LABELS,
    "remaining_value": 1.5546,
    "remaining_value_low": 0.0,
    "remaining_value_high": 1.5546,
    "value_at_risk": 1.4708,
    "reasons": REASONS,
    "other_contributions": 0.360399,
    "model": MODEL,
    "as_of": AS_OF,
    "data_age_s": DATA_AGE_S,
    "missing_inputs": ["spend_last_28_days"],
    "out_of_range_inputs": ["days_since_first_order"],
    "warnings": ["outside all that the model was calibrated on: days_since_first_order"],
}
UNSCORED: Final[dict[str, Any]] = {
    "customer_id": "906",
    "status": "already_churned",
    "explanation": "silent for so long that the churn definition counts the customer as gone",
    "model": MODEL,
    "as_of": AS_OF,
    "data_age_s": DATA_AGE_S,
    "warnings": [],
}

FEATURES: Final = {
    "days_since_last_order": 41.0,
    "orders_last_14_days": 0.0,
    "pace_last_28_days_over_usual": 0.0,
    "days_since_first_order": 299.0,
    "spend_last_28_days": None,
    "spend_last_91_days": 905.64,
}
VISITS: Final[dict[str, Any]] = {"count": 39, "last": "2024-09-10T12:27:13Z"}
LOYAL: Final[dict[str, Any]] = {
    "label": "loyal",
    "name": {"en": "Loyal", "zh": "忠诚客户"},
    "facts": {
        "recency_score": 3.0,
        "frequency_score": 5.0,
        "money_score": 5.0,
        "days_since_last_order": 41.0,
        "orders_last_365_days": 90.0,
        "spend_last_365_days": 3556.53,
    },
    "explanation": {
        "en": "R 3 of 5 (last order 41 days ago), F 5 of 5 (90 orders in 365 days), M 5 of 5 "
        "(EUR 3,556.53 in 365 days)",
        "zh": "R 3/5(上次下单在41天前),F 5/5(365天内90单),M 5/5(365天内EUR 3,556.53)",
    },
    "rule_version": 1,
    "as_of": AS_OF,
}
CLASS_A: Final[dict[str, Any]] = {
    "label": "A",
    "name": {"en": "A", "zh": "A类"},
    "facts": {"money": 3556.53},
    "explanation": {"en": "EUR 3,556.53 in a year", "zh": "一年EUR 3,556.53"},
    "rule_version": 1,
    "as_of": AS_OF,
}
PROFILE: Final[dict[str, Any]] = {
    "customer_id": "1228",
    "as_of": AS_OF,
    "attributes": {"region": "north"},
    "events": {"visit": VISITS},
    "treatments": {"call": {"count": 1, "last": "2024-10-20T09:30:00Z"}},
    "features": FEATURES,
    "segments": {"rfm": LOYAL, "abc": CLASS_A},
    "prediction": SCORED,
}

NOT_IN_THE_RUN: Final[dict[str, Any]] = {
    "pointer": "#/customer_ids/1",
    "detail": "not in the current scoring run",
}
PROBLEM: Final[dict[str, Any]] = {
    "type": "/problems#unknown-customer",
    "title": "Unknown customer",
    "status": 404,
    "detail": f"1 of 2 customers asked for are not in the scoring run as of {AS_OF}; check the id, "
    "or run `retinue score` on data that holds the customer",
    "errors": [NOT_IN_THE_RUN],
    "request_id": "1b870f7a9347407f9ac067df85dc18c0",
}

READY: Final[dict[str, Any]] = {
    "status": "ready",
    "checks": {"bundle": "ok", "store": "ok", "catalog": "ok", "draining": "ok"},
    "remarks": [],
}
VERSION: Final[dict[str, Any]] = {
    "retinue": "0.1.0",
    "python": "3.11.7",
    "model": MODEL,
    "catalog_hash": "08d42d6b7d65bd516745bd36f34c4d565763e5046c60760f4776e3e820c76da5",
    "library_versions": {"lightgbm": "4.7.0", "numpy": "2.4.6", "duckdb": "1.5.6"},
}
