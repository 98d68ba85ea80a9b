"""Facts for people to read beside a score: attributes, events and campaigns known at one moment."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.history import History
    from features.tables import Tables


@dataclass(frozen=True)
class Occurrences:
    """How often something happened before the as-of date, and when last."""

    count: int
    last: datetime


@dataclass(frozen=True)
class Profile:
    """What the tables beside orders say of one customer; nothing here enters a model.

    Attributes:
        attributes: Mapped columns of the customers table, as text; null ones are left out.
        events: Occurrences by kind of event.
        treatments: Occurrences by arm.
    """

    attributes: dict[str, str] = field(default_factory=dict)
    events: dict[str, Occurrences] = field(default_factory=dict)
    treatments: dict[str, Occurrences] = field(default_factory=dict)


def build_profiles(tables: "Tables", history: "History") -> dict[str, Profile]:
    """Profiles by customer id, of customers who stand in any table but orders.

    Args:
        tables: The project's tables, for the customers table.
        history: Of a single as-of date.
    """
    profiles: dict[str, Profile] = defaultdict(Profile)
    if "customers" in tables.others:
        for row in tables.others["customers"].to_pyarrow().to_pylist():
            customer_id = row.pop("customer_id")
            known = {name: _in_text(value) for name, value in row.items() if value is not None}
            profiles[customer_id].attributes.update(known)
    if history.events is not None:
        for customer_id, kind, found in _occurrences(history.events, "kind", "occurred_at"):
            profiles[customer_id].events[kind] = found
    if history.treatments is not None:
        for customer_id, arm, found in _occurrences(history.treatments, "arm", "treated_at"):
            profiles[customer_id].treatments[arm] = found
    return dict(profiles)


def _in_text(value: str | bool | Decimal | datetime) -> str:
    """As a person would write it: a number without zeros at its end, a moment as in ISO 8601."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value).lower() if isinstance(value, bool) else value


def _occurrences(rows: "ir.Table", by: str, moment: str) -> list[tuple[str, str, Occurrences]]:
    rows = rows.filter(rows[by].notnull())
    counted = rows.group_by(["customer_id", by]).agg(count=rows.count(), last=rows[moment].max())
    return [
        (row["customer_id"], row[by], Occurrences(row["count"], row["last"]))
        for row in counted.order_by(["customer_id", by]).to_pyarrow().to_pylist()
    ]
