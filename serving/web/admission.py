"""One request before the gate: the key that it brings, and how it is refused."""

from math import ceil

from fastapi import Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from serving.access.boot import is_loopback
from serving.access.errors import (
    NotLocalError,
    RefusedError,
    ScopeLackingError,
    TooOftenError,
    UnidentifiedError,
)
from serving.access.gate import Gate
from serving.access.rates import Allowance
from serving.access.scopes import Scope
from serving.web import problem_kinds as kinds
from serving.web.problem_kinds import Kind
from serving.web.problems import problem

REFUSALS: dict[type[RefusedError], Kind] = {
    UnidentifiedError: kinds.NO_KEY,
    ScopeLackingError: kinds.SCOPE_LACKING,
    NotLocalError: kinds.NOT_LOCAL,
    TooOftenError: kinds.TOO_OFTEN,
}
# What a proxy adds to a question that it hands on from elsewhere.
HANDED_ON = ("forwarded", "x-forwarded-for", "x-real-ip")


async def admit(gate: Gate, request: Request, needed: Scope, route: str) -> None:
    """Ask the gate; only what reads or writes the database goes to a thread.

    Raises:
        RefusedError: The request may not be answered.
        StoreError: The keys cannot be read, or the audit log not written.
    """
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


def refusal(request: Request, error: RefusedError) -> JSONResponse:
    """What is answered in place of what was asked."""
    said = problem(REFUSALS[type(error)], str(error))
    if isinstance(error, UnidentifiedError):
        said.headers["WWW-Authenticate"] = 'Bearer realm="retinue"'
    if isinstance(error, TooOftenError):
        said.headers["Retry-After"] = str(ceil(error.wait_s))
    said.headers.update(rate_headers(request))
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


def rate_headers(request: Request) -> dict[str, str]:
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
