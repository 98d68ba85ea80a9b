"""Put what the scorer and the store say into the form of the answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isnan
from typing import Any

from features.feature import Language, Words
from features.own.schema import UNKNOWN
from scoring.churn_definition import (
    ALREADY_CHURNED,
    NEVER_DID,
    NEVER_ORDERED,
    NEVER_SUBSCRIBED,
    TOO_NEW,
)
from scoring.reasons import Reason
from scoring.scorer import UNFAMILIAR, Prediction, Scorer
from serving.records import STORED_REASONS, CustomerRecord, Run
from serving.said import (
    Left,
    Said,
    Stored,
    answers_of,
    described,
    said_by_model,
    said_by_run,
)
from serving.web.schemas import ModelAnswer
from serving.web.segment_answers import segments_of

WHY_UNSCORED = {
    TOO_NEW: Words(
        "the first order or subscription is too recent to judge",
        "首次下单或订阅距今太近，尚无法判断",
    ),
    NEVER_ORDERED: Words("no order is known", "没有已知的订单"),
    NEVER_DID: Words(
        "no event of the kind that churn is about is known", "没有已知的与流失定义相关的行为"
    ),
    NEVER_SUBSCRIBED: Words("no subscription is known", "没有已知的订阅"),
    UNFAMILIAR: Words(
        "most of what the model goes by lies outside all that it was calibrated on",
        "模型主要依据的信息超出其校准时见过的范围",
    ),
}
OTHER = Words(
    "values that the model has no category for, counted as other: ",
    "模型没有对应类别、按其他取值处理的列：",
)
OUTSIDE = Words("outside all that the model was calibrated on: ", "超出模型校准时见过的范围：")
AHEAD = Words(
    "how old the data are is not known: their last moment lies ahead of this server's clock",
    "数据时效未知：数据的最后时刻晚于本服务器的时钟",
)


@dataclass(frozen=True)
class Asked:
    """How a prediction is to be told.

    Attributes:
        most_reasons: How many reasons at the most.
        language: Of reasons and explanations.
    """

    most_reasons: int
    language: Language


@dataclass(frozen=True)
class Dated:
    """Of which moment answers are.

    Attributes:
        as_of: ISO 8601, UTC; or `unknown`.
        data_until: Moment of the last order known; likewise.
    """

    as_of: str
    data_until: str


def predictions_of(
    scorer: Scorer, run: Run, records: list[CustomerRecord], asked: Asked
) -> list[dict[str, Any]]:
    """What is said of customers, as JSON values of `Scored` or `Unscored`.

    Read off the run where the very model that answers made it, else scored from the stored
    features, in one call to the model.

    Raises:
        StoreError: The run's features are of another catalog than the model's.
    """
    read = read_off(scorer, run, records, asked)
    if read is not None:
        return read
    said = said_by_model(scorer, answers_of(scorer, run, records), asked.most_reasons)
    return told(scorer, _dated(run), said, asked.language)


def read_off(
    scorer: Scorer, run: Run, records: Sequence[Stored], asked: Asked
) -> list[dict[str, Any]] | None:
    """What the run holds; None where another model made it, or it does not hold all of it."""
    said = said_by_run(scorer, run, records, asked.most_reasons)
    return None if said is None else told(scorer, _dated(run), said, asked.language)


def profile_of(
    scorer: Scorer, run: Run, record: CustomerRecord, language: Language
) -> dict[str, Any]:
    """Everything known of one customer, as JSON values of `ProfileAnswer`.

    The prediction is in that language, segments are in both.

    Raises:
        StoreError: The run's features are of another catalog than the model's.
    """
    said = said_by_run(scorer, run, [record], STORED_REASONS)
    if said is not None and isinstance(said[0], Prediction):
        labels = scorer.labels(described(scorer, run, [record]), said[0])
    else:
        answers = answers_of(scorer, run, [record])
        labels = answers.labels
        said = said or said_by_model(scorer, answers, STORED_REASONS)
    names = scorer.bundle.manifest.feature_names
    known = [None] * len(names) if record.features is None else record.features.tolist()
    return {
        "customer_id": record.customer_id,
        "as_of": run.as_of,
        "attributes": record.profile["attributes"],
        "events": record.profile["events"],
        "treatments": record.profile["treatments"],
        "features": {
            name: None if value is None or isnan(value) else value
            for name, value in zip(names, known, strict=True)
        },
        "segments": segments_of(scorer.bundle.parts.segments, labels, run.as_of),
        "prediction": told(scorer, _dated(run), said, language)[0],
    }


def told(
    scorer: Scorer,
    dated: Dated,
    said: Sequence[Said],
    language: Language,
    remarks: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """What was said of customers, as JSON values of `Scored` or `Unscored`.

    Args:
        scorer: Who said it.
        dated: Of which moment.
        said: In the order to tell it.
        language: Of reasons and explanations.
        remarks: To be told among the warnings of each.
    """
    manifest, age_s = scorer.bundle.manifest, _age(dated.data_until)
    if age_s is not None and age_s < 0:
        age_s, remarks = None, [*remarks, AHEAD.said(language)]
    common = {
        "model": model_answer(scorer).model_dump(),
        "as_of": dated.as_of,
        "data_age_s": age_s,
    }
    always = [*remarks, *(one.said(language) for one in _always(scorer))]
    gone = {**common, "warnings": [*remarks]}
    return [
        _unscored(one, manifest.churn_definition.unscored, gone, language)
        if isinstance(one, Left)
        else _scored(one, common, manifest.currency, language, always)
        for one in said
    ]


def _dated(run: Run) -> Dated:
    return Dated(run.as_of, run.data_until)


def _scored(
    prediction: Prediction,
    dated: dict[str, Any],
    currency: str,
    language: Language,
    always: list[str],
) -> dict[str, Any]:
    return {
        "customer_id": prediction.customer_id,
        "status": "scored",
        "churn_probability": prediction.churn_probability,
        "churn_probability_low": prediction.churn_probability_low,
        "churn_probability_high": prediction.churn_probability_high,
        "log_odds": prediction.log_odds,
        "base_log_odds": prediction.base_log_odds,
        "percentile": prediction.percentile,
        "risk_tier": prediction.risk_tier,
        "segments": prediction.segments,
        "remaining_value": prediction.remaining_value,
        "remaining_value_low": prediction.remaining_value_low,
        "remaining_value_high": prediction.remaining_value_high,
        "value_at_risk": prediction.value_at_risk,
        "reasons": [_reason(reason, currency, language) for reason in prediction.reasons],
        "other_contributions": prediction.other_contributions,
        **dated,
        "missing_inputs": prediction.missing_inputs,
        "out_of_range_inputs": prediction.out_of_range_inputs,
        "warnings": _warnings(prediction, language, always),
    }


def _reason(reason: Reason, currency: str, language: Language) -> dict[str, Any]:
    return {
        "code": reason.code,
        "text": reason.text(language, currency),
        "feature": reason.feature,
        "value": reason.value,
        "typical": reason.typical,
        "contribution": reason.contribution,
    }


def _warnings(prediction: Prediction, language: Language, always: list[str]) -> list[str]:
    found = [*always]
    comma = "、" if language == "zh" else ", "
    if outside := prediction.out_of_range_inputs:
        found.append(f"{OUTSIDE.said(language)}{comma.join(outside)}")
    if other := prediction.other_inputs:
        found.append(f"{OTHER.said(language)}{comma.join(other)}")
    return found


def caveats_of(scorer: Scorer, language: Language) -> list[str]:
    """What the model cannot promise of anybody."""
    own = scorer.bundle.parts.own
    return [one.said(language) for one in own.caveats] if own else []


def _always(scorer: Scorer) -> list[Words]:
    """What is to be said with every answer of this model."""
    own, too_few = scorer.bundle.parts.own, scorer.bundle.manifest.trained_on.too_few
    rule = Words(f"a simple rule answers, since {too_few}", "可供训练的客户太少，由简单规则作答")
    return [*([rule] if too_few else []), *(own.caveats if own else ())]


def _unscored(left: Left, gone: Words, dated: dict[str, Any], language: Language) -> dict[str, Any]:
    churned = left.status == ALREADY_CHURNED
    return {
        "customer_id": left.customer_id,
        "status": "already_churned" if churned else "insufficient_history",
        "explanation": (gone if churned else WHY_UNSCORED[left.status]).said(language),
        **dated,
    }


def model_answer(scorer: Scorer) -> ModelAnswer:
    """The model by name, bundle and birth."""
    manifest = scorer.bundle.manifest
    return ModelAnswer(
        name=manifest.name, version=manifest.bundle_id, trained_at=manifest.created_at
    )


def _age(data_until: str) -> float | None:
    if data_until == UNKNOWN:
        return None
    return (datetime.now(UTC) - datetime.fromisoformat(data_until)).total_seconds()
