"""Errors as RFC 9457 problem details: one table from error class to kind of problem."""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from features.errors import RetinueError
from scoring.errors import DefinitionError
from serving.errors import (
    DatesError,
    FormError,
    KeyReusedError,
    PayloadError,
    QueryError,
    RunGoneError,
    StoreError,
    StoreNotWrittenError,
    StoreUnreachableError,
    UnderWayError,
    UnknownCustomerError,
    UnknownRunError,
    UnknownSegmentError,
)
from serving.web import problem_kinds as kinds
from serving.web.problem_kinds import Kind
from serving.web.schemas import Problem

# First match wins, so a subclass stands before its parent.
KIND: tuple[tuple[type[RetinueError], Kind], ...] = (
    (UnknownCustomerError, kinds.UNKNOWN_CUSTOMER),
    (UnknownSegmentError, kinds.UNKNOWN_SEGMENT),
    (UnknownRunError, kinds.UNKNOWN_RUN),
    (FormError, kinds.NO_SUCH_FORM),
    (RunGoneError, kinds.RUN_GONE),
    (DatesError, kinds.INVALID),
    (PayloadError, kinds.INVALID),
    (QueryError, kinds.INVALID),
    (DefinitionError, kinds.NOTHING),
    (UnderWayError, kinds.UNDER_WAY),
    (KeyReusedError, kinds.KEY_REUSED),
    (StoreUnreachableError, kinds.STORE_AWAY),
    (StoreNotWrittenError, kinds.NOT_WRITTEN),
    (StoreError, kinds.NOTHING),
    (RetinueError, kinds.NO_ANSWER),
)
OF_THE_FRAMEWORK = {
    404: kinds.NOT_FOUND,
    405: kinds.WRONG_METHOD,
}
# To restart a database takes seconds, to score everybody minutes.
RETRY_AFTER_S = {kinds.STORE_AWAY: 5, kinds.UNDER_WAY: 60}
REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
MEDIA_TYPE = "application/problem+json"


def add_problem_handlers(app: FastAPI) -> None:
    """Answer every error with problem details; the caller's own values are never repeated."""

    @app.exception_handler(RetinueError)
    def known(_request: Request, error: RetinueError) -> JSONResponse:
        kind = next(kind for found, kind in KIND if isinstance(error, found))
        pointers = [
            {"pointer": f"#/customer_ids/{position}", "detail": "not in the current scoring run"}
            for position in getattr(error, "positions", ())
        ]
        if isinstance(error, QueryError):
            pointers = [{"pointer": f"?{error.parameter}", "detail": str(error)}]
        said = problem(kind, str(error), {"errors": pointers} if pointers else {})
        if kind in RETRY_AFTER_S:
            said.headers["Retry-After"] = str(RETRY_AFTER_S[kind])
        return said

    @app.exception_handler(RequestValidationError)
    def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [{"pointer": _pointer(found), "detail": found["msg"]} for found in error.errors()]
        detail = "The request does not fit the documented form; see errors, and /problems."
        return problem(kinds.INVALID, detail, {"errors": errors})

    @app.exception_handler(HTTPException)
    def refused(_request: Request, error: HTTPException) -> JSONResponse:
        kind = OF_THE_FRAMEWORK.get(error.status_code, kinds.UNREADABLE)
        said = problem(kind, f"{error.detail}; see /problems.")
        said.headers.update(error.headers or {})
        return said


def describe_problems(app: FastAPI) -> None:
    """Let the specification name problem details as the only form of an error."""
    specify = app.openapi

    def openapi() -> dict[str, Any]:
        specification = specify()
        for path in specification["paths"].values():
            for operation in path.values():
                for answer in operation["responses"].values():
                    if MEDIA_TYPE in answer.get("content", {}):
                        answer["content"].pop("application/json", None)
        return specification

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's documented way


def problems(*statuses: int) -> dict[int | str, dict[str, object]]:
    """How a route's specification describes the statuses it may refuse with."""
    return {
        status: {
            "model": Problem,
            "description": "; ".join(one.title for one in kinds.KINDS if one.status == status),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


def problem(kind: Kind, detail: str, extra: Mapping[str, object] | None = None) -> JSONResponse:
    """One problem as a response; its type is where the page of problems tells of it."""
    body = {
        "type": f"/problems#{kind.slug}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        **(extra or {}),
    }
    if request_id := REQUEST_ID.get():
        body["request_id"] = request_id
    return JSONResponse(body, status_code=kind.status, media_type=MEDIA_TYPE)


def _pointer(found: Mapping[str, Any]) -> str:
    """`("body", "customer_ids", 0)` as `#/customer_ids/0`; a query parameter as `?limit`.

    A header is told as `header:idempotency-key`.
    """
    where, *steps = [str(step).replace("~", "~0").replace("/", "~1") for step in found["loc"]]
    if where == "query":
        return "?" + ".".join(steps)
    if where == "header":
        return f"header:{steps[0]}"
    # A body that is no JSON has a position in its text, which is not a pointer.
    return "#" if found["type"] == "json_invalid" else "".join(["#", *(f"/{s}" for s in steps)])
