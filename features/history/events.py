"""Engagement as of a date: visits, opens, clicks and whatever else was recorded."""

from typing import TYPE_CHECKING

import ibis

from features.history.cut import AsOfDates, DatedRows, cut, dated_rows

if TYPE_CHECKING:
    import ibis.expr.types as ir

VISIT = "visit"
OPEN = "email_open"
CLICK = "email_click"
REDEMPTION = "coupon_redemption"
KINDS = (VISIT, OPEN, CLICK, REDEMPTION)


class EventHistory(DatedRows):
    """One row per customer, as-of date and event before it.

    Beside customer_id, as_of and days_ago the table has kind, and duration_s, in seconds, null
    where not mapped. Kinds are the project's own; those in `KINDS` have features of their own.
    """

    @property
    def kind(self) -> "ir.StringColumn":
        """What happened."""
        return self.table.kind

    @property
    def duration_s(self) -> "ir.DecimalColumn":
        """How long it took, in seconds."""
        return self.table.duration_s

    def of(self, kind: str, days: int | None = None) -> "ir.BooleanValue":
        """Events of one kind, fewer than `days` days ago where given."""
        same = self.kind == kind
        return same if days is None else same & self.since(days)


def events_before(rows: "ir.Table", as_of_dates: AsOfDates) -> EventHistory:
    """The events known at each as-of date."""
    if "duration_s" not in rows.columns:
        rows = rows.mutate(duration_s=ibis.null("decimal(18, 4)"))
    return EventHistory(dated_rows(cut("events", rows, as_of_dates), "occurred_at"))
