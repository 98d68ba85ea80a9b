"""Listening: a free port or a clear error, and a clean end when told to stop."""

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI

from serving.errors import PortError
from serving.web.run import run
from tests.conftest import Trained
from tests.serving.records import riskiest

PATIENCE_S = 30


class Listening(Exception):  # noqa: N818 - not an error
    """Raised by a test instead of serving."""


def stop_at(url: str) -> None:
    raise Listening(url)


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_in_use_is_told_in_one_line() -> None:
    with (
        taken_port() as port,
        pytest.raises(PortError, match=rf"cannot listen on 127.0.0.1:{port}: .*--port") as refused,
    ):
        run(FastAPI(), host="127.0.0.1", port=port, listening=stop_at)
    assert "\n" not in str(refused.value)


def test_a_port_is_ours_once_we_say_so() -> None:
    def second(url: str) -> None:
        port = int(url.rpartition(":")[2])
        with pytest.raises(PortError, match=rf"cannot listen on 127.0.0.1:{port}"):
            run(FastAPI(), host="127.0.0.1", port=port, listening=stop_at)
        raise Listening("only once")

    with pytest.raises(Listening, match="only once"):
        run(FastAPI(), host="127.0.0.1", port=0, listening=second)


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_an_ipv6_address_stands_in_brackets() -> None:
    with pytest.raises(Listening, match=r"^http://\[::1\]:\d+$"):
        run(FastAPI(), host="::1", port=0, listening=stop_at)


def test_an_address_that_is_not_ours_is_told_in_one_line() -> None:
    with pytest.raises(PortError, match=r"cannot listen on 192\.0\.2\.1:0: "):
        run(FastAPI(), host="192.0.2.1", port=0, listening=stop_at)


@contextmanager
def started(*command: str | Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server process and its URL; ended, if it still runs, when the test is over."""
    with subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        try:
            assert server.stdout
            first = server.stdout.readline()
            yield server, first.split("http://")[1].split()[0]
        finally:
            server.kill()


def fetched(host: str, path: str) -> bytes:
    """GET, trying again while the server comes up."""
    give_up = time.monotonic() + PATIENCE_S
    while True:
        try:
            with urllib.request.urlopen(f"http://{host}{path}", timeout=5) as answer:
                return bytes(answer.read())
        except (ConnectionError, TimeoutError, urllib.error.URLError):
            if time.monotonic() > give_up:
                raise
            time.sleep(0.05)


def test_the_command_serves_until_it_is_told_to_stop(own: Trained) -> None:
    customer = riskiest(own.store, 1)[0].customer_id
    serve = "from retinue.cli import main; main()"
    with (own.project.folder / "retinue.toml").open("a", encoding="utf-8") as file:
        file.write("\n[serving]\ndrain_seconds = 0\n")
    command = ("-c", serve, "serve", "--port", "0", "--project", own.project.folder)

    with started(*command) as (server, host):
        assert b'"status":"ready"' in fetched(host, "/readyz")
        assert f'"{customer}"'.encode() in fetched(host, f"/v1/customers/{customer}")
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=PATIENCE_S)

    assert server.returncode == 0
    assert customer not in said
    assert "Traceback" not in said


SLOW = """
import time
from fastapi import FastAPI
from serving.web.run import run

app = FastAPI()

@app.get("/slow")
def slow():
    print("started", flush=True)
    time.sleep(1)
    return "finished"

run(app, host="127.0.0.1", port=0, listening=lambda url: print(url, flush=True))
"""


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_drain_what_is_in_flight_is_answered_before_the_end(stop: signal.Signals) -> None:
    with ThreadPoolExecutor(1) as threads, started("-c", SLOW) as (server, host):
        answer = threads.submit(fetched, host, "/slow")
        assert server.stdout
        assert server.stdout.readline() == "started\n"
        server.send_signal(stop)
        server.wait(PATIENCE_S)

        assert answer.result(PATIENCE_S) == b'"finished"'
    assert server.returncode == 0
