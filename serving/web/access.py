"""Keys over HTTP: every route declares a scope, and nothing is read of a body before it is met.

A route says `@needs(Scope.PREDICT)`, or `@public`, below its `@app.get`. One that says neither
makes `create_app` fail. `Gatekeeper` asks for the key before a body is read or a place taken; a
route that it did not recognise asks itself.
"""

from collections.abc import Callable, Coroutine
from math import ceil
from typing import Any, TypeVar

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as ASGIScope

from serving.access.boot import is_loopback
from serving.access.errors import (
    NotLocalError,
    RefusedError,
    ScopeLackingError,
    TooOftenError,
    UndeclaredRouteError,
    UnidentifiedError,
)
from serving.access.gate import Gate
from serving.access.rates import Allowance
from serving.access.scopes import MEANING, Scope
from serving.errors import StoreError
from serving.web import problem_kinds as kinds
from serving.web.problem_kinds import Kind
from serving.web.problems import problem, problems

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Answer = Callable[[Request], Coroutine[Any, Any, Response]]

SCOPE = "__retinue_scope__"
PUBLIC = "public"
# They tell of the interface and of no customer; served where `create_app` is told to.
DOCUMENTATION = frozenset(
    {"/openapi.json", "/docs", "/docs/oauth2-redirect", "/static-offline-docs"}
)
SCHEMES: dict[str, dict[str, str]] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "`rtn_...`, an API key."},
    "header": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "The same, where a client cannot send the other header.",
    },
}
REFUSALS: dict[type[RefusedError], Kind] = {
    UnidentifiedError: kinds.NO_KEY,
    ScopeLackingError: kinds.SCOPE_LACKING,
    NotLocalError: kinds.NOT_LOCAL,
    TooOftenError: kinds.TOO_OFTEN,
}
# What a proxy adds to a question that it hands on from elsewhere.
HANDED_ON = ("forwarded", "x-forwarded-for", "x-real-ip")


def needs(scope: Scope) -> Callable[[Endpoint], Endpoint]:
    """Declare the scope that a key must have to ask a route."""
    return _declaring(scope)


def public(endpoint: Endpoint) -> Endpoint:
    """Declare that anyone may ask a route; it must tell of no customer."""
    return _declaring(PUBLIC)(endpoint)


def _declaring(declared: str) -> Callable[[Endpoint], Endpoint]:
    def declare(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, SCOPE, declared)
        return endpoint

    return declare


