"""What the specification shows of rows that are sent: one of each table of the contract."""

from collections.abc import Mapping
from typing import Any, Final

KNOWN_AT: Final = "2024-03-05T02:00:00Z"

ROWS: Final[Mapping[str, dict[str, Any]]] = {
    "customers": {
        "joined_at": "2023-11-20T00:00:00Z",
        "birth_year": 1986,
        "gender": "female",
        "country": "FR",
        "region": "north",
        "city": "Lille",
        "settlement": "urban",
        "income_band": "medium",
        "acquisition_channel": "referral",
        "consent_email": True,
        "consent_phone": False,
        "known_at": KNOWN_AT,
    },
    "orders": {
        "ordered_at": "2024-03-01T10:15:00Z",
        "amount": 24.9,
        "order_id": "o-5531",
        "product_id": "p-204",
        "category": "coffee",
        "quantity": 2,
        "discount": 1.5,
        "is_return": False,
        "channel": "web",
        "known_at": KNOWN_AT,
    },
    "events": {
        "occurred_at": "2024-03-02T08:00:00Z",
        "kind": "coupon_redeemed",
        "channel": "app",
        "duration_s": 95,
        "known_at": KNOWN_AT,
    },
    "feedback": {
        "given_at": "2024-03-03T17:40:00Z",
        "score": 2,
        "text": "The parcel came a week late.",
        "scale": "csat_1_5",
        "channel": "email",
        "language": "en",
        "known_at": KNOWN_AT,
    },
    "tickets": {
        "opened_at": "2024-03-03T18:05:00Z",
        "resolved_at": "2024-03-04T09:20:00Z",
        "category": "complaint",
        "known_at": KNOWN_AT,
    },
    "subscriptions": {
        "started_at": "2023-12-01T00:00:00Z",
        "ended_at": "2024-03-01T00:00:00Z",
        "plan": "monthly",
        "amount_per_month": 9.9,
        "known_at": KNOWN_AT,
    },
    "treatments": {
        "campaign_id": "spring-2024",
        "treated_at": "2024-03-04T08:00:00Z",
        "arm": "coupon",
        "cost": 5.0,
        "converted_at": "2024-03-04T19:30:00Z",
        "known_at": KNOWN_AT,
    },
}
NEW_CUSTOMER: Final[dict[str, Any]] = {
    "customer_id": "new-7",
    "attributes": {"region": "north"},
    "orders": [
        {"ordered_at": "2024-01-05T18:20:00Z", "amount": 31.2},
        {"ordered_at": "2024-02-11T09:05:00Z", "amount": 18.75},
    ],
    "events": [{"occurred_at": "2024-03-02T08:00:00Z", "kind": "visit"}],
}
