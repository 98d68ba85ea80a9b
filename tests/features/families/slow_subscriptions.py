"""Features of subscriptions said slowly, over one customer's known subscriptions."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from tests.features.families.plain import NAN, least, most, whole_days
from tests.features.streams import Row


def slow_subscriptions(subscriptions: Sequence[Row], as_of: datetime) -> dict[str, float]:
    """Features of one customer from the subscriptions known at `as_of`, ended if they were."""
    rows = sorted(subscriptions, key=_begin)
    ago = [whole_days(row["started_at"], as_of) for row in rows]
    running = [row for row in rows if row["ended_at"] is None]
    fees = [_money(row) for row in running]
    known_fees = [fee for fee in fees if fee is not None]
    changes = [_change(before, row) for before, row in pairwise(rows)]
    dated = [
        (days, change) for days, change in zip(ago[1:], changes, strict=True) if change is not None
    ]
    pauses = [
        max(whole_days(before["ended_at"], row["started_at"]), 0)
        for before, row in pairwise(rows)
        if before["ended_at"] is not None
    ]
    latest = changes[-1] if changes else None
    return {
        "days_since_first_subscription": most(ago),
        "days_since_latest_subscription": least(ago),
        "days_since_subscription_ended": least(
            whole_days(row["ended_at"], as_of) for row in rows if row["ended_at"] is not None
        ),
        "subscriptions_in_total": len(rows),
        "subscriptions_active": len(running),
        "amount_per_month": float(sum(known_fees)) if known_fees else NAN,
        "latest_price_change": NAN if latest is None else float(latest),
        "price_increases": sum(change > 0 for _, change in dated),
        "days_since_price_change": least(days for days, change in dated if change != 0),
        "plan_changes": sum(
            None not in (before["plan"], row["plan"]) and before["plan"] != row["plan"]
            for before, row in pairwise(rows)
        ),
        "renewals": sum(days <= 1 for days in pauses),
        "pauses": sum(days > 1 for days in pauses),
        "days_paused": sum(days for days in pauses if days > 1),
    }


def _begin(row: Row) -> list[tuple[bool, object]]:
    """By begin, then plan, then amount, then end; what is not known comes last."""
    columns = ("started_at", "plan", "amount_per_month", "ended_at")
    # Two that are not known are equal: what stands for them is never compared with a value.
    return [(row[name] is None, 0 if row[name] is None else row[name]) for name in columns]


def _money(row: Row) -> Decimal | None:
    amount = row["amount_per_month"]
    return None if amount is None else Decimal(str(amount))


def _change(before: Row, row: Row) -> Decimal | None:
    earlier, later = _money(before), _money(row)
    return None if earlier is None or later is None else later - earlier
