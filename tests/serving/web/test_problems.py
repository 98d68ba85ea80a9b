"""Errors as problem details: where, what and never the caller's values."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from scoring.scorer import Scorer
from serving.records import Run
from serving.served_model import ServedModel
from serving.store import Store
from serving.web.app import Parts, create_app
from serving.web.problem_kinds import KINDS
from serving.web.problems import KIND, OF_THE_FRAMEWORK
from tests.conftest import Trained
from tests.serving.records import riskiest
from tests.serving.web.parsing import problem

CANARY = "canary-4711"


@pytest.fixture
def known(trained: Trained) -> str:
    return riskiest(trained.store, 1)[0].customer_id


def pointers(details: Any) -> list[str]:
    return [error["pointer"] for error in details["errors"]]


def test_unknown_customers_are_pointed_at_and_not_repeated(client: TestClient, known: str) -> None:
    asked = {"customer_ids": [f"{CANARY}-1", known, f"{CANARY}-2"]}

    answer = client.post("/v1/predict", json=asked)

    details = problem(answer, 404)
    assert pointers(details) == ["#/customer_ids/0", "#/customer_ids/2"]
    assert "2 of 3 customers" in details["detail"]
    assert CANARY not in answer.text


def test_an_unknown_customer_in_the_path_is_not_repeated(client: TestClient) -> None:
    answer = client.get(f"/v1/customers/{CANARY}")
    assert "check the id" in problem(answer, 404)["detail"]
    assert CANARY not in answer.text


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"customer_ids": [CANARY] * 1001}, "#/customer_ids"),
        ({"customer_ids": []}, "#/customer_ids"),
        ({"customer_ids": CANARY}, "#/customer_ids"),
        ({"customer_ids": ["a", 4711]}, "#/customer_ids/1"),
        ({"customer_ids": ["a", {"id": CANARY}]}, "#/customer_ids/1"),
        ({"customer_ids": ["a"], "reasons": CANARY}, "#/reasons"),
        ({"customer_ids": ["a"], "reasons": -4711}, "#/reasons"),
        ({"customer_ids": ["a"], "reasons": 51}, "#/reasons"),
        ({"customer_ids": ["a"], "explain/why": CANARY}, "#/explain~1why"),
    ],
)
def test_a_body_that_does_not_fit_is_pointed_at_and_not_repeated(
    client: TestClient, body: dict[str, Any], pointer: str
) -> None:
    named = {"x-request-id": "asked"}  # one made by chance may hold any four digits
    answer = client.post("/v1/predict", json=body, headers=named)

    details = problem(answer, 422)
    assert pointers(details) == [pointer]
    assert all(error["detail"] for error in details["errors"])
    assert "4711" not in answer.text


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_finite_numbers_that_are_not_are_refused(client: TestClient, number: str) -> None:
    body = f'{{"customer_ids": ["a"], "reasons": {number}}}'
    json = {"content-type": "application/json"}
    answer = client.post("/v1/predict", content=body, headers=json)
    assert pointers(problem(answer, 422)) == ["#/reasons"]


def test_a_body_that_is_no_object_is_pointed_at_as_a_whole(client: TestClient) -> None:
    # By RFC 6901 the whole document is "#"; "#/" is its member with the empty name.
    assert pointers(problem(client.post("/v1/predict", json=[CANARY]), 422)) == ["#"]


def test_a_body_that_is_no_json_is_pointed_at_as_a_whole(client: TestClient) -> None:
    body, json = f'{{"customer_ids": ["{CANARY}"', {"content-type": "application/json"}
    answer = client.post("/v1/predict", content=body, headers=json)
    assert pointers(problem(answer, 422)) == ["#"]
    assert CANARY not in answer.text


def test_a_body_that_is_no_text_is_refused(client: TestClient) -> None:
    json = {"content-type": "application/json"}
    problem(client.post("/v1/predict", content=b'"\xff"', headers=json), 400)


def test_half_a_character_in_an_id_is_the_callers_mistake(trained: Trained, scorer: Scorer) -> None:
    client = TestClient(
        create_app(Parts(ServedModel(scorer), trained.store)), raise_server_exceptions=False
    )
    body, json = b'{"customer_ids": ["\\ud800"]}', {"content-type": "application/json"}

    answer = client.post("/v1/predict", content=body, headers=json)

    assert answer.status_code in (404, 422), answer.text


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"limit": "0"}, "?limit"),
        ({"limit": "1001"}, "?limit"),
        ({"limit": CANARY}, "?limit"),
        ({"tier": CANARY}, "?tier"),
        ({"sort": CANARY}, "?sort"),
    ],
)
def test_a_query_that_does_not_fit_is_pointed_at_and_not_repeated(
    client: TestClient, query: dict[str, str], pointer: str
) -> None:
    answer = client.get("/v1/at-risk", params=query)
    assert pointers(problem(answer, 422)) == [pointer]
    assert CANARY not in answer.text


@pytest.mark.parametrize("path", [f"/{CANARY}", f"/v1/{CANARY}", "/v1/customers/", "/v2/predict"])
def test_an_unknown_route_is_a_problem(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert "see /problems" in problem(answer, 404)["detail"]
    assert CANARY not in answer.text


def test_a_wrong_method_is_a_problem_that_names_the_right_one(client: TestClient) -> None:
    answer = client.get("/v1/predict")
    problem(answer, 405)
    assert answer.headers["allow"] == "POST"


class FallenStore(Store):
    """A store that fails in a way nobody foresaw, telling of a customer."""

    def current_run(self) -> Run:
        raise RuntimeError(f"no luck with {CANARY}")


def test_errors_an_unforeseen_one_is_a_problem_that_tells_nothing(
    trained: Trained, scorer: Scorer
) -> None:
    parts = Parts(ServedModel(scorer), FallenStore(trained.project.store))
    client = TestClient(create_app(parts), raise_server_exceptions=False)

    answer = client.get("/readyz")

    assert CANARY not in answer.text
    problem(answer, 500)


def test_errors_every_kind_is_on_the_page_that_its_type_points_at(client: TestClient) -> None:
    page = client.get("/problems")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for kind in KINDS:
        assert f'id="{kind.slug}"' in page.text
    for answer in (client.get("/nowhere"), client.get("/v1/predict"), client.post("/v1/predict")):
        where, _, anchor = answer.json()["type"].partition("#")
        assert where == "/problems"
        assert f'id="{anchor}"' in page.text


def test_kinds_of_problems_are_told_apart_by_title() -> None:
    assert len({kind.slug for kind in KINDS}) == len(KINDS)
    assert {kind for _, kind in KIND} | {*OF_THE_FRAMEWORK.values()} <= {*KINDS}
