"""Routes for those who keep the server running: alive, ready, which version, how busy."""

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST

from serving.access.scopes import Scope
from serving.errors import StoreError
from serving.web.access import needs, public
from serving.web.answers import model_answer
from serving.web.problem_kinds import page
from serving.web.schemas import Health, Readiness, VersionAnswer

if TYPE_CHECKING:
    from serving.web.app import Parts

OK = "ok"
DRAINING = "the server was told to stop; ask another"


def add_operation(app: FastAPI, parts: "Parts") -> None:
    """Declare the routes."""
    _add_health(app, parts)
    _add_facts(app, parts)


def _add_health(app: FastAPI, parts: "Parts") -> None:
    @app.get("/healthz", tags=["operation"], summary="Is the process alive?")
    @public
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
    @public
    def readyz(request: Request) -> JSONResponse:
        checks = {"bundle": OK, "store": OK, "catalog": OK, "draining": OK}
        if getattr(request.app.state, "draining", False):
            checks["draining"] = DRAINING
        try:
            run = parts.store.current_run()
            if run.catalog_hash != parts.model.scorer.bundle.manifest.catalog_hash:
                checks["catalog"] = "the run's features are of another catalog; `retinue score`"
        except StoreError as error:
            checks |= {"store": str(error), "catalog": "unknown without a run"}
        ready = set(checks.values()) == {OK}
        body = Readiness(
            status="ready" if ready else "not ready",
            checks=checks,
            remarks=[parts.model.remark] if parts.model.remark else [],
        )
        return JSONResponse(body.model_dump(), status_code=200 if ready else 503)


def _add_facts(app: FastAPI, parts: "Parts") -> None:
    @app.get("/version", tags=["operation"], summary="Which program and which model answer?")
    @public
    async def versions() -> VersionAnswer:
        scorer = parts.model.scorer
        manifest = scorer.bundle.manifest
        return VersionAnswer(
            retinue=version("retinue"),
            python=platform.python_version(),
            model=model_answer(scorer),
            catalog_hash=manifest.catalog_hash,
            library_versions=dict(manifest.library_versions),
        )

    @app.get("/problems", include_in_schema=False)
    @public
    async def problem_page() -> HTMLResponse:
        return HTMLResponse(page())

    @app.get(
        "/metrics",
        tags=["operation"],
        summary="Counts and times, for Prometheus",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    @needs(Scope.METRICS)
    def metrics() -> Response:
        return Response(parts.metrics.page(), media_type=CONTENT_TYPE_LATEST)
