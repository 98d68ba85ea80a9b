"""Tickets as of a date: opened before it, and resolved only if that happened before it too."""

from typing import TYPE_CHECKING

import ibis

from features.history.cut import AsOfDates, DatedRows, cut, dated_rows, whole_days

if TYPE_CHECKING:
    import ibis.expr.types as ir

COMPLAINT = "complaint"


class TicketHistory(DatedRows):
    """One row per customer, as-of date and ticket opened before it.

    Beside customer_id, as_of and days_ago the table has: days_to_resolve, whole days from opening
    to resolution, null while it was unresolved; and category, null where not mapped.
    """

    @property
    def days_to_resolve(self) -> "ir.IntegerColumn":
        """Whole days; null while unresolved."""
        return self.table.days_to_resolve

    @property
    def is_open(self) -> "ir.BooleanValue":
        """Whether it was unresolved at the as-of date."""
        return self.table.resolved_at.isnull()

    @property
    def is_complaint(self) -> "ir.BooleanValue":
        """Whether its category is `complaint`, in any case."""
        return self.table.category.lower() == COMPLAINT


def tickets_before(rows: "ir.Table", as_of_dates: AsOfDates) -> TicketHistory:
    """The tickets known at each as-of date."""
    types = {"resolved_at": "timestamp(6)", "category": "string"}
    missing = {name: ibis.null(kind) for name, kind in types.items() if name not in rows.columns}
    known = dated_rows(cut("tickets", rows.mutate(**missing), as_of_dates), "opened_at")
    # Who writes a resolution before the opening means at once.
    resolved_at = (known.resolved_at < known.opened_at).ifelse(known.opened_at, known.resolved_at)
    known = known.mutate(resolved_at=resolved_at)
    return TicketHistory(
        known.mutate(days_to_resolve=whole_days(known.resolved_at, known.opened_at))
    )
