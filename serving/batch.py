"""Score every customer at one as-of date into the store."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from features.build import FeatureRows, build_features
from features.history.before import History
from features.profile import Profile, build_profiles
from scoring.churn_definition import ELIGIBLE, NEVER_ORDERED
from scoring.scorer import Scorer
from serving.records import SCORED, CustomerRecord, Run
from serving.store import Store

if TYPE_CHECKING:
    from features.tables import Tables

BATCH = 10_000


def score_customers(
    tables: "Tables",
    scorer: Scorer,
    store: Store,
    as_of: datetime,
    *,
    advance: Callable[[int, int], None] = lambda _done, _all: None,
) -> Run:
    """Describe and score every known customer; the store shows the run once it is whole.

    Customers who cannot be scored (already churned, too new, never ordered) are stored with
    that status and without a probability.

    Args:
        tables: The project's tables.
        scorer: Of the champion.
        store: Where the run goes.
        as_of: The moment at which customers are described, UTC without a zone.
        advance: Called with customers done and customers in all, for a progress bar.

    Raises:
        AsOfDateError: Nothing is known before that date.
        StoreError: The store cannot be written.
    """
    history = History.before(tables, [as_of])
    rows = build_features(history)
    profiles = build_profiles(history)
    manifest = scorer.bundle.manifest
    return store.write_run(
        _batches(scorer, rows, profiles, advance),
        as_of=as_of,
        data_until=history.data_until.to_pyarrow().as_py(),
        bundle_id=manifest.bundle_id,
        catalog_hash=manifest.catalog_hash,
    )


def _batches(
    scorer: Scorer,
    rows: FeatureRows,
    profiles: dict[str, Profile],
    advance: Callable[[int, int], None],
) -> Iterator[list[CustomerRecord]]:
    without_orders = sorted(set(profiles) - set(rows.customer_ids))
    everyone = len(rows) + len(without_orders)
    for start in range(0, len(rows), BATCH):
        batch = rows.slice(start, start + BATCH)
        yield records_of(scorer, batch, profiles)
        advance(start + len(batch), everyone)
    for start in range(0, len(without_orders), BATCH):
        ids = without_orders[start : start + BATCH]
        yield [_unscored(customer_id, NEVER_ORDERED, None, profiles) for customer_id in ids]
        advance(len(rows) + start + len(ids), everyone)


def records_of(
    scorer: Scorer, rows: FeatureRows, profiles: dict[str, Profile]
) -> list[CustomerRecord]:
    """One record per row, scored where eligible."""
    statuses = scorer.statuses(rows)
    eligible = rows.where(statuses == ELIGIBLE)
    scores = scorer.score(eligible)
    spend = np.nan_to_num(eligible.column("spend_last_91_days"))
    scored = [
        CustomerRecord(
            customer_id=prediction.customer_id,
            status=SCORED,
            features=eligible.values[i],
            profile=_json_values(profiles.get(prediction.customer_id)),
            prediction=asdict(prediction),
            churn_probability=prediction.churn_probability,
            spend_at_risk=prediction.churn_probability * float(spend[i]),
            risk_tier=prediction.risk_tier,
        )
        for i, prediction in enumerate(scorer.predictions(scores))
    ]
    others = np.flatnonzero(statuses != ELIGIBLE)
    return scored + [
        _unscored(str(rows.customer_ids[i]), str(statuses[i]), rows.values[i], profiles)
        for i in others
    ]


def _unscored(
    customer_id: str, status: str, values: Any, profiles: dict[str, Profile]
) -> CustomerRecord:
    return CustomerRecord(customer_id, status, values, _json_values(profiles.get(customer_id)))


def _json_values(profile: Profile | None) -> dict[str, Any]:
    values = asdict(profile or Profile())
    for found in (*values["events"].values(), *values["treatments"].values()):
        found["last"] = found["last"].isoformat() + "Z"
    return values
