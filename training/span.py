"""From when to when the rows reach that a churn definition looks at."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import ibis

from scoring.churn_definition import ChurnDefinition, Event, SubscriptionEnd
from training.errors import TrainingError

if TYPE_CHECKING:
    from features.tables import Tables

MOST_KINDS = 8


@dataclass(frozen=True)
class Span:
    """Moments between which a label can be known.

    Attributes:
        first: The earliest; None if no row has both a customer and a moment.
        last: The latest.
        what: Of what, in words.
    """

    first: datetime | None
    last: datetime | None
    what: str


def span_of(tables: "Tables", definition: ChurnDefinition) -> Span:
    """Of orders; where churn is an event, of events; else of orders and begins of subscriptions.

    A subscription's end may lie in the future, so ends do not tell how far the data goes.

    Raises:
        TrainingError: The project lacks the table that the definition looks at.
    """
    if isinstance(definition, Event):
        return _of_events(tables, definition)
    if not isinstance(definition, SubscriptionEnd):
        if "orders" not in tables.rows:
            raise TrainingError(
                f'[churn] definition = "{definition.definition}" looks at orders and there is no '
                '[tables.orders]; add it, or set definition = "subscription_end"'
            )
        report = tables.reports["orders"]
        return Span(report.first, report.last, "order")
    if "subscriptions" not in tables.rows or "ended_at" not in tables.rows["subscriptions"].columns:
        raise TrainingError(
            '[churn] definition = "subscription_end" looks at when subscriptions end; map '
            "ended_at in [tables.subscriptions.columns], or choose another definition"
        )
    reports = [tables.reports[name] for name in tables.spine]
    firsts = [report.first for report in reports if report.first is not None]
    lasts = [report.last for report in reports if report.last is not None]
    return Span(min(firsts, default=None), max(lasts, default=None), "order or new subscription")


def _of_events(tables: "Tables", definition: Event) -> Span:
    """From when on customers are described to the last event of any kind: so far they were kept."""
    if "events" not in tables.rows:
        raise TrainingError(
            '[churn] definition = "event" looks at events and there is no [tables.events]; '
            "add it, or choose another definition"
        )
    events = tables.rows["events"]
    counted = events.group_by("kind").agg(rows=events.count()).order_by(ibis.desc("rows"))
    found = counted.filter(counted.kind.notnull()).kind.to_pyarrow().to_pylist()
    if absent := [kind for kind in definition.kinds if kind not in found]:
        shown = ", ".join(found[:MOST_KINDS]) + (", ..." if len(found) > MOST_KINDS else "")
        raise TrainingError(
            f"events: no event is of kind {' or '.join(absent)}; found {shown or 'none'}; "
            "correct [churn] kind"
        )
    report = tables.reports["events"]
    known = [] if report.first is None else [report.first, tables.first]
    return Span(max(known, default=None), report.last, "event")