class GuardedRoute(APIRoute):
    """A route that asks the gate first; it can only be made of an endpoint with a scope."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **how: Any) -> None:
        """Read what the endpoint declares, and let the specification tell of it.

        Raises:
            UndeclaredRouteError: It declares nothing.
        """
        declared = getattr(endpoint, SCOPE, PUBLIC if path in DOCUMENTATION else None)
        if declared is None:
            raise _undeclared(path)
        self.needed = None if declared == PUBLIC else Scope(declared)
        if self.needed:
            how["responses"] = {**problems(401, 403, 429, 503), **(how.get("responses") or {})}
            security = [{name: [str(self.needed)]} for name in SCHEMES]
            how["openapi_extra"] = {"security": security, **(how.get("openapi_extra") or {})}
        super().__init__(path, endpoint, **how)

    def get_route_handler(self) -> Answer:
        """The endpoint behind the gate."""
        answer = super().get_route_handler()
        needed = self.needed
        if needed is None:
            return answer
        route = self.told

        async def guarded(request: Request) -> Response:
            gate: Gate | None = request.app.state.gate
            if gate is None:
                return await answer(request)
            if getattr(request.state, "admitted_to", None) != needed:
                await _admit(gate, request, needed, route)
            response = await answer(request)
            response.headers.update(_rate_headers(request))
            return response

        return guarded

    @property
    def told(self) -> str:
        """As the audit log names it."""
        return f"{'/'.join(sorted(self.methods or ()))} {self.path}"


class Gatekeeper:
    """Asks for the key before a body is read or a place is taken for a request."""

    def __init__(self, app: ASGIApp, guarded: FastAPI, gate: Gate | None) -> None:
        """Wrap an application; `guarded` has the routes."""
        self._app = app
        self._routes = guarded.router.routes
        self._gate = gate

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        """Refuse, or hand on with a note of what was admitted to."""
        route = self._route(scope) if self._gate and scope["type"] == "http" else None
        if self._gate is None or route is None or route.needed is None:
            await self._app(scope, receive, send)
            return
        scope["route"] = route  # log and metrics name it, though the router is not asked
        request = Request(scope)
        try:
            await _admit(self._gate, request, route.needed, route.told)
        except RefusedError as error:
            await _refusal(request, error)(scope, receive, send)
        except StoreError as error:
            await problem(kinds.NOTHING, str(error))(scope, receive, send)
        else:
            request.state.admitted_to = route.needed
            await self._app(scope, receive, send)

    def _route(self, scope: ASGIScope) -> GuardedRoute | None:
        for candidate in self._routes:
            match, found = candidate.matches(scope)
            if match == Match.FULL:
                route = found.get("route", candidate)
                return route if isinstance(route, GuardedRoute) else None
        return None


def guard(app: FastAPI, gate: Gate | None) -> None:
    """Put the gate before every route that is declared from now on.

    Args:
        app: Without routes yet, but for those that document it.
        gate: None where nothing is asked of anyone, as in tests of what is answered.
    """
    app.state.gate = gate
    app.router.route_class = GuardedRoute

    @app.exception_handler(RefusedError)
    def refused(request: Request, error: RefusedError) -> JSONResponse:
        return _refusal(request, error)


def check_declared(app: FastAPI) -> None:
    """Refuse an application with a route that no gate stands before.

    Raises:
        UndeclaredRouteError: There is one; it names the path.
    """
    for found in iter_route_contexts(app.routes):
        route = found.original_route
        path = getattr(route, "path", repr(route))
        if not isinstance(route, GuardedRoute) and path not in DOCUMENTATION:
            raise _undeclared(path)


def describe_access(app: FastAPI) -> None:
    """Let the specification say how a key is sent, and what each scope is for."""
    specify = app.openapi
    scopes = "".join(f"\n- `{scope}`: {meaning}" for scope, meaning in MEANING.items())

    def openapi() -> dict[str, Any]:
        specification = specify()
        described = {
            name: {**scheme, "description": f"{scheme['description']} Scopes:{scopes}"}
            for name, scheme in SCHEMES.items()
        }
        specification["components"]["securitySchemes"] = described
        return specification

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's documented way


async def _admit(gate: Gate, request: Request, needed: Scope, route: str) -> None:
    """Ask the gate; only what reads or writes the database goes to a thread."""
    token = _token_of(request.headers)
    if gate.is_quick(token):
        decision = gate.decide(token, needed, route)
    else:
        decision = await run_in_threadpool(gate.decide, token, needed, route)
    if decision.entries:
        await run_in_threadpool(gate.record, decision)
    request.state.key_id = decision.key_id
    request.state.allowance = decision.allowance
    if decision.refusal:
        raise decision.refusal
    if decision.key_id is None:
        _refuse_from_elsewhere(request.headers)


def _refusal(request: Request, error: RefusedError) -> JSONResponse:
    said = problem(REFUSALS[type(error)], str(error))
    if isinstance(error, UnidentifiedError):
        said.headers["WWW-Authenticate"] = 'Bearer realm="retinue"'
    if isinstance(error, TooOftenError):
        said.headers["Retry-After"] = str(ceil(error.wait_s))
    said.headers.update(_rate_headers(request))
    return said


def _token_of(headers: Headers) -> str | None:
    kind, _, sent = headers.get("authorization", "").partition(" ")
    bearer = sent.strip() if kind.lower() == "bearer" else None
    header = headers.get("x-api-key")
    if bearer and header and bearer != header:
        return None  # which of two keys was meant is not ours to guess
    return bearer or header


def _refuse_from_elsewhere(headers: Headers) -> None:
    """Refuse what a proxy or a foreign web page brings to a server that asks for no key.

    A page can make a browser on this machine ask us under a name of its own choice, by having
    that name point to 127.0.0.1; only the Host header tells.
    """
    host = headers.get("host", "").rpartition("@")[2]
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    if not is_loopback(name) or any(header in headers for header in HANDED_ON):
        raise NotLocalError(
            "this server has no API keys, so it answers only what is asked on its own machine as "
            "localhost or 127.0.0.1; make a key with `retinue keys create`"
        )


def _rate_headers(request: Request) -> dict[str, str]:
    """As in the IETF's draft of RateLimit header fields: quota and window, what is left."""
    allowance: Allowance | None = getattr(request.state, "allowance", None)
    if allowance is None:
        return {}
    rate = allowance.rate
    window_s = ceil(rate.burst / rate.per_second)
    return {
        "RateLimit-Policy": f'"key";q={rate.burst};w={window_s}',
        "RateLimit": f'"key";r={allowance.left};t={ceil(allowance.full_in_s)}',
    }


def _undeclared(path: str) -> UndeclaredRouteError:
    return UndeclaredRouteError(
        f"route {path}: it does not say who may ask it; put @needs(Scope...) or @public from "
        "serving.web.access on its function, and declare it on the app or on an "
        "APIRouter(route_class=GuardedRoute)"
    )
