"""Who churned: the one place that looks past an as-of date."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import ibis
import numpy as np
from numpy.typing import NDArray

from features.build import FeatureRows
from features.history.cut import once_per_date
from scoring.churn_definition import Cadence, ChurnDefinition, Event, SubscriptionEnd
from training.errors import TrainingError
from training.span import span_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.tables import Tables

DAY = timedelta(days=1)
Key = tuple[str, datetime]


def churned(tables: "Tables", definition: ChurnDefinition, rows: FeatureRows) -> NDArray[np.bool_]:
    """Per row, whether the customer churned as the definition has it.

    Inactivity and cadence look at orders in [T + gap, T + gap + horizon), an event at events in it,
    whenever they became known; the end of a subscription at [T, T + horizon) and the grace after.

    Args:
        tables: The project's tables.
        definition: Sets the window, and what in it is churn.
        rows: Customers and as-of dates to label; of their features a cadence reads what it needs.

    Raises:
        TrainingError: A label window ends after the data, so its labels are not known yet; or the
            project lacks what the definition looks at.
    """
    dates = [date.astype(datetime) for date in np.unique(rows.as_of)]
    span = span_of(tables, definition)
    for date in dates:
        if span.last is None or date + definition.reach > span.last:
            known = "nothing" if span.last is None else f"{span.last:%Y-%m-%d}"
            raise TrainingError(
                f"as-of {date:%Y-%m-%d}: its label window ends {date + definition.reach:%Y-%m-%d}, "
                f"after the last {span.what} ({known}); choose an earlier date"
            )
    keys = [*zip(rows.customer_ids, rows.as_of.astype(datetime), strict=True)]
    if isinstance(definition, SubscriptionEnd):
        ended = _lapsed(tables, definition, dates)
        return np.array([key in ended for key in keys], dtype=bool)
    if isinstance(definition, Event):
        did = _did(tables, definition, dates)
        return np.array([(key in did) == (definition.means == "did") for key in keys], dtype=bool)
    latest = _latest_orders(tables, definition, dates)
    opens = timedelta(days=definition.gap_days)
    stayed_away = np.array(
        [key not in latest or latest[key] < key[1] + opens for key in keys], dtype=bool
    )
    if isinstance(definition, Cadence):
        return stayed_away & (_silence_at_end(definition, rows, keys, latest) >= 0)
    return stayed_away


def _latest_orders(
    tables: "Tables", definition: ChurnDefinition, dates: Sequence[datetime]
) -> dict[Key, datetime]:
    """The latest order from each date to the end of its label window, of customers with one."""
    orders = tables.orders.filter(~tables.orders.is_return)
    dated = once_per_date(orders, dates)
    closes = dated.as_of + ibis.interval(definition.reach)
    window = dated.filter((dated.ordered_at >= dated.as_of) & (dated.ordered_at < closes))
    latest = window.group_by("customer_id", "as_of").agg(at=window.ordered_at.max())
    found = latest.to_pyarrow()
    customers = found["customer_id"].cast("string").to_pylist()
    keys = zip(customers, found["as_of"].to_pylist(), strict=True)
    return dict(zip(keys, found["at"].to_pylist(), strict=True))


def _silence_at_end(
    definition: Cadence, rows: FeatureRows, keys: Sequence[Key], latest: dict[Key, datetime]
) -> NDArray[np.float64]:
    """Days of silence at the end of the window, less the days after which one is gone."""
    known = rows.column("days_since_last_order")
    silent = [
        (key[1] + definition.reach - latest[key]) // DAY
        if key in latest
        else known[place] + definition.reach.days
        for place, key in enumerate(keys)
    ]
    return np.array(silent, dtype=np.float64) - definition.limit_days(rows)


def _did(tables: "Tables", definition: Event, dates: Sequence[datetime]) -> set[Key]:
    """Customers and dates of whom an event of the kinds lies in the label window."""
    events = tables.rows["events"]
    dated = once_per_date(events.filter(events.kind.isin(definition.kinds)), dates)
    opens = dated.as_of + ibis.interval(timedelta(days=definition.gap_days))
    closes = dated.as_of + ibis.interval(definition.reach)
    window = dated.filter((dated.occurred_at >= opens) & (dated.occurred_at < closes))
    return _keys(window.select("customer_id", "as_of").distinct())


def _lapsed(tables: "Tables", definition: SubscriptionEnd, dates: Sequence[datetime]) -> set[Key]:
    """Customers and dates of whom a subscription ends in the window and none runs a grace later."""
    running = tables.rows["subscriptions"]
    ended = once_per_date(running.filter(running.ended_at.notnull()), dates)
    closes = ended.as_of + ibis.interval(timedelta(days=definition.horizon_days))
    ends = ended.filter((ended.ended_at >= ended.as_of) & (ended.ended_at < closes))
    ends = ends.select(
        "customer_id",
        "as_of",
        judged_at=ends.ended_at + ibis.interval(timedelta(days=definition.grace_days)),
    )
    others = running.select("customer_id", "started_at", "ended_at").view()
    lapsed = ends.anti_join(
        others,
        [
            ends.customer_id == others.customer_id,
            others.started_at <= ends.judged_at,
            others.ended_at.isnull() | (others.ended_at > ends.judged_at),
        ],
    )
    return _keys(lapsed.select("customer_id", "as_of").distinct())


def _keys(rows: "ir.Table") -> set[Key]:
    found = rows.to_pyarrow()
    customers = found["customer_id"].cast("string").to_pylist()
    return set(zip(customers, found["as_of"].to_pylist(), strict=True))
