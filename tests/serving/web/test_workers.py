"""The promises determinism, drain and swap, by real processes: four workers, under load."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.testclient import TestClient

from retinue.project import Project
from scoring.bundle import Bundle
from scoring.scorer import Scorer
from scoring.shelf import Shelf
from serving.served_model import ServedModel
from serving.web.app import Parts, create_app
from serving.web.metrics import FOLDER
from serving.web.run import WORKER_PATIENCE_S
from tests.conftest import Trained
from tests.made_once import copy
from tests.scoring.variants import calibrated
from tests.serving.records import riskiest
from tests.serving.web.test_run import PATIENCE_S, fetched

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds workers in /proc")
SERVE = "from retinue.cli import main; main()"
SETTINGS = "\n[serving]\ndrain_seconds = 1\nrefresh_seconds = 0.2\n"
WORKERS = 4
ASKING = 8  # at the same time
PREDICT = "/v1/predict"


@dataclass(frozen=True)
class Answered:
    """One answer about a customer, and when it was asked for."""

    sent: float
    customer_id: str
    status: int
    body: bytes


@dataclass(frozen=True)
class Server:
    """`retinue serve` with four workers, and the project that it serves."""

    process: subprocess.Popen[bytes]
    host: str
    log: Path
    shelf: Shelf

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """Ask once, over a connection of its own; status and body."""
        connection = HTTPConnection(self.host, timeout=PATIENCE_S)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, path, sent, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    @property
    def workers(self) -> set[int]:
        """Process ids of the children that answer."""
        parent = f"PPid:\t{self.process.pid}\n"
        return {
            int(folder.name)
            for folder in Path("/proc").glob("[0-9]*")
            if parent in _read(folder / "status") and "spawn_main" in _read(folder / "cmdline")
        }

    def counted(self, worker: int, name: str, **labels: str) -> float:
        """What one worker has counted, from where it writes it for all to be added up."""
        environment = _read(Path(f"/proc/{worker}/environ"))
        variables = dict(one.partition("=")[::2] for one in environment.split("\0"))
        files = [str(one) for one in Path(variables[FOLDER]).glob(f"*_{worker}.db")]
        return sum(
            sample.value
            for metric in MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]
            for sample in metric.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def total(self, name: str, **labels: str) -> float:
        """What `/metrics` says of all."""
        wanted = [f'{label}="{value}"' for label, value in labels.items()]
        return sum(
            float(line.split()[-1])
            for line in fetched(self.host, "/metrics").decode().splitlines()
            if line.startswith(name) and all(one in line for one in wanted)
        )

    def all_answer_by(self, bundle: Bundle) -> bool:
        """Whether every worker says that this bundle answers."""
        version = bundle.manifest.bundle_id
        says = [self.counted(one, "retinue_model_info", version=version) for one in self.workers]
        return says == [1] * WORKERS


def _read(path: Path) -> str:
    """Nothing of a process that ended meanwhile."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def undated(body: bytes) -> dict[str, Any]:
    """The one prediction, without the age of the data, which grows meanwhile."""
    (told,) = json.loads(body)["predictions"]
    return {name: value for name, value in told.items() if name != "data_age_s"}


