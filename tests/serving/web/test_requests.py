"""The promise privacy, and what operators are given: request ids, a log and metrics."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
import structlog
from starlette.testclient import TestClient

from scoring.scorer import Scorer
from serving.access.gate import Gate
from serving.access.scopes import Scope
from serving.served_model import ServedModel
from serving.store import Store
from serving.web.app import Parts, create_app
from tests.conftest import Trained
from tests.serving.access.hands import Office
from tests.serving.records import riskiest
from tests.serving.web.parsing import problem
from tests.serving.web.test_problems import CANARY, FallenStore


class Heard:
    """An application whose log we read."""

    def __init__(self, scorer: Scorer, store: Store, gate: Gate | None = None) -> None:
        """Make it."""
        self._lines = io.StringIO()
        log = structlog.wrap_logger(
            structlog.PrintLogger(self._lines),
            processors=[structlog.processors.add_log_level, structlog.processors.JSONRenderer()],
        )
        self.client = TestClient(create_app(Parts(ServedModel(scorer), store, log=log, gate=gate)))

    @property
    def lines(self) -> list[Any]:
        """What it wrote."""
        return [json.loads(line) for line in self._lines.getvalue().splitlines()]


@pytest.fixture
def heard(scorer: Scorer, trained: Trained) -> Heard:
    return Heard(scorer, trained.store)


def test_privacy_no_id_stands_in_logs_metrics_or_errors(
    heard: Heard, scorer: Scorer, trained: Trained
) -> None:
    known = riskiest(trained.store, 1)[0].customer_id
    ask = heard.client
    answers = [
        ask.get(f"/v1/customers/{CANARY}"),
        ask.get(f"/{CANARY}"),
        ask.post("/v1/predict", json={"customer_ids": [CANARY]}),
        ask.post("/v1/predict", json={"customer_ids": CANARY, "reasons": CANARY}),
        ask.get("/v1/at-risk", params={"tier": CANARY}),
        ask.get("/v1/segments/rfm/customers", params={"label": CANARY}),
        ask.get("/v1/segments/rfm/customers", params={"cursor": CANARY}),
        ask.get("/healthz", headers={"x-request-id": f"{CANARY} "}),
    ]
    assert ask.get(f"/v1/customers/{known}").status_code == 200
    fallen = Heard(scorer, FallenStore(trained.project.store))
    answers.append(fallen.client.get("/readyz"))

    told = json.dumps([*heard.lines, *fallen.lines]) + ask.get("/metrics").text
    assert CANARY not in told
    assert f'"{known}"' not in told
    assert f"/{known}" not in told
    for answer in answers:
        assert CANARY not in answer.text
        assert CANARY not in str(answer.headers)


def test_a_line_names_the_key_and_not_its_secret(
    scorer: Scorer, trained: Trained, tmp_path: Path
) -> None:
    office = Office(tmp_path)
    key, token = office.make(Scope.SEGMENTS)
    heard = Heard(scorer, trained.store, office.gate())

    heard.client.get("/v1/segments", headers={"X-API-Key": token})
    heard.client.get("/v1/segments")

    known, unknown = heard.lines
    assert known["key_id"] == key.key_id
    assert "key_id" not in unknown
    assert token.removeprefix(key.key_id) not in json.dumps(heard.lines)


def test_a_request_leaves_one_line_with_its_route(heard: Heard, trained: Trained) -> None:
    known = riskiest(trained.store, 1)[0].customer_id
    answer = heard.client.get(f"/v1/customers/{known}", headers={"x-request-id": "crm-1.a_B"})
    (line,) = heard.lines
    assert answer.headers["x-request-id"] == "crm-1.a_B"
    assert line["ms"] > 0
    assert {name: line[name] for name in ("request_id", "method", "route", "status", "level")} == {
        "request_id": "crm-1.a_B",
        "method": "GET",
        "route": "/v1/customers/{customer_id}",
        "status": 200,
        "level": "info",
    }


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "a\tb", "<script>"])
def test_an_id_that_cannot_stand_in_a_log_is_replaced(heard: Heard, given: str) -> None:
    answer = heard.client.get("/healthz", headers={"x-request-id": given})
    assert answer.headers["x-request-id"] != given
    assert len(answer.headers["x-request-id"]) == 32


def test_a_problem_names_its_request(heard: Heard) -> None:
    answer = heard.client.get("/v1/customers/nobody", headers={"x-request-id": "crm-2"})
    assert problem(answer, 404)["request_id"] == "crm-2"


def test_what_nobody_foresaw_is_told_to_the_log_by_place_and_kind(
    scorer: Scorer, trained: Trained
) -> None:
    fallen = Heard(scorer, FallenStore(trained.project.store))
    problem(fallen.client.get("/readyz"), 500)
    (line,) = fallen.lines
    assert line["event"] == "failure"
    assert line["error"] == "RuntimeError"
    assert "current_run" in line["at"][-1]


def test_metrics_count_answers_by_route_and_status(heard: Heard, trained: Trained) -> None:
    found = riskiest(trained.store, 2)
    asked = {"customer_ids": [record.customer_id for record in found]}
    for _ in range(3):
        heard.client.post("/v1/predict", json=asked)
    heard.client.get("/v1/customers/nobody")

    page = heard.client.get("/metrics").text

    predict = 'retinue_requests_total{method="POST",route="/v1/predict",status="200"} 3.0'
    assert predict in page
    assert 'route="/v1/customers/{customer_id}",status="404"} 1.0' in page
    assert 'retinue_predictions_total{status="scored"} 6.0' in page
    assert 'retinue_request_seconds_count{route="/v1/predict"} 3.0' in page
    assert "retinue_requests_running 1.0" in page  # the one that asks


@pytest.mark.usefixtures("jumping")
def test_clock_answers_pages_times_and_counts_are_right_though_the_time_of_day_jumps(
    heard: Heard,
) -> None:
    ask, ids, cursor = heard.client, [], None
    for _ in range(3):
        asked = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = ask.get("/v1/at-risk", params=asked)
        assert answer.status_code == 200, answer.text
        ids += [one["customer_id"] for one in answer.json()["customers"]]
        cursor = answer.json()["next"]
    predicted = ask.post("/v1/predict", json={"customer_ids": ids})
    assert predicted.status_code == 200

    assert len({*ids}) == 6
    assert [line["status"] for line in heard.lines] == [200] * 4
    assert all(0 < line["ms"] < 60_000 for line in heard.lines)
    page = ask.get("/metrics").text
    (seconds,) = re.findall(r'request_seconds_sum\{route="/v1/at-risk"\} (\S+)', page)
    assert 0 < float(seconds) < 60
