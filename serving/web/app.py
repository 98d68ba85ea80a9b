"""The HTTP application, version 1."""

from collections import Counter
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Annotated, Any

import fastapi
import orjson
from fastapi import FastAPI, Response
from fastapi_offline import FastAPIOffline

from features.feature import Language
from serving.access.gate import Gate
from serving.access.scopes import Scope
from serving.limits import Limits
from serving.served_model import ServedModel
from serving.store import Store
from serving.web.access import Gatekeeper, check_declared, describe_access, guard, needs
from serving.web.answers import Asked, predictions_of, profile_of
from serving.web.at_risk_routes import add_at_risk
from serving.web.invocations import add_invocations
from serving.web.lifetime import lifetime
from serving.web.limits import Bodies, Places
from serving.web.metrics import Metrics
from serving.web.operation import add_operation
from serving.web.problems import add_problem_handlers, describe_problems, problems
from serving.web.requests import Requests
from serving.web.schemas import (
    PredictAnswer,
    PredictRequest,
    ProfileAnswer,
)
from serving.web.segment_routes import add_segments

DESCRIPTION = """Who is leaving, why, and how much they spent: churn probabilities, segments and
reasons from one bundle. Reasons are SHAP contributions on the served log-odds, added up over
features that say much the same; they are associations, not causes."""

Lang = Annotated[Language, fastapi.Query(description="Of reasons and explanations.")]


@dataclass(frozen=True)
class Parts:
    """What the application answers from, and whom.

    Attributes:
        model: Whose scorer answers; a request takes it once.
        store: With the current scoring run.
        limits: Of what requests may cost.
        metrics: Where it is counted.
        log: Where each request leaves a line; None for none.
        gate: Asks for keys; None asks nobody, as in tests of what is answered.
    """

    model: ServedModel
    store: Store
    limits: Limits = field(default_factory=Limits)
    metrics: Metrics = field(default_factory=Metrics)
    log: Any = None
    gate: Gate | None = None


def create_app(parts: Parts, *, documented: bool = True) -> FastAPI:
    """The application over loaded parts; it opens nothing by itself.

    Args:
        parts: What it answers from.
        documented: Serve its specification and documentation, to anyone.

    Raises:
        UndeclaredRouteError: A route does not say who may ask it.
    """
    app = _app(parts, documented=documented)
    guard(app, parts.gate)
    add_problem_handlers(app)
    # Routes are looked through in this order: what is asked most comes first.
    _add_answers(app, parts)
    add_operation(app, parts)
    add_at_risk(app, parts)
    add_segments(app, parts)
    add_invocations(app, parts)
    check_declared(app)
    describe_problems(app)
    describe_access(app)
    # The last is the outermost.
    app.add_middleware(Places, limits=parts.limits, refused=parts.metrics.refuse)
    app.add_middleware(Bodies, limits=parts.limits)
    app.add_middleware(Gatekeeper, guarded=app, gate=parts.gate)
    app.add_middleware(Requests, metrics=parts.metrics, log=parts.log)
    return app


def _app(parts: Parts, *, documented: bool) -> FastAPI:
    about: dict[str, Any] = {
        "title": "Retinue",
        "version": version("retinue"),
        "description": DESCRIPTION,
        "lifespan": lifetime(parts),
    }
    if not documented:
        return FastAPI(openapi_url=None, **about)
    return FastAPIOffline(redoc_url=None, **about)  # ReDoc loads a picture from elsewhere


def _add_answers(app: FastAPI, parts: Parts) -> None:
    @app.post(
        "/v1/predict",
        tags=["answers"],
        summary="Churn probability and reasons of customers, by id",
        response_model=PredictAnswer,
        responses=problems(404, 422, 503),
    )
    @needs(Scope.PREDICT)
    def predict(asked: PredictRequest, lang: Lang = "en") -> Response:
        run, records = parts.store.customers(asked.customer_ids)
        scorer = parts.model.scorer
        told = predictions_of(scorer, run, records, Asked(asked.reasons, lang))
        for status, count in Counter(one["status"] for one in told).items():
            parts.metrics.predictions.labels(status).inc(count)
        return as_json({"predictions": told})

    @app.get(
        "/v1/customers/{customer_id}",
        tags=["answers"],
        summary="A customer's facts, features, segments and prediction",
        response_model=ProfileAnswer,
        responses=problems(404, 422, 503),
    )
    @needs(Scope.PROFILES)
    def customer(customer_id: str, lang: Lang = "en") -> Response:
        run, record = parts.store.customer(customer_id)
        return as_json(profile_of(parts.model.scorer, run, record, lang))


def as_json(values: dict[str, Any]) -> Response:
    """JSON values as they are: a model of them would only be taken apart again."""
    return Response(orjson.dumps(values), media_type="application/json")
