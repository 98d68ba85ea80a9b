"""`/v1/predict`: churn probability and reasons of customers, by id or by rows sent."""

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import fastapi
import pyarrow.compute as pc
from fastapi import FastAPI, Response

from features.contract import SPINE
from features.feature import Language, Words
from features.own.schema import UNKNOWN
from serving.access.scopes import Scope
from serving.errors import PayloadError
from serving.said import said_by_model
from serving.web.access import needs
from serving.web.answers import Asked, Dated, predictions_of, told
from serving.web.predict_schemas import PredictRequest
from serving.web.problems import problems
from serving.web.raw_rows import CustomerRows, moments_of, tables_of
from serving.web.representations import as_json
from serving.web.schemas import PredictAnswer

if TYPE_CHECKING:
    from serving.web.app import Parts

Lang = Annotated[Language, fastapi.Query(description="Of reasons and explanations.")]
UNMAPPED = Words("left aside, as the project does not map them: ", "以下列未在项目中映射，已忽略：")
LATER = Words(
    "rows that happened at as_of or later were not counted: ",
    "发生在 as_of 当时或之后、未计入的行数：",
)


def add_predict(app: FastAPI, parts: "Parts") -> None:
    """Declare the route."""

    @app.post(
        "/v1/predict",
        tags=["answers"],
        response_model=PredictAnswer,
        summary="Churn probability and reasons of customers, by id or by their rows",
        description="By id the answer is made of what the current scoring run knows. By rows the "
        "same features are computed of what is sent: a customer with the same rows as of the same "
        "moment gets the same answer.",
        responses=problems(404, 422, 503),
    )
    @needs(Scope.PREDICT)
    def predict(asked: PredictRequest, lang: Lang = "en") -> Response:
        how = Asked(asked.reasons, lang)
        if asked.customers is None:
            run, records = parts.store.customers(asked.customer_ids or [])
            found = predictions_of(parts.model.scorer, run, records, how)
        else:
            found = _by_rows(parts, asked.customers, asked.as_of, how)
        return predicted(parts, found)


def predicted(parts: "Parts", found: list[dict[str, Any]]) -> Response:
    """Predictions as the answer to a question, counted."""
    for status, count in Counter(one["status"] for one in found).items():
        parts.metrics.predictions.labels(status).inc(count)
    return as_json({"predictions": found})


def _by_rows(
    parts: "Parts", customers: list[CustomerRows], moment: datetime | None, asked: Asked
) -> list[dict[str, Any]]:
    """Described and scored by what was sent.

    Raises:
        PayloadError: The model's features are not made of such rows.
    """
    scorer, online = parts.model.scorer, parts.online
    if online is None or scorer.bundle.parts.own is not None:
        raise PayloadError(
            "this model's features are of the project's own and not made of rows; ask by "
            "customer_ids, or send features to /invocations"
        )
    as_of = moment or datetime.now(UTC).replace(tzinfo=None)
    tables, ignored = tables_of(customers, online.settings.columns)
    moments = moments_of(tables)
    later = sum(pc.sum(pc.greater_equal(one, as_of)).as_py() or 0 for one in moments.values())
    known = [
        pc.max(one.filter(pc.less(one, as_of))) for name, one in moments.items() if name in SPINE
    ]
    until = max((one.as_py() for one in known if one.is_valid), default=None)
    dated = Dated(_iso(as_of), UNKNOWN if until is None else _iso(until))
    language = asked.language
    remarks = [
        *([f"{UNMAPPED.said(language)}{', '.join(ignored)}"] if ignored else []),
        *([f"{LATER.said(language)}{later}"] if later else []),
    ]
    ids = [one.customer_id for one in customers]
    answers = scorer.answer(online.customers(scorer, tables, ids, as_of))
    said = said_by_model(scorer, answers, asked.most_reasons)
    return told(scorer, dated, said, language, remarks)


def _iso(moment: datetime) -> str:
    return moment.isoformat() + "Z"
