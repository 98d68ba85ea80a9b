"""From start to stop of one worker: it follows the champion, and drains when told to stop."""

import asyncio
import gc
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

if TYPE_CHECKING:
    from serving.web.app import Parts


def lifetime(parts: "Parts") -> Callable[[FastAPI], Any]:
    """What FastAPI runs around the application."""

    @asynccontextmanager
    async def alive(app: FastAPI) -> AsyncIterator[None]:
        told_model(parts)
        await asyncio.to_thread(parts.model.keep)
        if parts.online:
            await asyncio.to_thread(parts.online.warm, parts.model.scorer)
        following = asyncio.create_task(_follow(parts))
        # What is loaded stays. Python would look through all of it for circles now and then, and
        # everyone would wait for a sixth of a second, health checks too.
        gc.collect()
        gc.freeze()
        restore = _drain_on_sigterm(app, parts.limits.drain_seconds)
        try:
            yield
        finally:
            restore()
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following
            if parts.gate:
                await asyncio.to_thread(parts.gate.close)
            await asyncio.to_thread(parts.store.close)

    return alive


def told_model(parts: "Parts") -> None:
    """Say in the metrics which model answers."""
    manifest = parts.model.scorer.bundle.manifest
    parts.metrics.model.labels(manifest.name, manifest.bundle_id).set(1)


async def _follow(parts: "Parts") -> None:
    """Look for another champion again and again; a failure is told once."""
    remarked = parts.model.remark
    while True:
        await asyncio.sleep(parts.limits.refresh_seconds)
        before = parts.model.scorer.bundle.manifest
        swapped = await asyncio.to_thread(parts.model.refresh)
        if swapped:
            parts.metrics.model.labels(before.name, before.bundle_id).set(0)
            told_model(parts)
            parts.metrics.reloads.labels("swapped").inc()
            if parts.log:
                parts.log.info("swapped", before=before.bundle_id, now=_version(parts))
        elif parts.model.remark and parts.model.remark != remarked:
            parts.metrics.reloads.labels("refused").inc()
            if parts.log:
                parts.log.error("champion refused", why=parts.model.remark)
        remarked = parts.model.remark


def _version(parts: "Parts") -> str:
    return parts.model.scorer.bundle.manifest.bundle_id


def _drain_on_sigterm(app: FastAPI, seconds: float) -> Callable[[], None]:
    """On SIGTERM be unready for so long, answering on, and only then stop.

    Whoever sends requests here needs that long to hear of it; a second signal stops at once.
    """
    if threading.current_thread() is not threading.main_thread():
        return lambda: None  # signals are the main thread's
    loop, stop = asyncio.get_running_loop(), signal.getsignal(signal.SIGTERM)

    def drain(number: int, frame: Any) -> None:
        at_once = getattr(app.state, "draining", False) or not seconds
        app.state.draining = True
        if not callable(stop):
            raise SystemExit(0)
        if at_once:
            stop(number, frame)
        else:
            loop.call_soon_threadsafe(loop.call_later, seconds, stop, number, None)

    def restore() -> None:
        signal.signal(signal.SIGTERM, stop)

    signal.signal(signal.SIGTERM, drain)
    return restore
