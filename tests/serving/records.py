"""Scoring runs written by hand."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from features.catalog import NAMES, catalog_hash
from serving.labels import Batch
from serving.records import SCORED, CustomerRecord, Run
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
    """A scored customer; `reasons` are facts and contributions, largest first."""
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
            "reasons": [{"fact": fact, "contribution": size} for fact, size in reasons],
        },
        churn_probability=probability,
        spend_at_risk=probability * float(np.nan_to_num(spend)),
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
        as_of=AS_OF,
        data_until=LAST_ORDER,
        bundle_id=bundle_id,
        catalog_hash=catalog or catalog_hash(),
    )
