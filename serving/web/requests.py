"""What every request is given: an id, a line in the log and a place in the metrics."""

import logging
import re
import sys
import time
import traceback
from typing import Any
from uuid import uuid4

import orjson
import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.web import problem_kinds as kinds
from serving.web.metrics import Metrics
from serving.web.problems import REQUEST_ID, problem

HEADER = b"x-request-id"
FIT = re.compile(r"[A-Za-z0-9._-]{1,64}")
NO_ROUTE = "none"


def logger() -> Any:
    """Lines of JSON to stderr; they name routes, never paths, ids or texts."""
    return structlog.wrap_logger(
        structlog.WriteLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(_dumped),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )


def _dumped(said: Any, **_how: Any) -> str:
    return orjson.dumps(said).decode()


class CutOffError(Exception):
    """An answer that could not be finished."""


class Requests:
    """The outermost of what surrounds the application."""

    def __init__(self, app: ASGIApp, metrics: Metrics, log: Any) -> None:
        """Wrap an application; without a log nothing is written."""
        self._app = app
        self._metrics = metrics
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and tell how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _asked_for(scope) or uuid4().hex
        REQUEST_ID.set(request_id)
        status, failure = 0, None
        began = time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (HEADER, request_id.encode())]
            await send(message)

        self._metrics.running.inc()
        try:
            await self._app(scope, receive, sending)
        except Exception as error:  # the log says where; its text may hold what nobody may read
            failure = error
            if status:
                raise CutOffError from None  # half an answer is out: the connection has to end
            detail = "The server could not answer; its log has the cause. Trying again may help."
            await problem(kinds.INTERNAL, detail)(scope, receive, sending)
        finally:
            seconds = time.perf_counter() - began
            self._metrics.running.dec()
            route = getattr(scope.get("route"), "path", NO_ROUTE)
            self._metrics.requests.labels(scope["method"], route, status).inc()
            self._metrics.seconds.labels(route).observe(seconds)
            if self._log is not None:
                said = {
                    "request_id": request_id,
                    "method": scope["method"],
                    "route": route,
                    "status": status,
                    "ms": round(seconds * 1000, 2),
                }
                if key_id := scope.get("state", {}).get("key_id"):
                    said["key_id"] = key_id
                _tell(self._log, said, failure)


def _tell(log: Any, said: dict[str, object], failure: Exception | None) -> None:
    if failure is None:
        log.info("request", **said)
        return
    # Where, and of which kind: what an error says may hold an id.
    frames = traceback.extract_tb(failure.__traceback__)
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    log.error("failure", **said, error=type(failure).__name__, at=places[-12:])


def _asked_for(scope: Scope) -> str | None:
    """The caller's own id, if it is one that can stand in a header and a log."""
    for name, value in scope["headers"]:
        if name == HEADER:
            text: str = value.decode("latin-1")
            return text if FIT.fullmatch(text) else None
    return None
