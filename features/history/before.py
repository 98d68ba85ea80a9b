"""The only door to raw rows: what was known of each customer strictly before an as-of date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from features.errors import AsOfDateError
from features.history.customers import CustomerHistory, customers_before
from features.history.cut import AsOfDates, cut
from features.history.events import EventHistory, events_before
from features.history.feedback import FeedbackHistory, feedback_before
from features.history.items import ItemHistory, items_before
from features.history.orders import OrderHistory, orders_before
from features.history.subscriptions import SubscriptionHistory, subscriptions_before
from features.history.tickets import TicketHistory, tickets_before

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.tables import Tables


@dataclass(frozen=True)
class History:
    """What was known strictly before each as-of date; it holds no row of any later moment.

    Whatever the project has no table or column for is None.

    Attributes:
        orders: Orders, one row each.
        categories: Categories bought, one row each.
        products: Products bought, one row each.
        events: Events, one row each.
        feedback: Feedback, one row each.
        tickets: Tickets, one row each.
        subscriptions: Subscriptions, one row each.
        customers: Attributes, one row per customer.
        treatments: Rows of the treatments table, with as_of; facts to read, never features.
        data_until: The latest moment of an order or a subscription; a scalar.
        as_of_dates: The dates.
    """

    orders: OrderHistory | None
    categories: ItemHistory | None
    products: ItemHistory | None
    events: EventHistory | None
    feedback: FeedbackHistory | None
    tickets: TicketHistory | None
    subscriptions: SubscriptionHistory | None
    customers: CustomerHistory | None
    treatments: "ir.Table | None"
    data_until: "ir.TimestampScalar"
    as_of_dates: AsOfDates

    @classmethod
    def before(cls, tables: "Tables", as_of_dates: Sequence[datetime]) -> "History":
        """Cut every table at every as-of date, in one pass over its rows.

        Args:
            tables: The project's tables.
            as_of_dates: UTC without a zone; each customer is described once per date.

        Raises:
            AsOfDateError: No order or subscription was known before one of the dates, or the
                project's text model learned from later texts.
        """
        _refuse_early(tables, as_of_dates)
        found, dates = tables.rows.get, as_of_dates
        lines = found("orders")
        events, feedback, tickets = found("events"), found("feedback"), found("tickets")
        subscriptions, customers, treatments = map(
            found, ("subscriptions", "customers", "treatments")
        )
        return cls(
            orders=None if lines is None else _orders(tables, dates),
            categories=_items(lines, "category", dates),
            products=_items(lines, "product_id", dates),
            events=None if events is None else events_before(events, dates),
            feedback=None if feedback is None else feedback_before(feedback, dates),
            tickets=None if tickets is None else tickets_before(tickets, dates),
            subscriptions=None
            if subscriptions is None
            else subscriptions_before(subscriptions, dates),
            customers=None
            if customers is None
            else customers_before(customers, dates, tables.timeless),
            treatments=None if treatments is None else cut("treatments", treatments, dates),
            data_until=_latest(tables, dates),
            as_of_dates=dates,
        )


def _refuse_early(tables: "Tables", as_of_dates: Sequence[datetime]) -> None:
    first = tables.first
    early = [date for date in as_of_dates if date <= first]
    if not as_of_dates:
        raise AsOfDateError("no as-of date was given; name at least one")
    known = tables.texts_learned_until
    if known and min(as_of_dates) < known:
        raise AsOfDateError(
            f"the project's text model learned from texts until {known:%Y-%m-%d}, which nobody "
            f"could have read at {min(as_of_dates):%Y-%m-%d}; choose a later as-of date, or learn "
            "from earlier texts: retinue feedback fit --until DATE"
        )
    if early:
        rows = " or ".join(name.removesuffix("s") for name in tables.spine)
        raise AsOfDateError(
            f"no {rows} is known before {min(early):%Y-%m-%d}: the first is of {first}; "
            "choose a later as-of date"
        )


def _orders(tables: "Tables", as_of_dates: Sequence[datetime]) -> OrderHistory:
    # Telling whether orders are whole reads them once: it pays where dates share the work.
    whole = len(as_of_dates) > 1 and tables.orders_are_whole
    return orders_before(tables.rows["orders"], as_of_dates, whole=whole)


def _items(
    lines: "ir.Table | None", column: str, as_of_dates: Sequence[datetime]
) -> ItemHistory | None:
    if lines is None or column not in lines.columns:
        return None
    return items_before(lines, column, as_of_dates)


def _latest(tables: "Tables", as_of_dates: Sequence[datetime]) -> "ir.TimestampScalar":
    moments = [
        cut(name, tables.rows[name], as_of_dates).select(moment=moment)
        for name, moment in tables.spine.items()
    ]
    first, *more = moments
    return (first.union(*more) if more else first).moment.max()
