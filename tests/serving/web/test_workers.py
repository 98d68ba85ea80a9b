"""The promises drain and swap, by real processes: two workers, one killed, one told to stop."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from scoring.shelf import Shelf
from serving.web.run import WORKER_PATIENCE_S
from tests.conftest import Trained
from tests.scoring.variants import calibrated
from tests.serving.web.test_run import PATIENCE_S, fetched

SERVE = "from retinue.cli import main; main()"
SETTINGS = "\n[serving]\ndrain_seconds = 1\nrefresh_seconds = 0.2\n"


class Server:
    """`retinue serve` with two workers."""

    def __init__(self, process: subprocess.Popen[bytes], host: str, log: Path) -> None:
        """Remember them."""
        self.process = process
        self.host = host
        self.log = log

    def json(self, path: str) -> Any:
        return json.loads(fetched(self.host, path))

    @property
    def workers(self) -> set[int]:
        """Process ids of the children that answer."""
        parent = f"PPid:\t{self.process.pid}\n"
        return {
            int(folder.name)
            for folder in Path("/proc").glob("[0-9]*")
            if parent in _read(folder / "status") and "spawn_main" in _read(folder / "cmdline")
        }


def _read(path: Path) -> str:
    """Nothing of a process that ended meanwhile."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


@contextmanager
def serving(project: Path, log: Path) -> Iterator[Server]:
    command = ("-c", SERVE, "serve", "--port", "0", "--workers", "2", "--project", project)
    with (
        log.open("wb") as said,
        subprocess.Popen([sys.executable, *command], stdout=said, stderr=said) as process,
    ):
        try:
            give_up = time.monotonic() + PATIENCE_S
            while b"http://" not in log.read_bytes():
                assert time.monotonic() < give_up, log.read_text()
                assert process.poll() is None, log.read_text()
                time.sleep(0.05)
            host = log.read_text().split("http://")[1].split()[0]
            fetched(host, "/healthz")
            yield Server(process, host, log)
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(PATIENCE_S)


def until(true: Any, patience_s: float = PATIENCE_S) -> None:
    give_up = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < give_up
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform != "linux", reason="finds workers in /proc")
def test_drain_workers_are_replaced_follow_the_champion_and_stop(
    own: Trained, tmp_path: Path
) -> None:
    file = own.project.folder / "retinue.toml"
    file.write_text(file.read_text(encoding="utf-8") + SETTINGS, encoding="utf-8")
    other = calibrated(own.bundle, slope=2.0)
    with serving(own.project.folder, tmp_path / "log") as server:
        until(lambda: len(server.workers) == 2)
        # A worker that is killed is replaced, and its counts stay counted.
        for _ in range(20):
            server.json("/version")
        os.kill(min(server.workers), signal.SIGKILL)
        # If it was still starting, or just being asked, its parent waits for its answer first.
        until(lambda: len(server.workers) == 2, WORKER_PATIENCE_S + PATIENCE_S)
        assert server.json("/readyz")["status"] == "ready"
        counted = fetched(server.host, "/metrics").decode()
        line = next(
            one for one in counted.splitlines() if 'route="/version"' in one and "_total" in one
        )
        assert float(line.split()[-1]) == 20

        # Every worker follows the champion.
        shelf = Shelf(own.project.bundles)
        shelf.add(other)
        shelf.promote(other.manifest.bundle_id)
        until(lambda: {server.json("/version")["model"]["version"] for _ in range(10)}
              == {other.manifest.bundle_id})  # fmt: skip

        # Told to stop, it says that it is not ready, answers on, and loses nothing.
        server.process.send_signal(signal.SIGTERM)
        until(lambda: b'"draining":"ok"' not in _body(server.host, "/readyz"))
        assert server.json("/version")["model"]["version"] == other.manifest.bundle_id
        assert server.process.wait(PATIENCE_S) == 0
    assert "Traceback" not in server.log.read_text()


def _body(host: str, path: str) -> bytes:
    """Of an answer of any status."""
    connection = HTTPConnection(host, timeout=PATIENCE_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    finally:
        connection.close()
