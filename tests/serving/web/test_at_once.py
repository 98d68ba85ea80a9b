"""What is answered on the event loop is what the route answers; nobody gets by the gate there."""

import asyncio
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from scoring.scorer import Scorer
from serving.access.records import Rate
from serving.access.scopes import Scope
from serving.errors import StoreError
from serving.served_model import ServedModel
from serving.store import Store
from serving.web.app import Parts, create_app
from serving.web.at_once import AtOnce
from tests.conftest import Trained
from tests.scoring.variants import calibrated
from tests.serving.access.hands import Office
from tests.serving.records import change, riskiest
from tests.serving.web.parsing import problem

JSON = {"content-type": "application/json"}
OF_NO_MATTER = {"x-request-id", "content-length"}  # the age of the data may have a digit more


class Blind(Store):
    """It is never read on the event loop."""

    def glance(self, _customer_id: str) -> None:
        """See nothing."""


class Glancing(Store):
    """It is never read otherwise."""

    def customers(self, _customer_ids: Any) -> Any:
        """Be asked by the route."""
        raise StoreError("the route was asked")


def over(store: Store, model: Scorer, **parts: Any) -> TestClient:
    return TestClient(create_app(Parts(ServedModel(model), store, **parts)))


@pytest.fixture(scope="module")
def both(trained: Trained, scorer: Scorer) -> Iterator[tuple[TestClient, TestClient]]:
    """The server as it is, and one that does not look on the event loop."""
    with (
        over(trained.store, scorer) as at_once,
        over(Blind(trained.project.store), scorer) as by_the_route,
    ):
        yield at_once, by_the_route


@pytest.fixture(scope="module")
def someone(trained: Trained) -> str:
    """A customer with a score."""
    return riskiest(trained.store, 1)[0].customer_id


def told(client: TestClient, body: bytes, query: str) -> tuple[int, Mapping[str, str], Any]:
    answer = client.post(f"/v1/predict{query}", content=body, headers=JSON)
    said = answer.json()
    for one in said.get("predictions", ()):
        del one["data_age_s"]
    said.pop("request_id", None)
    headers = {name: value for name, value in answer.headers.items() if name not in OF_NO_MATTER}
    return answer.status_code, headers, said


IDS = st.integers(0, 700).map(lambda number: f'"C{number:05d}"') | st.sampled_from(
    ['"nobody"', '""', '" "', '"a\\u0000b"', '"\\ud800"', "7", "null", "true", '"é"']
)
REASONS = st.sampled_from(["0", "1", "5", "6", "50", "51", "-1", "5.0", "5.5", '"5"', "true"])
EXTRA = st.sampled_from(
    ["", ', "lang": "zh"', ', "as_of": null', ', "customers": []', ', "x": NaN', ', "reasons": 2']
)
BODIES = st.builds(
    lambda ids, reasons, extra: (
        f'{{"customer_ids": [{", ".join(ids)}], "reasons": {reasons}{extra}}}'.encode()
    ),
    st.lists(IDS, max_size=2),
    REASONS,
    st.just("") | EXTRA,
) | st.sampled_from([b"", b"[]", b"null", b"{", b"{}", b'{"customer_ids": "C00001"}', b"\xff\xfe{"])
QUERIES = st.sampled_from(["", "?lang=en", "?lang=zh", "?lang=fr", "?lang=", "?lang=zh&lang=en"])


@settings(deadline=None)  # a busy machine may take its time
@given(body=BODIES, query=QUERIES)
def test_errors_and_answers_are_those_of_the_route(
    both: tuple[TestClient, TestClient], body: bytes, query: str
) -> None:
    at_once, by_the_route = both
    assert told(at_once, body, query) == told(by_the_route, body, query)


def test_errors_a_run_that_told_reasons_otherwise_is_told_by_the_route(
    trained: Trained, scorer: Scorer, someone: str, tmp_path: Path
) -> None:
    shutil.copy(trained.file, tmp_path / "store.db")
    store = Store(tmp_path / "store.db")
    change(store, "UPDATE runs SET names = replace(names, '\"typical\"', '\"usual\"')")
    client = over(store, scorer)
    answer = client.post("/v1/predict", json={"customer_ids": [someone]})
    assert "told reasons otherwise; run `retinue score` again" in problem(answer, 503)["detail"]


