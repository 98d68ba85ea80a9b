"""Features of events said slowly, over one customer's known events."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from statistics import fmean

from tests.features.families.plain import NAN, halved, least, over, whole_days
from tests.features.streams import Row


def slow_events(events: Sequence[Row], as_of: datetime) -> dict[str, float]:
    """Features of one customer from the events known at `as_of`."""
    ago = [(event["kind"], whole_days(event["occurred_at"], as_of)) for event in events]
    days = sorted({days for _, days in ago})
    gaps = [later - earlier for earlier, later in pairwise(days)]
    usual = fmean(gaps) if gaps else NAN

    def last(kind: str) -> float:
        return least(days for found, days in ago if found == kind)

    return {
        "days_since_last_event": least(days),
        "days_since_last_visit": last("visit"),
        "days_since_last_click": last("email_click"),
        "days_since_last_redemption": last("coupon_redemption"),
        "events_in_total": len(events),
        "redemptions_in_total": sum(kind == "coupon_redemption" for kind, _ in ago),
        "events_halved_every_28_days": sum(halved(days, 28) for _, days in ago),
        "mean_days_between_active_days": usual,
        "event_silence_over_usual_gap": over(least(days), usual),
    }
