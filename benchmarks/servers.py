"""Servers to measure, each in processes of its own: ours, MLflow's, and the bare application."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from benchmarks.bare_app import BOOSTER, ROWS

ROOT = Path(__file__).parents[1]
HOST = "127.0.0.1"
UP_WITHIN_S = 120
SETTLED_S = 1.0
IDLE = 0.1  # of a core: a server that takes less has loaded what it loads
DOWN_WITHIN_S = 30


@dataclass(frozen=True)
class Contender:
    """A server that can be started.

    Attributes:
        name: In the report.
        command: What starts it, but for the port.
        alive: The path that answers 200 once it is up.
        environment: Beside what we have.
    """

    name: str
    command: tuple[str, ...]
    alive: str
    environment: Mapping[str, str] = field(default_factory=dict)


def retinue(project: Path, workers: int) -> Contender:
    """`retinue serve`, as it is."""
    serve = "from retinue.cli import main; main()"
    command = ("-c", serve, "serve", "--workers", str(workers), "--project", str(project))
    return Contender("Retinue", (sys.executable, *command), "/readyz")


def mlflow(uri: str, model: str, workers: int) -> Contender:
    """`mlflow models serve` of a registered model, in this very environment."""
    command = ("models", "serve", "-m", f"models:/{model}@champion", "--env-manager", "local")
    programs = Path(sys.executable).parent
    return Contender(
        "MLflow",
        (str(programs / "mlflow"), *command, "--workers", str(workers)),
        "/ping",
        {
            "MLFLOW_TRACKING_URI": uri,
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "PATH": os.pathsep.join([str(programs), os.environ["PATH"]]),  # it looks for uvicorn
        },
    )


def bare(booster: Path, rows: Path, workers: int) -> Contender:
    """FastAPI and LightGBM alone; uvicorn chooses loop and parser as it does for us."""
    command = ("-m", "uvicorn", "--factory", "benchmarks.bare_app:make", "--no-access-log")
    return Contender(
        "bare FastAPI",
        (sys.executable, *command, "--log-level", "warning", "--workers", str(workers)),
        "/openapi.json",
        {BOOSTER: str(booster), ROWS: str(rows)},
    )


@dataclass(frozen=True)
class Started:
    """A server that answers."""

    url: str
    process: subprocess.Popen[bytes]

    @property
    def processes(self) -> list[psutil.Process]:
        """The server's own and all that it started."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]


@contextmanager
def started(contender: Contender) -> Iterator[Started]:
    """A server, from when all of it is up until it has ended.

    Raises:
        RuntimeError: It did not come up; what it said is in the message.
    """
    port = free_port()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            [*contender.command, "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **contender.environment},
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        server = Started(f"http://{HOST}:{port}", process)
        try:
            if not _up(server, contender.alive):
                said.seek(0)
                text = said.read()[-3000:].decode(errors="replace")
                raise RuntimeError(f"{contender.name} did not come up; it said:\n{text}")
            yield server
        finally:
            _end(server)


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


def _up(server: Started, path: str) -> bool:
    """Whether it answers, and its other workers have done their loading too."""
    give_up = time.monotonic() + UP_WITHIN_S
    while time.monotonic() < give_up and server.process.poll() is None:
        try:
            with urlopen(server.url + path, timeout=5):  # noqa: S310 - our own server
                return _settled(server, give_up)
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    return False


def _settled(server: Started, give_up: float) -> bool:
    while time.monotonic() < give_up:
        before = _cpu_seconds(server.processes)
        time.sleep(SETTLED_S)
        if _cpu_seconds(server.processes) - before < IDLE * SETTLED_S:
            return True
    return False


def _cpu_seconds(processes: Sequence[psutil.Process]) -> float:
    taken = [process.cpu_times() for process in processes if process.is_running()]
    return float(sum(one.user + one.system for one in taken))


def _end(server: Started) -> None:
    """Ask it to end; what does not is killed with all that it started."""
    everyone = server.processes if server.process.poll() is None else []
    server.process.send_signal(signal.SIGTERM)
    _, left = psutil.wait_procs(everyone, timeout=DOWN_WITHIN_S)
    for process in left:
        process.kill()
    server.process.wait()
