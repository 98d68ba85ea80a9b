"""Erasing over HTTP: with a key of its own kind, on record, and answered alike when asked again."""

import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from scoring.scorer import Scorer
from serving.access.scopes import Scope
from serving.served_model import ServedModel
from serving.store import Store
from serving.web.app import Parts, create_app
from tests.conftest import Trained
from tests.serving.access.hands import Office
from tests.serving.records import change, riskiest
from tests.serving.web.parsing import parsed, problem


class Shop:
    """The simulated shop's server, over a copy of its store."""

    def __init__(self, trained: Trained, scorer: Scorer, folder: Path) -> None:
        shutil.copy(trained.file, folder / "store.db")
        self.store = Store(folder / "store.db")
        self.office = Office(folder)
        self.token = self.office.make(*Scope)[1]
        self.lists = self.office.make(Scope.LISTS, Scope.PREDICT)[1]
        parts = Parts(ServedModel(scorer), self.store, gate=self.office.gate())
        self.client = TestClient(create_app(parts), raise_server_exceptions=False)
        self.someone = riskiest(self.store, 1)[0].customer_id

    def erase(
        self, *ids: str, key: str | None = None, token: str | None = None, **more: Any
    ) -> Response:
        headers = {"X-API-Key": token or self.token}
        if key is not None:
            headers["Idempotency-Key"] = key
        body = {"customer_ids": list(ids), **more}
        return self.client.post("/v1/erasures", json=body, headers=headers)

    def get(self, path: str, **headers: str) -> Response:
        return self.client.get(path, headers={"X-API-Key": self.token, **headers})


@pytest.fixture
def shop(trained: Trained, scorer: Scorer, tmp_path: Path) -> Shop:
    return Shop(trained, scorer, tmp_path)


def test_privacy_who_was_erased_is_answered_for_no_more(shop: Shop) -> None:
    path = f"/v1/customers/{shop.someone}"
    asked = {"customer_ids": [shop.someone]}
    key = {"X-API-Key": shop.token}
    assert shop.get(path).status_code == 200
    assert shop.client.post("/v1/predict", json=asked, headers=key).status_code == 200

    answer = parsed(shop.erase(shop.someone, "nobody"))

    assert {**answer, "erased_at": ""} == {"erased": 1, "unknown": 1, "runs": 1, "erased_at": ""}
    problem(shop.get(path), 404)
    problem(shop.client.post("/v1/predict", json=asked, headers=key), 404)
    listed = parsed(shop.get("/v1/at-risk?limit=1000"))["customers"]
    assert shop.someone not in {one["customer_id"] for one in listed}


def test_a_list_held_from_before_is_not_taken_for_the_same(shop: Shop) -> None:
    path = "/v1/at-risk?limit=5"
    held = shop.get(path).headers["etag"]
    assert shop.get(path, **{"If-None-Match": held}).status_code == 304
    shop.erase(shop.someone)
    assert shop.get(path, **{"If-None-Match": held}).status_code == 200


def test_idempotent_the_same_request_is_answered_as_before(shop: Shop) -> None:
    key = str(uuid4())
    first, again = (shop.erase(shop.someone, key=key) for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert parsed(first)["erased"] == 1
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"


def test_idempotent_another_body_is_422(shop: Shop) -> None:
    shop.erase("someone", key="k")
    refused = problem(shop.erase(shop.someone, key="k"), 422)
    assert refused["title"] == "Idempotency key reused"
    assert shop.get(f"/v1/customers/{shop.someone}").status_code == 200


def test_idempotent_what_is_under_way_is_409(shop: Shop) -> None:
    with Store(shop.store.place).database.scoring():
        answer = shop.erase(shop.someone, key="k")
    assert problem(answer, 409)["title"] == "Write under way"
    assert int(answer.headers["Retry-After"]) > 0
    assert parsed(shop.erase(shop.someone, key="k"))["erased"] == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "\x7f", "x" * 256])
def test_errors_a_key_that_is_no_token_is_refused(shop: Shop, key: str) -> None:
    refused = problem(shop.erase(shop.someone, key=key), 422)
    assert refused["errors"][0]["pointer"] == "header:idempotency-key"
    assert shop.get(f"/v1/customers/{shop.someone}").status_code == 200


def test_errors_two_different_keys_are_refused(shop: Shop) -> None:
    headers = [("X-API-Key", shop.token), ("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    body = {"customer_ids": [shop.someone]}
    answer = shop.client.post("/v1/erasures", json=body, headers=headers)
    assert "two different Idempotency-Key headers" in problem(answer, 422)["detail"]
    assert shop.get(f"/v1/customers/{shop.someone}").status_code == 200


def test_errors_a_store_that_cannot_be_written_says_so(shop: Shop) -> None:
    change(
        shop.store,
        "CREATE TRIGGER full BEFORE DELETE ON labels "
        "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
    )
    refused = problem(shop.erase(shop.someone, key="k"), 503)
    assert refused["title"] == "Store cannot be written"
    assert "disk is full" in refused["detail"]
    assert shop.someone not in refused["detail"]
    assert shop.get(f"/v1/customers/{shop.someone}").status_code == 200


def test_access_it_takes_a_scope_of_its_own_and_is_on_record(shop: Shop) -> None:
    problem(shop.erase(shop.someone, token=shop.lists), 403)
    assert shop.office.audit.latest(9, ["http.erasures"]) == []
    shop.erase(shop.someone)
    (entry,) = shop.office.audit.latest(9, ["http.erasures"])
    assert entry.details == '{"route":"POST /v1/erasures"}'


def test_idempotent_keys_of_one_caller_mean_nothing_for_another(shop: Shop) -> None:
    other = shop.office.make(Scope.ERASURES)[1]
    shop.erase(shop.someone, key="k")
    answer = shop.erase(shop.someone, key="k", token=other)
    assert "Idempotency-Replayed" not in answer.headers
    assert parsed(answer)["unknown"] == 1
