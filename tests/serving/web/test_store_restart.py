"""A PostgreSQL that is restarted under load: refused for a while, then answered, by one server."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection

from retinue.commands import score
from retinue.project import Project
from serving.store import Store
from tests.conftest import Trained
from tests.postgres import running
from tests.serving.records import riskiest
from tests.serving.web.test_run import PATIENCE_S, fetched, started

SERVE = "from retinue.cli import main; main()"
Answer = tuple[int, str, str | None]


class Load:
    """Callers who ask again and again, and what they were answered."""

    def __init__(self, host: str, paths: list[str]) -> None:
        """Remember whom to ask and what."""
        self.host = host
        self.paths = paths
        self.answers: list[Answer] = []
        self._over = threading.Event()
        self._callers = [threading.Thread(target=self._ask) for _ in range(4)]

    def __enter__(self) -> "Load":
        for caller in self._callers:
            caller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for caller in self._callers:
            caller.join()

    def _ask(self) -> None:
        with closing(HTTPConnection(self.host, timeout=PATIENCE_S)) as connection:
            while not self._over.is_set():
                for path in self.paths:
                    connection.request("GET", path)
                    answer = connection.getresponse()
                    answer.read()
                    kind = answer.headers["content-type"]
                    self.answers.append((answer.status, kind, answer.headers["retry-after"]))
                time.sleep(0.005)

    def until(self, seen: Callable[[Answer], bool]) -> None:
        """Wait until twenty of the answers from now on are so."""
        begun, give_up = len(self.answers), time.monotonic() + PATIENCE_S
        while sum(map(seen, self.answers[begun:])) < 20:
            assert time.monotonic() < give_up, Counter(self.answers[begun:])
            time.sleep(0.02)


def is_answered(answer: Answer) -> bool:
    return answer[0] == 200


def is_refused(answer: Answer) -> bool:
    return answer == (503, "application/problem+json", "5")


def test_a_database_restarted_under_load_is_answered_from_again(own: Trained) -> None:
    with running() as postgres:
        with (own.project.folder / "retinue.toml").open("a", encoding="utf-8") as file:
            file.write(f'\n[store]\nurl = "{postgres.uri}"\n[serving]\ndrain_seconds = 0\n')
        project = Project.read(own.project.folder)
        score.run(project, None, as_json=True)
        customer = riskiest(Store(project.store), 1)[0].customer_id
        command = ("-c", SERVE, "serve", "--port", "0", "--project", project.folder)
        paths = [f"/v1/customers/{customer}", "/v1/at-risk?limit=5", "/v1/segments"]

        with started(*command) as (server, host), Load(host, paths) as load:
            assert server.stdout
            # A log that nobody reads would fill its pipe, and the server would wait for ever.
            threading.Thread(target=server.stdout.read, daemon=True).start()
            load.until(is_answered)
            postgres.stop()
            load.until(is_refused)
            with closing(HTTPConnection(host, timeout=PATIENCE_S)) as connection:
                connection.request("GET", "/readyz")
                checks = json.loads(connection.getresponse().read())["checks"]
            postgres.start()
            load.until(is_answered)

            assert "cannot be reached" in checks["store"]
            assert b'"status":"ready"' in fetched(host, "/readyz")
            assert server.poll() is None

    assert {answer for answer in load.answers if not is_answered(answer)} == {
        (503, "application/problem+json", "5")
    }
