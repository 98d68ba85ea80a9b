"""Customers asked for by their rows: the batch's own answer, nothing kept, mistakes pointed at."""

import asyncio
import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
import structlog
from starlette.testclient import TestClient

from benchmarks.sent_rows import by_rows
from features.contract import CONTRACT, CUSTOMERS
from retinue.commands.serve import online_settings
from scoring.scorer import Scorer
from serving.online import OnlineCustomers
from serving.served_model import ServedModel
from serving.web.app import Parts, create_app
from serving.web.raw_rows import CustomerRows
from tests.conftest import Trained
from tests.serving.web.parsing import parsed, problem

CANARY = "canary-8341"
PATIENCE_S = 120


def everyone(trained: Trained, count: int = 40) -> list[str]:
    with trained.store.reading() as (connection, _):
        found = connection.exec_driver_sql("SELECT customer_id FROM customers ORDER BY 1")
        ids = [row[0] for row in found]
    return ids[:: max(1, len(ids) // count)]


def asked(client: TestClient, body: dict[str, Any], lang: str = "en") -> list[dict[str, Any]]:
    answer = client.post("/v1/predict", params={"lang": lang}, json=body)
    assert answer.status_code == 200, answer.text
    predictions: list[dict[str, Any]] = answer.json()["predictions"]
    return predictions


def without_age(predictions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "data_age_s": None} for one in predictions]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_skew_rows_sent_give_the_answer_of_the_batch_to_the_bit(
    client: TestClient, trained: Trained, lang: str
) -> None:
    ids = everyone(trained)
    by_id = asked(client, {"customer_ids": ids}, lang)
    as_of = by_id[0]["as_of"]

    together = asked(client, by_rows(trained.project, ids, as_of), lang)

    assert {one["status"] for one in by_id} > {"scored"}
    assert without_age(together) == without_age(by_id)
    for place in range(0, len(ids), 8):
        alone = asked(client, by_rows(trained.project, [ids[place]], as_of), lang)
        assert without_age(alone) == without_age([by_id[place]])


def test_no_leak_rows_at_the_moment_or_later_change_nothing_and_are_counted(
    client: TestClient, trained: Trained
) -> None:
    (one,) = everyone(trained)[:1]
    as_of = asked(client, {"customer_ids": [one]})[0]["as_of"]
    body = by_rows(trained.project, [one], as_of)
    before = asked(client, body)[0]
    body["customers"][0]["orders"] += [
        {"ordered_at": as_of, "amount": 1e6},
        {"ordered_at": "2099-01-01T00:00:00+08:00", "amount": 1e6},
    ]

    (after,) = asked(client, body)

    told = [one for one in after["warnings"] if "were not counted: 2" in one]
    assert len(told) == 1
    assert after["warnings"] == [*told, *before["warnings"]]
    same = ("churn_probability", "reasons", "status", "segments")
    assert {name: after.get(name) for name in same} == {name: before.get(name) for name in same}


def test_a_moment_in_another_zone_is_the_same_moment(client: TestClient, trained: Trained) -> None:
    (one,) = everyone(trained)[:1]
    as_of = asked(client, {"customer_ids": [one]})[0]["as_of"]
    midnight = as_of.removesuffix("00:00:00Z")
    in_shanghai = by_rows(trained.project, [one], midnight + "08:00:00+08:00")
    naive = by_rows(trained.project, [one], midnight + "00:00:00")

    assert without_age(asked(client, in_shanghai)) == without_age(asked(client, naive))


def test_of_whom_nothing_is_sent_nothing_is_guessed(client: TestClient) -> None:
    (answer,) = asked(client, {"customers": [{"customer_id": "nobody"}]})

    assert answer["status"] == "insufficient_history"
    assert answer["explanation"] == "no order is known"
    assert answer["data_age_s"] is None


def test_what_the_project_does_not_map_is_left_aside_and_said(client: TestClient) -> None:
    customer = {
        "customer_id": "a",
        "attributes": {"favourite_colour": "red", "region": "North"},
        "orders": [{"ordered_at": "2024-01-01T00:00:00Z", "amount": 5, "channel": "web"}],
        "tickets": [{"opened_at": "2024-01-01T00:00:00Z"}],
    }
    (answer,) = asked(client, {"customers": [customer]})

    (warning,) = answer["warnings"]
    for left in ("customers.favourite_colour", "orders.channel", "tickets.opened_at"):
        assert left in warning
    assert "region" not in warning


def order(**columns: object) -> dict[str, object]:
    orders = [{"ordered_at": "2024-01-01T00:00:00Z", "amount": 5, **columns}]
    return {"customers": [{"customer_id": "a", "orders": orders}]}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#"),
        ({"customer_ids": ["a"], "customers": [{"customer_id": "a"}]}, "#"),
        ({"customer_ids": ["a"], "as_of": "2024-01-01T00:00:00Z"}, "#"),
        ({"customers": []}, "#/customers"),
        ({"customers": [{"customer_id": "a"}, {"customer_id": "a"}]}, "#"),
        ({"customers": [{"orders": []}]}, "#/customers/0/customer_id"),
        ({"customers": [{"customer_id": "a", "baskets": []}]}, "#/customers/0/baskets"),
        (order(price=1), "#/customers/0/orders/0/price"),
        (order(amount="much"), "#/customers/0/orders/0/amount"),
        (order(amount=1e14), "#/customers/0/orders/0/amount"),
        (order(amount=None), "#/customers/0/orders/0/amount"),
        (order(ordered_at=1704067200), "#/customers/0/orders/0/ordered_at"),
        (order(ordered_at="yesterday"), "#/customers/0/orders/0/ordered_at"),
        (order(ordered_at="0001-01-01T00:00:00+10:00"), "#/customers/0/orders/0/ordered_at"),
        (order(order_id="\ud800"), "#/customers/0/orders/0/order_id"),
        (order(quantity=True), "#/customers/0/orders/0/quantity"),
    ],
)
def test_what_does_not_fit_is_pointed_at(
    client: TestClient, body: dict[str, Any], pointer: str
) -> None:
    sent = json.dumps(body)
    answer = client.post("/v1/predict", content=sent, headers={"content-type": "application/json"})
    found = problem(answer, 422)
    assert [one["pointer"] for one in found["errors"]][:1] == [pointer]


