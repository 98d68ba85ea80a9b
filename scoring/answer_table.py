"""Answers as a table: one row per customer, whoever computes it and wherever."""

from typing import Any

import numpy as np
import pyarrow as pa

from features.feature import Language
from scoring.churn_definition import ELIGIBLE
from scoring.scorer import Prediction, Scorer
from scoring.segments.customers import Customers
from scoring.segments.schemes import SCHEMES

SCORED = "scored"
TEXTS = ("customer_id", "status", "risk_tier", "bundle_id")
NUMBERS = (
    "churn_probability",
    "churn_probability_low",
    "churn_probability_high",
    "log_odds",
    "base_log_odds",
    "other_contributions",
    "remaining_value",
    "remaining_value_low",
    "remaining_value_high",
    "value_at_risk",
)
REASON = pa.struct([("code", pa.string()), ("text", pa.string()), ("contribution", pa.float64())])
SCHEMA = pa.schema(
    [
        ("customer_id", pa.string()),
        ("as_of", pa.timestamp("us", tz="UTC")),
        ("status", pa.string()),
        *((name, pa.float64()) for name in NUMBERS),
        ("percentile", pa.int32()),
        ("risk_tier", pa.string()),
        *((f"segment_{scheme.name}", pa.string()) for scheme in SCHEMES),
        ("reasons", pa.list_(REASON)),
        ("bundle_id", pa.string()),
    ]
)


def answer_table(
    scorer: Scorer, customers: Customers, language: Language = "en", most_reasons: int = 5
) -> pa.Table:
    """What is said of customers, in their order, with the columns of SCHEMA.

    `status` is `scored`, or why there is no score: then numbers, tier and reasons are null, and
    classes are told all the same. `base_log_odds`, the reasons' contributions and
    `other_contributions` add up to `log_odds`.

    Args:
        scorer: Of the bundle.
        customers: Anyone.
        language: Of reasons.
        most_reasons: Per customer.
    """
    answers = scorer.answer(customers)
    eligible = answers.statuses == ELIGIBLE
    predictions = scorer.predictions(answers, most_reasons)  # of the eligible, in order
    currency = scorer.bundle.manifest.currency
    places = np.cumsum(eligible) - 1
    said = [
        predictions[place] if one else None for place, one in zip(places, eligible, strict=True)
    ]
    columns: dict[str, Any] = {
        "customer_id": [str(one) for one in customers.rows.customer_ids],
        "as_of": customers.rows.as_of,
        "status": np.where(eligible, SCORED, answers.statuses).tolist(),
        "reasons": [_reasons(one, language, currency) for one in said],
        "bundle_id": [scorer.bundle.manifest.bundle_id] * len(customers),
    }
    for name in (*NUMBERS, "percentile", "risk_tier"):
        columns[name] = [None if one is None else getattr(one, name) for one in said]
    for scheme in SCHEMES:
        codes = answers.codes.get(scheme.name)
        nothing = [None] * len(customers)
        columns[f"segment_{scheme.name}"] = nothing if codes is None else codes.tolist()
    return pa.table([pa.array(columns[field.name], field.type) for field in SCHEMA], SCHEMA)


def _reasons(
    said: Prediction | None, language: Language, currency: str
) -> list[dict[str, object]] | None:
    if said is None:
        return None
    return [
        {
            "code": reason.code,
            "text": reason.text(language, currency),
            "contribution": reason.contribution,
        }
        for reason in said.reasons
    ]
