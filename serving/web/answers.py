"""Put what the scorer and the store say into the form of the answers."""

from datetime import UTC, datetime
from typing import Any

import numpy as np

from features.own.schema import UNKNOWN
from scoring.bundle import Manifest
from scoring.churn_definition import (
    ALREADY_CHURNED,
    ELIGIBLE,
    NEVER_ORDERED,
    NEVER_SUBSCRIBED,
    TOO_NEW,
)
from scoring.reasons import Reason
from scoring.scorer import UNFAMILIAR, Answers, Prediction, Scorer
from serving.errors import StoreError
from serving.records import CustomerRecord, Run, customers_of
from serving.web.schemas import ModelAnswer, ProfileAnswer, ReasonAnswer, Scored, Unscored
from serving.web.segment_answers import segments_of

WHY_UNSCORED = {
    TOO_NEW: "the first order or subscription is too recent to judge",
    NEVER_ORDERED: "no order is known",
    NEVER_SUBSCRIBED: "no subscription is known",
    UNFAMILIAR: "most of what the model goes by lies outside all that it was calibrated on",
}


def predictions_of(
    scorer: Scorer, run: Run, records: list[CustomerRecord], most_reasons: int
) -> list[Scored | Unscored]:
    """Score records from their stored features, in one call to the model.

    Raises:
        StoreError: The run's features are of another catalog than the model's.
    """
    return _predictions(scorer, run, _answers(scorer, run, records), most_reasons)


def profile_of(scorer: Scorer, run: Run, record: CustomerRecord) -> ProfileAnswer:
    """Everything known of one customer.

    Raises:
        StoreError: The run's features are of another catalog than the model's.
    """
    answers = _answers(scorer, run, [record])
    names = scorer.bundle.manifest.feature_names
    known = [None] * len(names) if record.features is None else record.features.tolist()
    return ProfileAnswer(
        customer_id=record.customer_id,
        as_of=run.as_of,
        attributes=record.profile["attributes"],
        events=record.profile["events"],
        treatments=record.profile["treatments"],
        features={
            name: None if value is None or np.isnan(value) else value
            for name, value in zip(names, known, strict=True)
        },
        segments=segments_of(scorer.bundle.parts.segments, answers, 0, run.as_of),
        prediction=_predictions(scorer, run, answers, most_reasons=5)[0],
    )


def _answers(scorer: Scorer, run: Run, records: list[CustomerRecord]) -> Answers:
    if run.catalog_hash != scorer.bundle.manifest.catalog_hash:
        raise StoreError(
            "the current scoring run holds features of another catalog than the served model; "
            "run `retinue score` again"
        )
    # By the model that answers: the run may be of one with another churn definition.
    return scorer.answer(customers_of(records, run.as_of, scorer.bundle.manifest.feature_names))


def _predictions(
    scorer: Scorer, run: Run, answers: Answers, most_reasons: int
) -> list[Scored | Unscored]:
    dated = {"as_of": run.as_of, "data_age_s": _age(run), "model": _model(scorer)}
    scored = iter(scorer.predictions(answers, most_reasons))
    ids = answers.customers.rows.customer_ids
    return [
        _scored(next(scored), dated, scorer.bundle.manifest)
        if status == ELIGIBLE
        else _unscored(scorer, str(customer_id), str(status), dated)
        for customer_id, status in zip(ids, answers.statuses, strict=True)
    ]


def _scored(prediction: Prediction, dated: dict[str, Any], manifest: Manifest) -> Scored:
    return Scored(
        customer_id=prediction.customer_id,
        churn_probability=prediction.churn_probability,
        churn_probability_low=prediction.churn_probability_low,
        churn_probability_high=prediction.churn_probability_high,
        log_odds=prediction.log_odds,
        base_log_odds=prediction.base_log_odds,
        percentile=prediction.percentile,
        risk_tier=prediction.risk_tier,
        segments=dict(prediction.segments),
        remaining_value=prediction.remaining_value,
        remaining_value_low=prediction.remaining_value_low,
        remaining_value_high=prediction.remaining_value_high,
        value_at_risk=prediction.value_at_risk,
        reasons=[_reason(reason) for reason in prediction.reasons],
        other_contributions=prediction.other_contributions,
        missing_inputs=prediction.missing_inputs,
        out_of_range_inputs=prediction.out_of_range_inputs,
        warnings=_warnings(prediction, manifest),
        **dated,
    )


def _reason(reason: Reason) -> ReasonAnswer:
    return ReasonAnswer(
        code=reason.code,
        text=reason.text,
        feature=reason.feature,
        value=reason.value,
        contribution=reason.contribution,
    )


def _warnings(prediction: Prediction, manifest: Manifest) -> list[str]:
    too_few = manifest.trained_on.too_few
    found = [f"a simple rule answers, since {too_few}"] if too_few else []
    if outside := prediction.out_of_range_inputs:
        found.append(f"outside all that the model was calibrated on: {', '.join(outside)}")
    if other := prediction.other_inputs:
        found.append(f"a value of its own was not learned, and counts as other: {', '.join(other)}")
    return [*found, *manifest.caveats]


def _unscored(scorer: Scorer, customer_id: str, status: str, dated: dict[str, Any]) -> Unscored:
    gone = scorer.bundle.manifest.churn_definition.unscored.en
    return Unscored(
        customer_id=customer_id,
        status="already_churned" if status == ALREADY_CHURNED else "insufficient_history",
        explanation=gone if status == ALREADY_CHURNED else WHY_UNSCORED[status],
        **dated,
    )


def _model(scorer: Scorer) -> ModelAnswer:
    manifest = scorer.bundle.manifest
    return ModelAnswer(
        name=manifest.name, version=manifest.bundle_id, trained_at=manifest.created_at
    )


def _age(run: Run) -> float | None:
    if run.data_until == UNKNOWN:
        return None
    return (datetime.now(UTC) - datetime.fromisoformat(run.data_until)).total_seconds()
