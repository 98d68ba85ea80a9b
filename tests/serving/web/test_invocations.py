"""A client of MLflow's scoring server gets from us, byte by byte, what it gets from that."""

import json
from typing import Any

import mlflow
import numpy as np
import pytest
from mlflow.pyfunc.scoring_server import init
from starlette.testclient import TestClient

from features.catalog import NAMES
from tests.conftest import Trained
from tests.made_once import copy
from tests.serving.records import riskiest
from tests.serving.web.parsing import parsed, problem


@pytest.fixture(scope="module")
def theirs(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """MLflow's own server over the champion as it was logged."""
    (logged,) = trained.project.mlruns.glob("artifacts/models/*/artifacts")
    model = copy(logged, tmp_path_factory.mktemp("logged") / "model")  # MLflow writes beside it
    return TestClient(init(mlflow.pyfunc.load_model(str(model))))


@pytest.fixture(scope="module")
def records(trained: Trained) -> list[dict[str, float | None]]:
    """Features of some customers, nulls and all."""
    found = [record.features for record in riskiest(trained.store, 7)]
    return [
        {
            name: None if np.isnan(value) else float(value)
            for name, value in zip(NAMES, row, strict=True)
        }
        for row in found
        if row is not None
    ]


def split(records: list[dict[str, float | None]]) -> dict[str, Any]:
    return {"columns": [*NAMES], "data": [[row[name] for name in NAMES] for row in records]}


def columns(records: list[dict[str, float | None]]) -> dict[str, list[float | None]]:
    return {name: [row[name] for row in records] for name in NAMES}


def test_every_shape_gets_the_answer_of_mlflows_server(
    client: TestClient, theirs: TestClient, records: list[dict[str, float | None]]
) -> None:
    shapes: list[dict[str, Any]] = [
        {"dataframe_split": split(records)},
        {"dataframe_split": {**split(records), "index": [*range(7)]}},
        {"dataframe_records": records},
        {"dataframe_records": [{**row, "of_no_use": 1.0} for row in records]},
        {"instances": records},
        {"inputs": columns(records)},
    ]
    for shape in shapes:
        ours = parsed(client.post("/invocations", json=shape))
        expected = theirs.post("/invocations", json=shape)
        assert expected.status_code == 200, expected.text
        assert ours == json.loads(expected.text)
        assert len(ours["predictions"]) == 7


def test_ping_is_answered_as_by_mlflows_server(client: TestClient, theirs: TestClient) -> None:
    ours, expected = client.get("/ping"), theirs.get("/ping")
    assert (ours.status_code, ours.content) == (expected.status_code, expected.content)


def test_a_row_gets_the_probability_that_the_store_has(
    client: TestClient, trained: Trained, records: list[dict[str, float | None]]
) -> None:
    stored = [record.churn_probability for record in riskiest(trained.store, 7)]
    told = parsed(client.post("/invocations", json={"inputs": records}))["predictions"]
    assert [one["churn_probability"] for one in told] == stored


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"dataframe_records": [{"orders_in_total": 1}]}, "features are missing, such as"),
        ({"dataframe_split": {"columns": [*NAMES], "data": [[1.0]]}}, "another length"),
        ({"inputs": {"orders_in_total": [1], "spend_in_total": [1, 2]}}, "different lengths"),
    ],
)
def test_rows_that_do_not_fit_the_model_are_refused(
    client: TestClient, body: dict[str, Any], says: str
) -> None:
    assert says in problem(client.post("/invocations", json=body), 422)["detail"]


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        '{"inputs": {}, "instances": {}}',
        '{"dataframe_records": [{"orders_in_total": "7"}]}',
        '{"dataframe_records": [{"orders_in_total": true}]}',
        '{"dataframe_records": [{"orders_in_total": NaN}]}',
        '{"dataframe_records": [{"orders_in_total": 1e999}]}',
        '{"rows": []}',
    ],
)
def test_what_is_no_finite_number_is_refused(client: TestClient, body: str) -> None:
    kind = {"content-type": "application/json"}
    details = problem(client.post("/invocations", content=body, headers=kind), 422)
    assert details["errors"]


def test_more_rows_than_a_batch_holds_are_refused(
    client: TestClient, records: list[dict[str, float | None]]
) -> None:
    many = {"dataframe_split": split(records * 144)}
    assert "1,008 rows" in problem(client.post("/invocations", json=many), 422)["detail"]


def test_no_rows_have_no_answers(client: TestClient) -> None:
    assert parsed(client.post("/invocations", json={"inputs": []})) == {"predictions": []}
