"""A mixed load that looks at every answer, while the champion is swapped and memory is read."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import orjson

from benchmarks.http_connection import Connection, request
from benchmarks.http_load import OK
from benchmarks.servers import Started
from scoring.shelf import Shelf

Scores = Mapping[str, Mapping[str, float]]
CONNECTIONS = 4
MEMORY_EVERY_S = 10.0
MIB = 2**20
BATCH = 20
PREDICT = ("one", "no reasons", "many")
KINDS = (*PREDICT, "one", "profile", "list", "metrics")


@dataclass
class Soaked:
    """What came of it.

    Attributes:
        answers: By what was asked.
        told: Scores looked at, by bundle.
        swaps: Times that the champion was moved.
        seen: Times that the version in answers changed from one answer to the next.
        wrong: What was wrong, by kind.
        memory: Seconds since the start, and MiB that the server's processes hold.
    """

    answers: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    swaps: int = 0
    seen: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    memory: list[tuple[float, float]] = field(default_factory=list)


async def soak(server: Started, shelf: Shelf, scores: Scores, seconds: float, swaps: int) -> Soaked:
    """Ask without a pause for so long; swap so often, evenly spread."""
    found = Soaked()
    loop = asyncio.get_running_loop()
    address, end = urlsplit(server.url), loop.time() + seconds
    asking = []
    for seed in range(CONNECTIONS):
        _, connection = await loop.create_connection(
            Connection, str(address.hostname), int(address.port or 80)
        )
        asking.append(_ask(connection, _Mixture(scores, seed), found, end))
    await asyncio.gather(
        *asking, _swap(shelf, list(scores), found, seconds, swaps), _watch(server, found, end)
    )
    return found


async def _ask(connection: Connection, mixture: "_Mixture", found: Soaked, end: float) -> None:
    loop = asyncio.get_running_loop()
    before = ""
    while loop.time() < end:
        kind, content = mixture.drawn()
        status = await _status(connection, content)
        found.answers[kind] += 1
        if status != OK:
            found.wrong[f"{kind}: {status or 'cut off'}"] += 1
            if not status:
                return
            continue
        for one in predictions_in(kind, connection.body):
            version = one["model"]["version"]
            found.seen += bool(before) and version != before
            before = version
            found.told[version] += 1
            if mixture.scores.get(version, {}).get(one["customer_id"]) != one["churn_probability"]:
                found.wrong[f"{kind}: not the score of the version named"] += 1
    connection.close()


async def _status(connection: Connection, content: bytes) -> int:
    """Ask and wait; 0 where the connection was cut off."""
    answered: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def told(_connection: Connection, status: int) -> None:
        if not answered.done():
            answered.set_result(status)

    connection.answered = told
    connection.ask(content, 0.0)
    return await answered


def predictions_in(kind: str, body: bytes) -> Sequence[Any]:
    """What an answer says of customers.

    Raises:
        ValueError: Of two models in one answer.
    """
    if kind == "profile":
        return [orjson.loads(body)["prediction"]]
    if kind not in PREDICT:
        return []
    found: list[Any] = orjson.loads(body)["predictions"]
    versions = {one["model"]["version"] for one in found}
    if len(versions) != 1:
        raise ValueError(f"one answer of several models: {sorted(versions)}")
    return found


class _Mixture:
    """What is asked in turn, drawn at random."""

    def __init__(self, scores: Scores, seed: int) -> None:
        self.scores = scores
        self._random = random.Random(seed)  # noqa: S311 - load, no secret
        self._ids = [*next(iter(scores.values()))]

    def drawn(self) -> tuple[str, bytes]:
        kind = self._random.choice(KINDS)
        if kind == "profile":
            return kind, request("GET", f"/v1/customers/{self._random.choice(self._ids)}")
        if kind == "list":
            return kind, request("GET", "/v1/at-risk?limit=20")
        if kind == "metrics":
            return kind, request("GET", "/metrics")
        asked = self._random.choices(self._ids, k=BATCH if kind == "many" else 1)
        reasons = 0 if kind == "no reasons" else 5
        return kind, request("POST", "/v1/predict", {"customer_ids": asked, "reasons": reasons})


async def _swap(
    shelf: Shelf, bundles: Sequence[str], found: Soaked, seconds: float, swaps: int
) -> None:
    for number in range(swaps):
        await asyncio.sleep(seconds / (swaps + 1))
        await asyncio.to_thread(shelf.promote, bundles[(number + 1) % len(bundles)])
        found.swaps += 1


async def _watch(server: Started, found: Soaked, end: float) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    while loop.time() < end:
        held = sum(process.memory_info().rss for process in server.processes) / MIB
        found.memory.append((round(loop.time() - began, 1), round(held, 1)))
        await asyncio.sleep(min(MEMORY_EVERY_S, max(end - loop.time(), 0.01)))
