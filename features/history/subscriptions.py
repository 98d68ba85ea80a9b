"""Subscriptions as of a date: each beside the one before it, ended only if it had by then."""

from typing import TYPE_CHECKING

import ibis

from features.history.cut import AsOfDates, DatedRows, cut, dated_rows, keys_of, whole_days

if TYPE_CHECKING:
    import ibis.expr.types as ir


class SubscriptionHistory(DatedRows):
    """One row per customer, as-of date and subscription begun before it.

    Beside customer_id, as_of and days_ago (since it began) the table has: days_since_end, null
    while it ran; plan and amount_per_month, null where not mapped; next_at, the begin of the
    customer's next subscription, null for the latest; change, amount_per_month minus that of the
    one before; pause, whole days from the end of the one before to the begin of this, 0 if they
    overlap, null if there is none or it has not ended; and plan_changed. "Before" is by begin,
    then plan, then amount, then end; what is not known comes last.
    """

    @property
    def days_since_end(self) -> "ir.IntegerColumn":
        """Whole days; null while it runs."""
        return self.table.days_since_end

    @property
    def is_active(self) -> "ir.BooleanValue":
        """Whether it ran at the as-of date."""
        return self.table.ended_at.isnull()

    @property
    def is_latest(self) -> "ir.BooleanValue":
        """Whether no other of the customer began later."""
        return self.table.next_at.isnull()

    @property
    def amount_per_month(self) -> "ir.DecimalColumn":
        """Money a month."""
        return self.table.amount_per_month

    @property
    def change(self) -> "ir.DecimalColumn":
        """Money a month more than the subscription before."""
        return self.table.change

    @property
    def pause(self) -> "ir.IntegerColumn":
        """Whole days without a subscription before this one."""
        return self.table.pause

    @property
    def plan_changed(self) -> "ir.BooleanColumn":
        """Whether the plan is another than that of the subscription before."""
        return self.table.plan_changed


def subscriptions_before(rows: "ir.Table", as_of_dates: AsOfDates) -> SubscriptionHistory:
    """The subscriptions known at each as-of date."""
    types = {"ended_at": "timestamp(6)", "plan": "string", "amount_per_month": "decimal(18, 4)"}
    missing = {name: ibis.null(kind) for name, kind in types.items() if name not in rows.columns}
    known = dated_rows(cut("subscriptions", rows.mutate(**missing), as_of_dates), "started_at")
    order = ["started_at", "plan", "amount_per_month", "ended_at"]
    keys = keys_of(as_of_dates)
    earlier = ibis.window(group_by=keys, order_by=order)
    known = known.mutate(
        previous_end=known.ended_at.lag().over(earlier),
        previous_plan=known.plan.lag().over(earlier),
        previous_amount=known.amount_per_month.lag().over(earlier),
        next_at=known.started_at.lead().over(earlier),
    )
    return SubscriptionHistory(
        known.mutate(
            days_since_end=whole_days(known.as_of, known.ended_at),
            change=known.amount_per_month - known.previous_amount,
            pause=whole_days(known.started_at, known.previous_end).clip(lower=0),
            plan_changed=known.plan != known.previous_plan,
        )
    )
