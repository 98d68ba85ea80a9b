"""Facts for people to read beside a score: attributes, events and campaigns known at one moment."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.history.before import History


@dataclass(frozen=True)
class Occurrences:
    """How often something happened before the as-of date, and when last."""

    count: int
    last: datetime


@dataclass(frozen=True)
class Profile:
    """What the tables beside orders say of one customer; nothing here enters a model.

    Attributes:
        attributes: Mapped columns of the customers table; null ones are left out.
        events: Occurrences by kind of event.
        treatments: Occurrences by arm.
    """

    attributes: dict[str, str] = field(default_factory=dict)
    events: dict[str, Occurrences] = field(default_factory=dict)
    treatments: dict[str, Occurrences] = field(default_factory=dict)


def build_profiles(history: "History") -> dict[str, Profile]:
    """Profiles by customer id, of customers who stand in any table but orders.

    Args:
        history: Of a single as-of date.
    """
    profiles: dict[str, Profile] = defaultdict(Profile)
    if history.customers is not None:
        for row in _by_id(history.customers.facts).to_pyarrow().to_pylist():
            customer_id = row.pop("customer_id")
            known = {name: _in_words(value) for name, value in row.items() if value is not None}
            profiles[customer_id].attributes.update(known)
    if history.events is not None:
        for customer_id, kind, found in _occurrences(history.events.table, "kind", "occurred_at"):
            profiles[customer_id].events[kind] = found
    if history.treatments is not None:
        for customer_id, arm, found in _occurrences(history.treatments, "arm", "treated_at"):
            profiles[customer_id].treatments[arm] = found
    return dict(profiles)


def attributes_of(history: "History") -> tuple[str, ...]:
    """Names of the attributes that profiles may hold: what the project maps, null or not."""
    if history.customers is None:
        return ()
    return tuple(name for name in history.customers.facts.columns if name != "customer_id")


def _occurrences(rows: "ir.Table", by: str, moment: str) -> list[tuple[str, str, Occurrences]]:
    rows = _by_id(rows.filter(rows[by].notnull()))
    counted = rows.group_by(["customer_id", by]).agg(count=rows.count(), last=rows[moment].max())
    return [
        (row["customer_id"], row[by], Occurrences(row["count"], row["last"]))
        for row in counted.order_by(["customer_id", by]).to_pyarrow().to_pylist()
    ]


def _by_id(rows: "ir.Table") -> "ir.Table":
    return rows.mutate(customer_id=rows.customer_id.cast("string"))


def _in_words(value: str | bool | Decimal | datetime) -> str:
    if isinstance(value, datetime):
        return value.isoformat() + "Z"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value
