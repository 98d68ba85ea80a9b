"""Keys over HTTP: every route declares a scope, and nothing is read of a body before it is met.

A route says `@needs(Scope.PREDICT)`, or `@public`, below its `@app.get`. One that says neither
makes `create_app` fail. `Gatekeeper` asks for the key before a body is read or a place taken; a
route that it did not recognise asks itself.
"""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as ASGIScope

from serving.access.errors import RefusedError, UndeclaredRouteError
from serving.access.gate import Gate
from serving.access.scopes import MEANING, Scope
from serving.errors import StoreError
from serving.web import problem_kinds as kinds
from serving.web.admission import admit, rate_headers, refusal
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
                await admit(gate, request, needed, route)
            response = await answer(request)
            response.headers.update(rate_headers(request))
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
        self._known: dict[tuple[str, str], GuardedRoute | None] = {}
        self._gate = gate

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        """Refuse, or hand on with a note of what was admitted to."""
        route = self._route(scope) if scope["type"] == "http" else None
        if route is not None:
            scope["route"] = route  # log and metrics name it, though the router is not asked
        if self._gate is None or route is None or route.needed is None:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            await admit(self._gate, request, route.needed, route.told)
        except RefusedError as error:
            await refusal(request, error)(scope, receive, send)
        except StoreError as error:
            await problem(kinds.NOTHING, str(error))(scope, receive, send)
        else:
            request.state.admitted_to = route.needed
            await self._app(scope, receive, send)

    def _route(self, scope: ASGIScope) -> GuardedRoute | None:
        """The route that will answer; one without a parameter is looked for once."""
        asked = (scope["method"], scope["path"])
        if asked in self._known:
            return self._known[asked]
        route = self._found(scope)
        if route is not None and route.path == scope["path"]:
            self._known[asked] = route
        return route

    def _found(self, scope: ASGIScope) -> GuardedRoute | None:
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
        return refusal(request, error)


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


def _undeclared(path: str) -> UndeclaredRouteError:
    return UndeclaredRouteError(
        f"route {path}: it does not say who may ask it; put @needs(Scope...) or @public from "
        "serving.web.access on its function, and declare it on the app or on an "
        "APIRouter(route_class=GuardedRoute)"
    )