def until(true: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    give_up = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < give_up
        time.sleep(0.05)


@contextmanager
def serving(project: Path, log: Path) -> Iterator[Server]:
    command = ("-c", SERVE, "serve", "--port", "0", "--workers", str(WORKERS), "--project", project)
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
            server = Server(process, host, log, Shelf(Project.read(project).bundles))
            until(lambda: len(server.workers) == WORKERS)
            until(lambda: server.all_answer_by(server.shelf.champion()), WORKER_PATIENCE_S)
            yield server
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(PATIENCE_S)


@pytest.fixture(scope="module")
def server(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Started once; the last test stops it."""
    folder = tmp_path_factory.mktemp("workers")
    project = copy(trained.project.folder, folder / "project")
    with (project / "retinue.toml").open("a", encoding="utf-8") as file:
        file.write(SETTINGS)
    shutil.rmtree(Project.read(project).mlruns)  # nobody here needs MLflow
    with serving(project, folder / "log") as running:
        yield running


@pytest.fixture(scope="module")
def alone(trained: Trained) -> dict[str, dict[str, Any]]:
    """What one process says of each of 40 customers, asked one after another."""
    return said_alone(trained, trained.bundle)


def said_alone(trained: Trained, bundle: Bundle) -> dict[str, dict[str, Any]]:
    client = TestClient(create_app(Parts(ServedModel(Scorer(bundle)), trained.store)))
    ids = [one.customer_id for one in riskiest(trained.store, 40)]
    asked = {one: client.post(PREDICT, json={"customer_ids": [one]}) for one in ids}
    return {one: undated(answer.content) for one, answer in asked.items()}


@contextmanager
def load(server: Server, ids: Sequence[str]) -> Iterator[list[Future[list[Answered]]]]:
    """Ask without a pause; what is yielded gives the answers once the block is left."""
    enough = Event()

    def ask(first: int) -> list[Answered]:
        answered: list[Answered] = []
        for one in cycle([*ids[first:], *ids[:first]]):
            if enough.is_set():
                return answered
            sent = time.monotonic()
            answer = server.ask("POST", PREDICT, {"customer_ids": [one]})
            answered.append(Answered(sent, one, *answer))
        return answered

    with ThreadPoolExecutor(ASKING) as threads:
        try:
            yield [threads.submit(ask, first) for first in range(ASKING)]
        finally:
            enough.set()


def test_determinism_every_worker_answers_to_the_bit_as_one_process_alone(
    server: Server, alone: dict[str, dict[str, Any]]
) -> None:
    asked = {"method": "POST", "route": PREDICT}

    def by_worker() -> list[float]:
        return [server.counted(one, "retinue_requests_total", **asked) for one in server.workers]

    with load(server, [*alone]) as asking:
        until(lambda: min(by_worker()) >= 20)

    answered = [one for asker in asking for one in asker.result()]
    for one in answered:
        assert undated(one.body) == alone[one.customer_id]
    until(lambda: sum(by_worker()) == len(answered))  # the last are counted once they are sent
    assert server.total("retinue_requests_total", **asked) == len(answered)
    assert server.total("retinue_predictions_total", status="scored") == len(answered)


def test_registry_outage_a_killed_worker_starts_again_though_its_bundle_was_spoiled_meanwhile(
    server: Server, alone: dict[str, dict[str, Any]]
) -> None:
    champion = server.shelf.champion()
    counted = server.total("retinue_requests_total", route=PREDICT)
    model = server.shelf.folder / champion.manifest.bundle_id / "churn.lgb"
    sound, before = model.read_bytes(), server.workers
    model.write_bytes(sound[:-1])
    try:
        os.kill(min(before), signal.SIGKILL)
        # If it was still starting, or just being asked, its parent waits for its answer first.
        until(lambda: len(server.workers - before) == 1, WORKER_PATIENCE_S + PATIENCE_S)
        with load(server, [*alone]) as asking:
            until(lambda: server.all_answer_by(champion))
            (new,) = server.workers - before
            until(lambda: server.counted(new, "retinue_requests_total", route=PREDICT) >= 20)
    finally:
        model.write_bytes(sound)

    answered = [one for asker in asking for one in asker.result()]
    assert all(undated(one.body) == alone[one.customer_id] for one in answered)
    total = counted + len(answered)
    until(lambda: server.total("retinue_requests_total", route=PREDICT) == total)


def test_swap_reaches_every_worker_under_load_and_each_answer_is_one_models_own(
    server: Server, trained: Trained, alone: dict[str, dict[str, Any]]
) -> None:
    other = calibrated(trained.bundle, slope=2.0)
    by_version = {
        bundle.manifest.bundle_id: said_alone(trained, bundle) for bundle in (trained.bundle, other)
    }
    server.shelf.add(other)
    with load(server, [*alone]) as asking:
        for bundle in (other, trained.bundle):
            server.shelf.promote(bundle.manifest.bundle_id)
            until(partial(server.all_answer_by, bundle))
            says = {one: server.total("retinue_model_info", version=one) for one in by_version}
            assert says == {one: one == bundle.manifest.bundle_id for one in by_version}

    answered = [undated(one.body) for asker in asking for one in asker.result()]
    assert {one["model"]["version"] for one in answered} == {*by_version}
    for one in answered:
        assert one == by_version[one["model"]["version"]][one["customer_id"]]


# The last, as it stops the server.
def test_drain_no_request_is_lost_that_was_sent_before_the_server_said_that_it_stops(
    server: Server, alone: dict[str, dict[str, Any]]
) -> None:
    with load(server, [*alone]) as asking:
        server.process.send_signal(signal.SIGTERM)
        told = time.monotonic()
        while server.ask("GET", "/readyz")[0] == 200:
            told = time.monotonic()

    answered = [one for asker in asking for one in asker.result()]
    before = [one for one in answered if one.sent <= told]
    assert len(before) >= ASKING
    assert {one.status for one in before} == {200}
    assert server.process.wait(PATIENCE_S) == 0
    assert "Traceback" not in server.log.read_text()
