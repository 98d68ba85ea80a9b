"""The HTTP application, version 1."""

from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI, Response
from fastapi_offline import FastAPIOffline

from serving.access.gate import Gate
from serving.access.scopes import Scope
from serving.limits import Limits
from serving.online import OnlineCustomers
from serving.served_model import ServedModel
from serving.store import Store
from serving.web.access import Gatekeeper, check_declared, describe_access, guard, needs
from serving.web.answers import profile_of
from serving.web.at_once import AtOnce
from serving.web.at_risk_routes import add_at_risk
from serving.web.erasure_routes import add_erasures
from serving.web.headers import SafeHeaders
from serving.web.invocations import add_invocations
from serving.web.lifetime import lifetime
from serving.web.limits import Bodies, Places
from serving.web.metrics import Metrics
from serving.web.operation import add_operation
from serving.web.predict_routes import Lang, add_predict
from serving.web.problems import add_problem_handlers, describe_problems, problems
from serving.web.representations import as_json
from serving.web.requests import Requests
from serving.web.schemas import ProfileAnswer
from serving.web.segment_routes import add_segments
from serving.web.specified_examples import describe_examples

DESCRIPTION = """Who is leaving, why, and how much they spent: churn probabilities, segments and
reasons from one bundle. Reasons are SHAP contributions on the served log-odds, added up over
features that say much the same; they are associations, not causes."""


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
        online: Describes customers by rows that are sent; None where the project has no tables.
    """

    model: ServedModel
    store: Store
    limits: Limits = field(default_factory=Limits)
    metrics: Metrics = field(default_factory=Metrics)
    log: Any = None
    gate: Gate | None = None
    online: OnlineCustomers | None = None


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
    add_predict(app, parts)
    _add_profiles(app, parts)
    add_operation(app, parts)
    add_at_risk(app, parts)
    add_segments(app, parts)
    add_erasures(app, parts)
    add_invocations(app, parts)
    check_declared(app)
    describe_problems(app)
    describe_access(app)
    describe_examples(app)
    # The last is the outermost.
    app.add_middleware(Places, limits=parts.limits, refused=parts.metrics.refuse)
    app.add_middleware(AtOnce, parts=parts)
    app.add_middleware(Bodies, limits=parts.limits)
    app.add_middleware(Gatekeeper, guarded=app, gate=parts.gate)
    app.add_middleware(SafeHeaders)
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


def _add_profiles(app: FastAPI, parts: Parts) -> None:
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