def test_nothing_of_the_rows_is_kept(client: TestClient, trained: Trained) -> None:
    file = trained.project.store
    assert isinstance(file, Path)
    before = file.read_bytes()
    asked(client, {"customers": [{"customer_id": CANARY}]})

    assert file.read_bytes() == before
    assert client.get(f"/v1/customers/{CANARY}").status_code == 404


def test_determinism_many_at_once_get_the_bits_of_one_after_the_other(
    client: TestClient, trained: Trained
) -> None:
    ids = everyone(trained, 16)[:16]
    as_of = asked(client, {"customer_ids": ids})[0]["as_of"]
    bodies = [by_rows(trained.project, [one], as_of) for one in ids]
    questions = [*bodies, *({"customer_ids": [one]} for one in ids)] * 2
    serial = [without_age(asked(client, body)) for body in questions]

    async def at_once() -> list[Any]:
        # One loop, as under a server; the answers are made in threads of it.
        transport = httpx2.ASGITransport(client.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://here") as ask:
            answers = await asyncio.gather(
                *(ask.post("/v1/predict", json=body) for body in questions)
            )
        return [without_age(parsed(answer)["predictions"]) for answer in answers]

    assert asyncio.run(asyncio.wait_for(at_once(), PATIENCE_S)) == serial


def test_privacy_nothing_of_the_rows_stands_in_log_metrics_or_errors(
    scorer: Scorer, trained: Trained
) -> None:
    lines = StringIO()
    log = structlog.wrap_logger(
        structlog.WriteLogger(lines), processors=[structlog.processors.JSONRenderer()]
    )
    settings = online_settings(trained.project)
    assert settings is not None
    parts = Parts(ServedModel(scorer), trained.store, log=log, online=OnlineCustomers(settings))
    ask = TestClient(create_app(parts))
    rows = {
        "customer_id": CANARY,
        "attributes": {"region": CANARY},
        "orders": [{"ordered_at": "2024-01-01T00:00:00Z", "amount": 5, "order_id": CANARY}],
        "events": [{"occurred_at": "2024-01-01T00:00:00Z", "kind": CANARY}],
        "feedback": [{"given_at": "2024-01-01T00:00:00Z", "text": CANARY}],
    }
    wrong = {**rows, "orders": [{"ordered_at": CANARY, "amount": CANARY}]}

    answer = ask.post("/v1/predict", json={"customers": [rows]})
    refused = ask.post("/v1/predict", json={"customers": [wrong], "as_of": CANARY})

    assert answer.status_code == 200
    assert CANARY not in problem(refused, 422)["detail"] + refused.text
    assert CANARY not in lines.getvalue() + ask.get("/metrics").text


def test_a_project_with_features_of_its_own_has_no_such_rows(
    scorer: Scorer, trained: Trained
) -> None:
    without = TestClient(create_app(Parts(ServedModel(scorer), trained.store)))
    answer = without.post("/v1/predict", json={"customers": [{"customer_id": "a"}]})
    assert "send features to /invocations" in problem(answer, 422)["detail"]


def test_texts_that_another_model_reads_are_not_answered_of(
    scorer: Scorer, trained: Trained
) -> None:
    settings = online_settings(trained.project)
    assert settings is not None
    columns = {**settings.columns, "feedback": ("customer_id", "given_at", "text")}
    online = OnlineCustomers(replace(settings, columns=columns))
    ask = TestClient(create_app(Parts(ServedModel(scorer), trained.store, online=online)))

    answer = ask.post("/v1/predict", json={"customers": [{"customer_id": "a"}]})

    assert "`retinue train` again" in problem(answer, 500)["detail"]


def test_every_table_and_column_of_the_contract_can_be_sent() -> None:
    for table in CONTRACT:
        field = "attributes" if table is CUSTOMERS else table.name
        schema = CustomerRows.model_json_schema()
        name = "Attributes" if table is CUSTOMERS else f"{table.name.title()}Row"
        assert field in schema["properties"]
        columns = {column.name for column in table.columns} - {"customer_id"}
        assert set(schema["$defs"][name]["properties"]) == columns
        required = set(table.required) - {"customer_id"}
        assert set(schema["$defs"][name].get("required", [])) == required
