"""The promises overload, deadlines and limits, on a small application whose pace we know."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from serving.limits import Limits
from serving.web.limits import Bodies, Places
from tests.serving.web.parsing import problem

PATIENCE_S = 30
JSON = {"content-type": "application/json"}
Talk = Callable[[httpx2.AsyncClient], Awaitable[Any]]


class Paced:
    """An application that answers when it is told to."""

    def __init__(self, limits: Limits) -> None:
        """Wrap it as the server does."""
        self.go = asyncio.Event()
        self.refused: list[str] = []
        self.begun = 0
        app = FastAPI()

        @app.get("/v1/customers/{one}")
        async def slow(one: str) -> str:
            self.begun += 1
            await self.go.wait()
            return one

        @app.get("/healthz")
        async def healthz() -> str:
            return "ok"

        @app.post("/v1/predict")
        async def read(body: Any = None) -> str:
            return "read"

        app.add_middleware(Places, limits=limits, refused=self.refused.append)
        app.add_middleware(Bodies, limits=limits)
        self.app = app

    def talk(self, talk: Talk) -> Any:
        """Have a talk with it over its own loop."""

        async def talking() -> Any:
            transport = httpx2.ASGITransport(app=self.app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://here") as client:
                return await talk(client)

        return asyncio.run(asyncio.wait_for(talking(), PATIENCE_S))


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_overload_is_refused_at_once_and_health_goes_on() -> None:
    paced = Paced(Limits(running=2, waiting=3))

    async def talk(client: httpx2.AsyncClient) -> tuple[list[int], httpx2.Response, int]:
        asked = [asyncio.create_task(client.get(f"/v1/customers/{i}")) for i in range(5)]
        await settled()
        running = paced.begun
        refused = await client.get("/v1/customers/6")
        assert (await client.get("/healthz")).status_code == 200
        paced.go.set()
        return [(await one).status_code for one in asked], refused, running

    statuses, refused, running = paced.talk(talk)

    assert running == 2
    assert statuses == [200] * 5
    assert "Try again" in problem(refused, 503)["detail"]
    assert refused.headers["retry-after"] == "1"
    assert paced.refused == ["overload"]


@pytest.mark.usefixtures("jumping")
def test_clock_deadlines_are_kept_though_the_time_of_day_jumps() -> None:
    test_deadlines_are_kept_and_the_place_is_not_given_away()


def test_deadlines_are_kept_and_the_place_is_not_given_away() -> None:
    paced = Paced(Limits(running=1, waiting=3, single_seconds=0.05))

    async def talk(client: httpx2.AsyncClient) -> list[httpx2.Response]:
        late = await client.get("/v1/customers/1")
        behind = await client.get("/v1/customers/2")  # the first still runs: no place for it
        paced.go.set()
        await settled()
        return [late, behind, await client.get("/v1/customers/3")]

    late, behind, after = paced.talk(talk)

    assert "no answer within 0.05 s" in problem(late, 504)["detail"]
    assert "No place became free in time" in problem(behind, 503)["detail"]
    assert after.status_code == 200
    assert paced.refused == ["deadline", "deadline"]


@pytest.mark.parametrize("path", ["/v1/customers/1", "/v1/at-risk/export"])
def test_overload_who_reads_an_answer_slowly_keeps_nobody_waiting(path: str) -> None:
    refused: list[str] = []
    limits = Limits(running=1, exporting=2, waiting=1)

    async def answering(scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": scope["path"].encode()})

    async def talk() -> list[str]:
        places, read, went_out = Places(answering, limits, refused.append), asyncio.Event(), []

        async def slow(message: Any) -> None:
            await read.wait()

        async def quick(message: Any) -> None:
            went_out.append(message["type"])

        waits = asyncio.ensure_future(places(asked(path), nothing, slow))
        await settled()
        await places(asked("/v1/customers/2"), nothing, quick)
        read.set()
        await waits
        await places(asked(path), nothing, quick)
        return went_out

    assert asyncio.run(asyncio.wait_for(talk(), PATIENCE_S)) == [
        "http.response.start", "http.response.body"
    ] * 2  # fmt: skip
    assert refused == []


def test_overload_exports_have_places_of_their_own() -> None:
    refused: list[str] = []

    async def answering(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def talk() -> list[int]:
        places = Places(answering, Limits(running=1, exporting=1, waiting=0), refused.append)
        read, statuses = asyncio.Event(), []

        async def slow(message: Any) -> None:
            await read.wait()

        async def quick(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        waits = asyncio.ensure_future(places(asked("/v1/at-risk/export"), nothing, slow))
        await settled()
        await places(asked("/v1/at-risk/export"), nothing, quick)
        await places(asked("/v1/customers/1"), nothing, quick)
        read.set()
        await waits
        return statuses

    assert asyncio.run(asyncio.wait_for(talk(), PATIENCE_S)) == [503, 200]
    assert refused == ["overload"]


def asked(path: str) -> Any:
    return {"type": "http", "method": "GET", "path": path, "headers": []}


async def nothing() -> Any:
    raise AssertionError("nobody asks")


@pytest.fixture(scope="module")
def small() -> TestClient:
    return TestClient(Paced(Limits(body_bytes=1000, depth=5)).app)


def test_limits_a_body_too_large_is_refused_by_what_it_says(small: TestClient) -> None:
    body = b'"' + b"a" * 1000 + b'"'
    details = problem(small.post("/v1/predict", content=body, headers=JSON), 413)
    assert "1,000 bytes" in details["detail"]


def test_limits_a_body_too_large_is_refused_by_what_it_is(small: TestClient) -> None:
    chunks = (b"[" + b" " * 400 for _ in range(5))  # sent in chunks, its length unsaid
    problem(small.post("/v1/predict", content=chunks, headers=JSON), 413)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[[[[[]]]]]", 200),
        (b"[[[[[[]]]]]]", 400),
        (b'[[[[["[[[[{{{{"]]]]]', 200),
        (b'[[[[["\\"[[[["]]]]]', 200),
        (b'{"a":{"a":{"a":{"a":{"a":{}}}}}}', 400),
    ],
)
def test_limits_json_nests_so_deep_and_no_deeper(
    small: TestClient, body: bytes, status: int
) -> None:
    answer = small.post("/v1/predict", content=body, headers=JSON)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("kind", ["text/plain", "", "application/x-www-form-urlencoded"])
def test_limits_a_body_that_does_not_say_it_is_json_is_refused(
    small: TestClient, kind: str
) -> None:
    answer = small.post("/v1/predict", content=b"{}", headers={"content-type": kind})
    assert "Content-Type: application/json" in problem(answer, 415)["detail"]


def test_limits_a_compressed_body_is_refused(small: TestClient) -> None:
    headers = {**JSON, "content-encoding": "gzip"}
    assert "Content-Encoding" in problem(
        small.post("/v1/predict", content=b"{}", headers=headers), 415
    )["detail"]  # fmt: skip


def test_limits_what_is_held_of_bodies_is_bounded_and_given_back() -> None:
    small = TestClient(Paced(Limits(held_bytes=100)).app)
    problem(small.post("/v1/predict", content=b'"' + b"a" * 200 + b'"', headers=JSON), 503)
    for _ in range(5):
        fits = small.post("/v1/predict", content=b'"' + b"a" * 60 + b'"', headers=JSON)
        assert fits.status_code == 200
