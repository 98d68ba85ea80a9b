"""Features of tickets said slowly, over one customer's known tickets."""

from collections.abc import Sequence
from datetime import datetime
from statistics import fmean

from tests.features.families.plain import NAN, least, most, whole_days
from tests.features.streams import Row


def slow_tickets(tickets: Sequence[Row], as_of: datetime) -> dict[str, float]:
    """Features of one customer from the tickets known at `as_of`, unresolved if they were then."""
    ago = [whole_days(ticket["opened_at"], as_of) for ticket in tickets]
    complaints = [
        days for ticket, days in zip(tickets, ago, strict=True) if ticket["category"] == "complaint"
    ]
    unresolved = [
        days for ticket, days in zip(tickets, ago, strict=True) if ticket["resolved_at"] is None
    ]
    took = [
        max(whole_days(ticket["opened_at"], ticket["resolved_at"]), 0)
        for ticket in tickets
        if ticket["resolved_at"] is not None
    ]
    return {
        "tickets_in_total": len(tickets),
        "tickets_unresolved": len(unresolved),
        "days_unresolved": most(unresolved),
        "mean_days_to_resolve": fmean(took) if took else NAN,
        "longest_days_to_resolve": most(took),
        "days_since_last_ticket": least(ago),
        "complaints_in_total": len(complaints),
        "days_since_last_complaint": least(complaints),
    }
