"""Errors as RFC 9457 problem details: one table from error class to status."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from features.errors import RetinueError
from scoring.errors import DefinitionError
from serving.errors import (
    DatesError,
    StoreError,
    UnknownCustomerError,
    UnknownRunError,
    UnknownSegmentError,
)
from serving.web.schemas import Problem

# First match wins, so a subclass stands before its parent.
STATUS: tuple[tuple[type[RetinueError], int, str], ...] = (
    (UnknownCustomerError, 404, "Unknown customer"),
    (UnknownSegmentError, 404, "Unknown segment"),
    (UnknownRunError, 404, "Unknown scoring run"),
    (DatesError, 422, "Invalid request"),
    (DefinitionError, 503, "Nothing to answer from"),
    (StoreError, 503, "Nothing to answer from"),
    (RetinueError, 500, "The answer could not be made"),
)
MEDIA_TYPE = "application/problem+json"


def add_problem_handlers(app: FastAPI) -> None:
    """Answer every error with problem details; the caller's own values are never repeated."""

    @app.exception_handler(RetinueError)
    def known(_request: Request, error: RetinueError) -> JSONResponse:
        status, title = next(
            (status, title) for kind, status, title in STATUS if isinstance(error, kind)
        )
        pointers = [
            {"pointer": f"#/customer_ids/{position}", "detail": "not in the current scoring run"}
            for position in getattr(error, "positions", ())
        ]
        return problem(status, title, str(error), {"errors": pointers} if pointers else {})

    @app.exception_handler(RequestValidationError)
    def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [{"pointer": _pointer(found), "detail": found["msg"]} for found in error.errors()]
        detail = "The request does not fit the documented form; see errors and /docs."
        return problem(422, "Invalid request", detail, {"errors": errors})

    @app.exception_handler(Exception)
    def unforeseen(_request: Request, _error: Exception) -> JSONResponse:
        detail = "The server could not answer; its log has the cause. Trying again may help."
        return problem(500, "Internal error", detail, {})

    @app.exception_handler(HTTPException)
    def refused(_request: Request, error: HTTPException) -> JSONResponse:
        said = problem(error.status_code, str(error.detail), f"{error.detail}; see /docs.", {})
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
    titles = {404: "Not found", 422: "Invalid request", 503: "Nothing to answer from"}
    return {
        status: {
            "model": Problem,
            "description": titles[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


def problem(status: int, title: str, detail: str, extra: Mapping[str, object]) -> JSONResponse:
    """One problem as a response."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **extra}
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE)


def _pointer(found: Mapping[str, Any]) -> str:
    """`("body", "customer_ids", 0)` as `#/customer_ids/0`; a query parameter as `?limit`."""
    where, *steps = [str(step).replace("~", "~0").replace("/", "~1") for step in found["loc"]]
    if where == "query":
        return "?" + ".".join(steps)
    # A body that is no JSON has a position in its text, which is not a pointer.
    return "#" if found["type"] == "json_invalid" else "".join(["#", *(f"/{s}" for s in steps)])