@pytest.mark.parametrize("query", ["", "?lang=en", "?lang=zh"])
def test_everybody_is_told_of_as_by_the_route(
    both: tuple[TestClient, TestClient], trained: Trained, query: str
) -> None:
    customers = trained.tables.rows["customers"].customer_id.to_pyarrow().to_pylist()
    for customer_id in customers[:150]:
        body = f'{{"customer_ids": ["{customer_id}"]}}'.encode()
        status, headers, said = told(both[0], body, query)
        assert status == 200
        assert (status, headers, said) == told(both[1], body, query)


def test_one_customer_needs_no_place(trained: Trained, scorer: Scorer, someone: str) -> None:
    client = over(Glancing(trained.project.store), scorer)
    assert client.post("/v1/predict", json={"customer_ids": [someone]}).status_code == 200
    for asked in ({"customer_ids": [someone, someone]}, {"customer_ids": [someone], "reasons": 6}):
        answer = client.post("/v1/predict", json=asked)
        assert problem(answer, 503)["detail"] == "the route was asked"


def test_swap_another_model_is_asked_itself(trained: Trained, scorer: Scorer, someone: str) -> None:
    model = ServedModel(scorer)
    client = TestClient(create_app(Parts(model, trained.store)))
    asked = {"customer_ids": [someone]}
    before = client.post("/v1/predict", json=asked).json()["predictions"][0]
    model.scorer = Scorer(calibrated(trained.bundle, slope=2.0))
    after = client.post("/v1/predict", json=asked).json()["predictions"][0]
    assert before["log_odds"] != after["log_odds"]
    assert after["model"]["version"] == model.scorer.bundle.manifest.bundle_id


def test_access_is_asked_for_before_anything_is_told(
    trained: Trained, scorer: Scorer, someone: str, tmp_path: Path
) -> None:
    office = Office(tmp_path)
    good, other = office.make(Scope.PREDICT, rate=Rate(1, 2))[1], office.make(Scope.LISTS)[1]
    client = over(Glancing(trained.project.store), scorer, gate=office.gate())

    def ask(token: str | None) -> Any:
        headers = {"x-api-key": token} if token else {}
        return client.post("/v1/predict", json={"customer_ids": [someone]}, headers=headers)

    problem(ask(None), 401)
    problem(ask(other), 403)
    answers = [ask(good) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[0].headers["RateLimit-Policy"] == '"key";q=2;w=2'
    assert answers[1].headers["RateLimit"].startswith('"key";r=0')


def test_access_whom_no_gatekeeper_admitted_is_left_to_the_route(
    trained: Trained, scorer: Scorer, someone: str, tmp_path: Path
) -> None:
    reached: list[str] = []

    async def route(scope: Any, _receive: Any, _send: Any) -> None:
        reached.append(scope["path"])

    parts = Parts(ServedModel(scorer), trained.store, gate=Office(tmp_path).gate())
    body = f'{{"customer_ids": ["{someone}"]}}'.encode()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(_message: Any) -> None:
        raise AssertionError("it answered")

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/predict",
        "query_string": b"",
        "headers": [],
        "state": {"body_bytes": len(body), "admitted_to": Scope.LISTS},
    }
    asyncio.run(AtOnce(route, parts)(scope, receive, send))
    assert reached == ["/v1/predict"]


def test_it_is_counted_as_the_route_counts(trained: Trained, scorer: Scorer, someone: str) -> None:
    client = over(Glancing(trained.project.store), scorer)
    client.post("/v1/predict", json={"customer_ids": [someone]})
    page = client.get("/metrics").text
    assert 'retinue_predictions_total{status="scored"} 1.0' in page
    assert 'retinue_requests_total{method="POST",route="/v1/predict",status="200"} 1.0' in page
