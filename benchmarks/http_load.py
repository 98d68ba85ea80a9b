"""Ask a server the same way whoever it is: over kept connections, in a closed or an open loop.

In a closed loop each connection asks again once it has its answer, so the rate is all that the
server can give. In an open loop requests are due at a fixed rate whatever comes back, and latency
counts from the moment a request was due: a server that stalls is not excused what it kept waiting.
Requests are bytes made beforehand and answers are hardly looked at, so that the driver, which
shares the machine with the server, costs as little as it can.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from urllib.parse import urlsplit

import numpy as np

from benchmarks.http_connection import Connection, nobody_listens

OK = 200
PATIENCE_S = 30  # after the last request of an open loop, for the answers still due


@dataclass(frozen=True)
class Asked:
    """What to ask whom, and how.

    Attributes:
        url: Of the server: http://host:port.
        requests: Made by `request`; asked in turn, again and again.
        connections: Kept open all the time.
        seconds: For so long.
        warm_up_seconds: Asked before, and not counted.
        rate: Requests a second of an open loop; None for a closed one.
    """

    url: str
    requests: tuple[bytes, ...]
    connections: int
    seconds: float
    warm_up_seconds: float = 1.0
    rate: float | None = None


@dataclass(frozen=True)
class Answered:
    """How it went.

    Attributes:
        requests: Answers that came.
        failed: Of these, those that are not 200.
        per_second: Good answers a second.
        median_ms: Of the latency.
        p99_ms: Likewise, the 99th percentile.
        p999_ms: Likewise, the 99.9th.
        late: Requests of an open loop that had no answer in time.
    """

    requests: int
    failed: int
    per_second: float
    median_ms: float
    p99_ms: float
    p999_ms: float
    late: int = 0


def asked(how: Asked) -> Answered:
    """Ask, after having warmed up; to be called in a process of its own."""
    return asyncio.run(_asked(how))


async def _asked(how: Asked) -> Answered:
    address = urlsplit(how.url)
    host, port = str(address.hostname), int(address.port or 80)
    loop, given = asyncio.get_running_loop(), cycle(how.requests)
    connections = []
    for _ in range(how.connections):
        _, connection = await loop.create_connection(Connection, host, port)
        connections.append(connection)
    try:
        await _closed(connections, given.__next__, how.warm_up_seconds)
        if how.rate is None:
            return await _closed(connections, given.__next__, how.seconds)
        return await _open(connections, given.__next__, how.rate, how.seconds)
    finally:
        for connection in connections:
            connection.close()


async def _closed(
    connections: Sequence[Connection], given: Callable[[], bytes], seconds: float
) -> Answered:
    """Ask over every connection without a pause, for so many seconds."""
    latencies: list[float] = []
    failed, still_asking = 0, len(connections)
    everyone_done = asyncio.get_running_loop().create_future()
    began = time.perf_counter()
    end = began + seconds

    def answered(connection: Connection, status: int) -> None:
        nonlocal failed, still_asking
        now = time.perf_counter()
        latencies.append(now - connection.due)
        failed += status != OK
        if now < end and status:
            connection.ask(given(), now)
            return
        still_asking -= 1
        if not still_asking and not everyone_done.done():
            everyone_done.set_result(None)

    for connection in connections:
        connection.answered = answered
        connection.ask(given(), time.perf_counter())
    await everyone_done
    took = time.perf_counter() - began
    _silence(connections)
    return _found(latencies, failed, took)


async def _open(
    connections: Sequence[Connection], given: Callable[[], bytes], rate: float, seconds: float
) -> Answered:
    """Ask at a rate; what finds no free connection waits for one, and its latency runs on."""
    queue = _Queue(connections, given, count=max(1, round(rate * seconds)))
    began = time.perf_counter()
    for number in range(queue.count):
        due = began + number / rate
        if (early := due - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        elif not number % 16:
            await asyncio.sleep(0)  # answers are to be read even where all is late
        queue.ask(due)
    with suppress(TimeoutError):
        await asyncio.wait_for(queue.everything_answered, PATIENCE_S)
    took = time.perf_counter() - began
    _silence(connections)
    return _found(queue.latencies, queue.failed, took, queue.count - len(queue.latencies))


class _Queue:
    """Requests of an open loop: asked at once where a connection is free, else after others."""

    def __init__(
        self, connections: Sequence[Connection], given: Callable[[], bytes], count: int
    ) -> None:
        self.count = count
        self.latencies: list[float] = []
        self.failed = 0
        self.everything_answered = asyncio.get_running_loop().create_future()
        self._given = given
        self._free = deque(connections)
        self._waiting = deque[float]()
        for connection in connections:
            connection.answered = self._answered

    def ask(self, due: float) -> None:
        if self._free:
            self._free.popleft().ask(self._given(), due)
        else:
            self._waiting.append(due)

    def _answered(self, connection: Connection, status: int) -> None:
        self.latencies.append(time.perf_counter() - connection.due)
        self.failed += status != OK
        if status:
            self._free.append(connection)
            if self._waiting:
                self.ask(self._waiting.popleft())
        if len(self.latencies) == self.count and not self.everything_answered.done():
            self.everything_answered.set_result(None)


def _silence(connections: Sequence[Connection]) -> None:
    for connection in connections:
        connection.answered = nobody_listens


def _found(latencies: Sequence[float], failed: int, seconds: float, late: int = 0) -> Answered:
    if not latencies:
        raise ValueError("there was no answer at all; see whether the server is up")
    median, p99, p999 = np.quantile(np.array(latencies) * 1000, (0.5, 0.99, 0.999)).tolist()
    return Answered(
        requests=len(latencies),
        failed=failed,
        per_second=(len(latencies) - failed) / seconds,
        median_ms=median,
        p99_ms=p99,
        p999_ms=p999,
        late=late,
    )
