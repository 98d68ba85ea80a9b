"""Scoring runs written by hand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np

from features.catalog import NAMES, catalog_hash
from features.feature import Words
from scoring.reasons import Reason
from scoring.segments.abc import ABC, LABELS
from scoring.segments.schemes import BY_NAME
from scoring.segments.sizes import Sizes
from scoring.segments.tally import Tally
from serving.at_risk import Query, at_risk
from serving.labels import Batch, SchemeRecord
from serving.records import SCORED, CustomerRecord, Origin, Run
from serving.store import Store

AS_OF = datetime(2024, 6, 1)
LAST_ORDER = datetime(2024, 5, 31, 18)


def scored(
    customer_id: str,
    probability: float = 0.5,
    *,
    tier: str = "high",
    spend: float = 100.0,
    reasons: Sequence[tuple[str, float]] = (),
) -> CustomerRecord:
    """A scored customer; `reasons` are features and contributions, largest first."""
    features = np.full(len(NAMES), np.nan)
    features[NAMES.index("spend_last_91_days")] = spend
    return CustomerRecord(
        customer_id=customer_id,
        status=SCORED,
        features=features,
        profile={"attributes": {}, "events": {}, "treatments": {}},
        prediction={
            "risk_tier": tier,
            "segments": {"cluster": "cluster_1", "risk": tier},
            "reasons": [asdict(Reason("code", name, 2.0, 5.0, size)) for name, size in reasons],
        },
        churn_probability=probability,
        value_at_risk=probability * float(np.nan_to_num(spend)),
        risk_tier=tier,
    )


def unscored(customer_id: str, status: str = "already_churned") -> CustomerRecord:
    """A customer of whom the model says nothing."""
    profile: dict[str, Any] = {"attributes": {}, "events": {}, "treatments": {}}
    return CustomerRecord(customer_id, status, None, profile)


def write(store: Store, *batches: Sequence[CustomerRecord], bundle_id: str = "b1") -> Run:
    """Write a run of these batches."""
    return write_from(store, iter(batches), bundle_id=bundle_id)


def write_from(
    store: Store,
    batches: Iterator[Sequence[CustomerRecord]],
    *,
    bundle_id: str = "b1",
    catalog: str | None = None,
) -> Run:
    """Write a run from an iterator, which may break off."""
    return store.write_run(
        (Batch(records, {}, np.zeros(len(records))) for records in batches),
        Origin(AS_OF, LAST_ORDER, bundle_id, catalog or catalog_hash()),
    )


def abc_record(
    sizes: Mapping[str | None, Sequence[float]], *, version: int = 1, rule: str = "by money"
) -> SchemeRecord:
    """What a run keeps of the abc scheme; `sizes` is each label's money, customer by customer."""
    money = [sizes.get(code, ()) for code in (*(label.code for label in LABELS), None)]
    nobody = np.zeros(len(money), dtype=np.int64)
    tally = Tally(
        customers=np.array([len(some) for some in money]),
        parts=np.array([round(10_000 * sum(some)) for some in money]),
        scored=nobody,
        churn_probability=nobody.astype(np.float64),
        reachable=nobody,
        consent_known=False,
    )
    return SchemeRecord(
        name=ABC.name,
        version=version,
        title=ABC.title,
        unlabelled=ABC.unlabelled,
        rule=Words(rule, rule),
        off=None,
        sizes=Sizes.adding_up(LABELS, tally),
        fitted_as_of="2024-05-01",
    )


def write_abc(
    store: Store,
    people: Mapping[str, tuple[str | None, float]],
    as_of: datetime = AS_OF,
    **kept: Any,
) -> Run:
    """Write a run that holds the abc class and the money of each customer, and nothing else.

    Args:
        store: Where to.
        people: By customer's id.
        as_of: The run's date.
        kept: See `abc_record`.
    """
    sizes: dict[str | None, list[float]] = {}
    for code, money in people.values():
        sizes.setdefault(code, []).append(money)
    batch = Batch(
        [unscored(customer_id) for customer_id in people],
        {ABC.name: np.array([code for code, _ in people.values()], dtype=object)},
        np.array([money for _, money in people.values()], dtype=np.float64),
        [abc_record(sizes, **kept), off_record()],
    )
    return store.write_run(
        [batch],
        Origin(as_of, LAST_ORDER, "b1", catalog_hash()),
    )


def off_record() -> SchemeRecord:
    """What a run keeps of a scheme that is off."""
    why = Words("nothing to tell by", "无从判断")
    scheme = BY_NAME["cluster"]
    return SchemeRecord(
        "cluster", 1, scheme.title, scheme.unlabelled, None, why, None, "2024-05-01"
    )


def ask(store: Store, query: str) -> list[tuple[Any, ...]]:
    """Rows of a query, of whatever is there."""
    with store.database.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def change(store: Store, *statements: str) -> None:
    """Do something to the tables that the store itself would not."""
    with store.database.writing() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def riskiest(store: Store, most: int) -> list[CustomerRecord]:
    """Scored customers of the current run, highest probability first."""
    lines = at_risk(store, Query(most), "EUR").lines
    return store.customers([line.customer_id for line in lines])[1]
