"""What a request may cost: bytes, depth, places and seconds; refused before anything is read."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.limits import Limits
from serving.web import problem_kinds as kinds
from serving.web.problems import problem

TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
ABOUT_ONE = ("/v1/predict",)
ONE_CUSTOMER_BYTES = 4096
# A stream is computed while it is sent: it keeps its place, one of those for streams, so that who
# reads it slowly keeps no other question waiting. Any other answer begins when it is computed.
COMPUTED_AS_SENT = ("/v1/at-risk/export",)
EXEMPT = ("/healthz", "/readyz", "/metrics", "/version")


class Bodies:
    """Reads a request's body whole, within its limits, before a place is taken for it."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        """Wrap an application."""
        self._app = app
        self._limits = limits
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or hand on what was read."""
        if scope["type"] != "http" or scope["method"] not in {"POST", "PUT", "PATCH"}:
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        body = bytearray()
        try:
            async with asyncio.timeout(self._limits.batch_seconds):
                read = await self._read(body, receive)
        except TimeoutError:
            read = problem(kinds.SLOW_REQUEST, "The body did not arrive in time; try again.")
        try:
            if read is None and _is_deeper(body, self._limits.depth):
                read = problem(kinds.TOO_DEEP, f"JSON may nest {self._limits.depth} levels deep.")
            if read is not None:
                await read(scope, receive, send)
                return
            scope.setdefault("state", {})["body_bytes"] = len(body)
            await self._app(scope, again(bytes(body), receive), send)
        finally:
            self._held -= len(body)

    def _refusal(self, scope: Scope) -> Any:
        headers = dict(scope["headers"])
        if headers.get(b"content-encoding", b"identity") != b"identity":
            return problem(
                kinds.WRONG_ENCODING, "Send the body as it is, without Content-Encoding."
            )
        kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
        if not (kind == b"application/json" or kind.endswith(b"+json")):
            return problem(kinds.WRONG_MEDIA, "Send JSON, with Content-Type: application/json.")
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > self._limits.body_bytes:
            return self._too_large()
        return None

    def _too_large(self) -> Any:
        return problem(
            kinds.TOO_LARGE,
            f"A body may have {self._limits.body_bytes:,} bytes; send fewer customers at a time.",
        )

    async def _read(self, body: bytearray, receive: Receive) -> Any:
        """Into `body`; what to answer instead, where it is too much."""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return problem(kinds.UNREADABLE, "The connection ended before the body did.")
            chunk = message.get("body", b"")
            if len(body) + len(chunk) > self._limits.body_bytes:
                return self._too_large()
            if self._held + len(chunk) > self._limits.held_bytes:
                return busy("The server holds as many request bodies as it may.")
            self._held += len(chunk)
            body += chunk
            if not message.get("more_body", False):
                return None


class Places:
    """So many requests run, so many wait, and beyond that a 503 says when to try again."""

    def __init__(self, app: ASGIApp, limits: Limits, refused: Callable[[str], None]) -> None:
        """Wrap an application; `refused` counts refusals by cause."""
        self._app = app
        self._limits = limits
        self._refused = refused
        self._free = asyncio.Semaphore(limits.running)
        self._for_streams = asyncio.Semaphore(limits.exporting)
        self._waiting = 0
        self._sent = 0  # answers under way that hold no place any more

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for a place, run, and answer in time."""
        if scope["type"] != "http" or scope["path"] in EXEMPT:
            await self._app(scope, receive, send)
            return
        streams = scope["path"] in COMPUTED_AS_SENT
        free = self._for_streams if streams else self._free
        if free.locked() and self._waiting >= self._limits.waiting:
            self._refused("overload")
            await busy("The server is answering as much as it can.")(scope, receive, send)
            return
        seconds = self._seconds(scope)
        began = asyncio.get_running_loop().time()
        self._waiting += 1
        try:
            if free.locked():
                async with asyncio.timeout(seconds):
                    await free.acquire()
            else:
                await free.acquire()  # at once
        except TimeoutError:
            self._refused("deadline")
            await busy("No place became free in time.")(scope, receive, send)
            return
        finally:
            self._waiting -= 1
        left = seconds - (asyncio.get_running_loop().time() - began)
        place = _Place(self, free)
        answer = _Answer(send, None if streams else place.give_up)
        running = asyncio.ensure_future(self._app(scope, receive, answer.send))
        running.add_done_callback(place.leave)
        try:
            await asyncio.wait({running}, timeout=left)
            if running.done() or answer.begun:
                await running
                return
        except asyncio.CancelledError:
            running.cancel()
            raise
        # What runs in a thread cannot be stopped: it keeps its place until it is done.
        answer.too_late = True
        running.add_done_callback(_looked_at)
        self._refused("deadline")
        late = problem(kinds.TOO_SLOW, f"There was no answer within {seconds:g} s.")
        await late(scope, receive, send)

    def _seconds(self, scope: Scope) -> float:
        many = scope.get("state", {}).get("body_bytes", 0) > ONE_CUSTOMER_BYTES or (
            scope["path"] not in ABOUT_ONE and not scope["path"].startswith("/v1/customers/")
        )
        return self._limits.batch_seconds if many else self._limits.single_seconds


class _Place:
    """One request's, until it is computed; or sent, where very many are being sent already."""

    def __init__(self, places: Places, free: asyncio.Semaphore) -> None:
        self._places = places
        self._free = free
        self._held = True

    def give_up(self) -> None:
        """The answer is computed: who reads it slowly keeps nobody waiting."""
        if self._held and self._places._sent < self._places._limits.waiting:
            self._held = False
            self._places._sent += 1
            self._free.release()

    def leave(self, _done: object) -> None:
        """The answer is out, or nobody wants it any more."""
        if self._held:
            self._free.release()
        else:
            self._places._sent -= 1


class _Answer:
    """Passes on what the application sends until it is too late for it."""

    def __init__(self, send: Send, computed: Callable[[], None] | None) -> None:
        self._send = send
        self._computed = computed
        self.begun = False
        self.too_late = False

    async def send(self, message: Message) -> None:
        if self.too_late:
            return
        if not self.begun and self._computed is not None:
            self._computed()
        self.begun = True
        await self._send(message)


def _looked_at(task: "asyncio.Future[None]") -> None:
    """An answer that came too late may have failed as well; nobody waits for it."""
    if not task.cancelled():
        task.exception()


def busy(why: str) -> Any:
    """503, and when to try again."""
    answer = problem(kinds.OVERLOADED, f"{why} Try again in a second.")
    answer.headers["Retry-After"] = "1"
    return answer


def again(body: bytes, receive: Receive) -> Callable[[], Awaitable[Message]]:
    """The body that was read, and then what the connection says."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _is_deeper(body: bytearray, most: int) -> bool:
    """Whether brackets nest deeper; hardly any body has so many that it has to be looked at."""
    return body.count(b"[") + body.count(b"{") > most and _depth(body) > most


def _depth(body: bytearray) -> int:
    """How deep brackets nest, those in texts aside."""
    brackets = np.frombuffer(TEXT.sub(b"", body).translate(None, NO_BRACKETS), dtype=np.uint8)
    steps = np.where((brackets == ord("[")) | (brackets == ord("{")), 1, -1)
    return int(np.cumsum(steps).max(initial=0))
