"""Customers asked for by their rows: the batch's own answer, nothing kept, mistakes pointed at."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from features.contract import CONTRACT, CUSTOMERS
from serving.web.raw_rows import CustomerRows
from tests.conftest import Trained
from tests.serving.web.parsing import problem
from tests.serving.web.sending import by_rows

Change = Callable[[dict[str, Any]], object]


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
    before = trained.project.store.read_bytes()
    asked(client, {"customers": [{"customer_id": "canary-8341"}]})

    assert trained.project.store.read_bytes() == before
    assert client.get("/v1/customers/canary-8341").status_code == 404


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
