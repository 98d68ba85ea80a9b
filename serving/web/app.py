"""The HTTP application, version 1."""

from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Annotated

import fastapi
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from fastapi_offline import FastAPIOffline

from features.feature import Language
from scoring.scorer import Scorer
from scoring.segments.risk import Tier
from serving.at_risk import Query, Sort, at_risk
from serving.errors import StoreError
from serving.store import Store
from serving.web.answers import Asked, caveats_of, predictions_of, profile_of
from serving.web.problems import add_problem_handlers, describe_problems, problems
from serving.web.schemas import (
    AtRiskAnswer,
    AtRiskLine,
    Health,
    PredictAnswer,
    PredictRequest,
    ProfileAnswer,
    Readiness,
)
from serving.web.segment_routes import add_segments

DESCRIPTION = """Who is leaving, why, and how much they spent: churn probabilities, segments and
reasons from one bundle. Reasons are SHAP contributions on the served log-odds, added up over
features that say much the same; they are associations, not causes."""

Lang = Annotated[Language, fastapi.Query(description="Of reasons and explanations.")]


@dataclass(frozen=True)
class Parts:
    """What the application answers from."""

    scorer: Scorer
    store: Store


def create_app(parts: Parts) -> FastAPI:
    """The application over loaded parts; it opens nothing by itself."""
    app = FastAPIOffline(
        title="Retinue",
        version=version("retinue"),
        description=DESCRIPTION,
        redoc_url=None,  # its page loads a picture from elsewhere
    )
    add_problem_handlers(app)
    _add_operation(app, parts)
    _add_answers(app, parts)
    add_segments(app, parts)
    describe_problems(app)
    return app


def _add_operation(app: FastAPI, parts: Parts) -> None:
    @app.get("/healthz", tags=["operation"], summary="Is the process alive?")
    async def healthz() -> Health:  # no I/O, so it needs no thread and never waits for one
        return Health()

    @app.get(
        "/readyz",
        tags=["operation"],
        summary="Can it answer?",
        responses={
            200: {"model": Readiness, "description": "Ready"},
            503: {"model": Readiness, "description": "Not ready, with the reason"},
        },
    )
    def readyz() -> JSONResponse:
        checks = {"bundle": "ok", "store": "ok", "catalog": "ok"}
        try:
            run = parts.store.current_run()
            if run.catalog_hash != parts.scorer.bundle.manifest.catalog_hash:
                checks["catalog"] = "the run's features are of another catalog; `retinue score`"
        except StoreError as error:
            checks |= {"store": str(error), "catalog": "unknown without a run"}
        ready = set(checks.values()) == {"ok"}
        body = Readiness(status="ready" if ready else "not ready", checks=checks)
        return JSONResponse(body.model_dump(), status_code=200 if ready else 503)


def _add_answers(app: FastAPI, parts: Parts) -> None:
    @app.post(
        "/v1/predict",
        tags=["answers"],
        summary="Churn probability and reasons of customers, by id",
        responses=problems(404, 422, 503),
    )
    def predict(asked: PredictRequest, lang: Lang = "en") -> PredictAnswer:
        run, records = parts.store.customers(asked.customer_ids)
        told = predictions_of(parts.scorer, run, records, Asked(asked.reasons, lang))
        return PredictAnswer(predictions=told)

    @app.get(
        "/v1/customers/{customer_id}",
        tags=["answers"],
        summary="A customer's facts, features, segments and prediction",
        responses=problems(404, 422, 503),
    )
    def customer(customer_id: str, lang: Lang = "en") -> ProfileAnswer:
        run, record = parts.store.customer(customer_id)
        return profile_of(parts.scorer, run, record, lang)

    @app.get(
        "/v1/at-risk",
        tags=["answers"],
        summary="The riskiest customers",
        responses=problems(422, 503),
    )
    def list_at_risk(
        limit: Annotated[int, fastapi.Query(ge=1, le=1000)] = 50,
        tier: Tier | None = None,
        sort: Sort = "churn_probability",
        lang: Lang = "en",
    ) -> AtRiskAnswer:
        currency = parts.scorer.bundle.manifest.currency
        run, lines = at_risk(parts.store, Query(limit, tier, sort, lang), currency)
        return AtRiskAnswer(
            as_of=run.as_of,
            model_version=run.bundle_id,
            currency=currency,
            customers=[AtRiskLine(**asdict(line)) for line in lines],
            warnings=caveats_of(parts.scorer, lang),
        )
