"""What a churn definition asks beside features is kept with a run, so that answers know it."""

import numpy as np

from features.asked import asked_column
from features.catalog import NAMES
from scoring.churn_definition import Event
from serving.records import CustomerRecord, customers_of

STAYS_AWAY = Event(("login",), "did_not", horizon_days=28, recent_days=30)


def record(customer_id: str, since: float | None) -> CustomerRecord:
    features = np.full(len(NAMES), np.nan)
    features[NAMES.index("days_since_first_order")] = 100
    traits = {"country": "NL", asked_column(("login",)): since}
    return CustomerRecord(customer_id, "scored", features, {}, traits)


def test_statuses_follow_from_what_a_run_kept() -> None:
    customers = customers_of(
        [record("a", 29), record("b", 30), record("c", None)], "2024-06-01Z", NAMES
    )

    statuses = STAYS_AWAY.statuses(customers.rows).tolist()

    assert statuses == ["eligible", "already_churned", "never_did"]
    assert set(customers.traits) == {"country"}


def test_where_nobody_ever_did_nobody_is_eligible() -> None:
    rows = customers_of([record("a", None)], "2024-06-01Z", NAMES).rows
    assert STAYS_AWAY.statuses(rows).tolist() == ["never_did"]
