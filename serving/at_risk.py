"""The at-risk list: who to talk to first, why, and what is at stake."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from features.catalog import NAMES, catalog_hash
from features.export import export, export_ending
from features.feature import Language
from scoring.segments.risk import Tier
from serving.errors import StoreError
from serving.records import CustomerRecord, Run, reason_of
from serving.segments import label_names
from serving.store import Store

Sort = Literal["churn_probability", "value_at_risk"]
REASONS_PER_CUSTOMER = 3


@dataclass(frozen=True)
class AtRisk:
    """One line of the list.

    Attributes:
        customer_id: The customer.
        churn_probability: In [0, 1].
        risk_tier: critical, high, medium or low.
        cluster: The behaviour cluster's name, empty where there is none.
        spend_last_91_days: Money, in the project's currency; None of features without orders.
        value_at_risk: churn_probability times remaining value; None where that is not known.
        reasons: Up to three facts, each associated with higher risk, strongest first, out of the
            customer's five largest contributions; none where all of these lower it.
    """

    customer_id: str
    churn_probability: float
    risk_tier: str
    cluster: str
    spend_last_91_days: float | None
    value_at_risk: float | None
    reasons: list[str]


@dataclass(frozen=True)
class Query:
    """What to list.

    Attributes:
        most: How many at the most.
        tier: Only of this risk tier.
        sort: By churn_probability or by value_at_risk, highest first.
        language: Of reasons and clusters.
    """

    most: int
    tier: Tier | None = None
    sort: Sort = "churn_probability"
    language: Language = "en"


def at_risk(store: Store, query: Query, currency: str) -> tuple[Run, list[AtRisk]]:
    """The current run's customers who answer the query, with reasons.

    Args:
        store: Where the run is.
        query: Which customers, and in which language.
        currency: Code of the currency that money is in.

    Raises:
        StoreError: There is no run yet.
    """
    run, records = store.riskiest(query.most, tier=query.tier, by=query.sort)
    clusters = label_names(store, run, "cluster")
    names = {code: name.said(query.language) for code, name in clusters.items()}
    lines = [_line(record, names, query.language, currency) for record in records]
    if run.catalog_hash != catalog_hash():  # features of another kind: who knows what was spent
        lines = [replace(line, spend_last_91_days=None) for line in lines]
    return run, lines


def write_at_risk(lines: Iterable[AtRisk], path: Path) -> int:
    """Write lines as CSV (safe to open in a spreadsheet) or Parquet, by the path's ending.

    Returns:
        How many were written.

    Raises:
        ExportError: The ending is neither, or the file cannot be written.
    """
    # Only exports need Arrow.
    import pyarrow as pa

    export_ending(path)
    rows = [_exported(line) for line in lines]
    export(pa.Table.from_pylist(rows, schema=_schema(pa)), path)
    return len(rows)


def _line(
    record: CustomerRecord, clusters: Mapping[str, str], language: Language, currency: str
) -> AtRisk:
    prediction: Mapping[str, Any] = record.prediction or {}
    if record.features is None or record.churn_probability is None:
        raise StoreError("a scored customer without a score; run `retinue score` again")
    spend = _spend(record.features)
    reasons = (reason_of(stored) for stored in prediction["reasons"])
    raising = [reason.fact(language, currency) for reason in reasons if reason.contribution > 0]
    return AtRisk(
        customer_id=record.customer_id,
        churn_probability=record.churn_probability,
        risk_tier=prediction["risk_tier"],
        cluster=clusters.get(prediction["segments"].get("cluster") or "", ""),
        spend_last_91_days=spend,
        value_at_risk=record.value_at_risk,
        reasons=raising[:REASONS_PER_CUSTOMER],
    )


def _spend(features: NDArray[np.float64]) -> float | None:
    if len(features) != len(NAMES):
        return None
    return float(np.nan_to_num(features[NAMES.index("spend_last_91_days")]))


def _exported(line: AtRisk) -> dict[str, Any]:
    reasons = dict.fromkeys((f"reason_{i + 1}" for i in range(REASONS_PER_CUSTOMER)), "")
    reasons |= {f"reason_{i + 1}": text for i, text in enumerate(line.reasons)}
    return {
        "customer_id": line.customer_id,
        "churn_probability": line.churn_probability,
        "risk_tier": line.risk_tier,
        "cluster": line.cluster,
        "spend_last_91_days": _cents(line.spend_last_91_days),
        "value_at_risk": _cents(line.value_at_risk),
        **reasons,
    }


def _cents(money: float | None) -> float | None:
    return None if money is None else round(money, 2)


def _schema(pa: Any) -> Any:
    money = [("spend_last_91_days", pa.float64()), ("value_at_risk", pa.float64())]
    reasons = [(f"reason_{i + 1}", pa.string()) for i in range(REASONS_PER_CUSTOMER)]
    return pa.schema(
        [
            ("customer_id", pa.string()),
            ("churn_probability", pa.float64()),
            ("risk_tier", pa.string()),
            ("cluster", pa.string()),
            *money,
            *reasons,
        ]
    )
