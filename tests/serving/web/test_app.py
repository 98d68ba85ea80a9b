"""What the endpoints answer, and that every answer adds up."""

import math
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from features.catalog import NAMES
from scoring.scorer import Scorer
from serving.served_model import ServedModel
from serving.web.app import Parts, create_app
from tests.conftest import Trained
from tests.scoring.variants import described
from tests.serving.records import riskiest
from tests.serving.web.parsing import parsed

CHUNK = 250


@pytest.fixture(scope="session")
def ids(trained: Trained) -> list[str]:
    """Of all customers, whether they have a score or not."""
    customers = trained.tables.rows["customers"].customer_id.to_pyarrow().to_pylist()
    orders = trained.tables.orders.customer_id.to_pyarrow().to_pylist()
    return sorted({*customers, *orders})


@pytest.fixture(scope="session")
def predictions(client: TestClient, ids: list[str]) -> dict[str, Any]:
    """What POST /v1/predict says of every customer, asked in chunks."""
    found: list[dict[str, Any]] = []
    for start in range(0, len(ids), CHUNK):
        asked = {"customer_ids": ids[start : start + CHUNK], "reasons": 3}
        found += parsed(client.post("/v1/predict", json=asked))["predictions"]
    return {prediction["customer_id"]: prediction for prediction in found}


def undated(prediction: dict[str, Any]) -> dict[str, Any]:
    """Without the age of the data, which grows between two requests."""
    return {name: value for name, value in prediction.items() if name != "data_age_s"}


def test_everyone_has_one_answer_by_status(
    trained: Trained, ids: list[str], predictions: dict[str, Any]
) -> None:
    counts = trained.store.current_run().counts
    statuses = [prediction["status"] for prediction in predictions.values()]
    assert len(ids) == len(predictions) == sum(counts.values())
    assert {status: statuses.count(status) for status in set(statuses)} == {
        "scored": counts["scored"],
        "already_churned": counts["already_churned"],
        "insufficient_history": counts["never_ordered"],
    }


def test_additive_reasons_and_the_rest_add_up_for_everyone(
    predictions: dict[str, Any],
) -> None:
    scored = [found for found in predictions.values() if found["status"] == "scored"]
    for found in scored:
        told = sum(reason["contribution"] for reason in found["reasons"])
        total = found["base_log_odds"] + told + found["other_contributions"]
        assert total == pytest.approx(found["log_odds"], rel=0, abs=1e-6)
        p = found["churn_probability"]
        assert 0 <= p <= 1
        assert math.log(p / (1 - p)) == pytest.approx(found["log_odds"], rel=0, abs=1e-9)
        assert len(found["reasons"]) <= 3
    assert len(scored) > 100


def test_an_answer_is_what_the_batch_stored(trained: Trained, predictions: dict[str, Any]) -> None:
    records = riskiest(trained.store, 10_000)
    for record in records:
        answer, stored = predictions[record.customer_id], record.prediction
        assert stored is not None
        same = ("churn_probability", "log_odds", "percentile", "risk_tier", "missing_inputs")
        assert {name: answer[name] for name in same} == {name: stored[name] for name in same}
        assert answer["segments"] == stored["segments"]


def test_a_prediction_is_dated_and_names_its_model(
    trained: Trained, predictions: dict[str, Any]
) -> None:
    manifest, run = trained.bundle.manifest, trained.store.current_run()
    since_last_order = datetime.now(UTC) - datetime.fromisoformat(run.data_until)
    for found in predictions.values():
        assert found["model"] == {
            "name": "simulated",
            "version": manifest.bundle_id,
            "trained_at": manifest.created_at,
        }
        assert found["as_of"] == run.as_of
        assert found["data_age_s"] == pytest.approx(since_last_order.total_seconds(), abs=600)


def test_no_score_is_guessed_for_who_has_none(predictions: dict[str, Any]) -> None:
    unscored = [found for found in predictions.values() if found["status"] != "scored"]
    for found in unscored:
        assert "churn_probability" not in found
        assert found["explanation"]
    assert {found["status"] for found in unscored} == {"already_churned", "insufficient_history"}


def test_predictions_stand_in_the_order_asked(client: TestClient, ids: list[str]) -> None:
    asked = [ids[5], ids[0], ids[9], ids[5]]
    answer = parsed(client.post("/v1/predict", json={"customer_ids": asked}))
    assert [found["customer_id"] for found in answer["predictions"]] == asked


@pytest.mark.parametrize("most", [0, 1, 50])
def test_as_many_reasons_are_told_as_asked(client: TestClient, trained: Trained, most: int) -> None:
    known = riskiest(trained.store, 1)[0].customer_id
    asked = {"customer_ids": [known], "reasons": most}

    (found,) = parsed(client.post("/v1/predict", json=asked))["predictions"]

    sizes = [abs(reason["contribution"]) for reason in found["reasons"]]
    assert len(sizes) == most if most <= 1 else 10 < len(sizes) <= len(NAMES)
    assert sizes == sorted(sizes, reverse=True)


def test_reasons_are_told_in_the_language_asked_for(client: TestClient, trained: Trained) -> None:
    known = riskiest(trained.store, 1)[0].customer_id
    asked = {"customer_ids": [known]}
    english, chinese, default = (
        parsed(client.post(f"/v1/predict{query}", json=asked))["predictions"][0]["reasons"]
        for query in ("?lang=en", "?lang=zh", "")
    )
    profile = parsed(client.get(f"/v1/customers/{known}", params={"lang": "zh"}))
    (line,) = parsed(client.get("/v1/at-risk", params={"limit": 1, "lang": "zh"}))["customers"]

    assert default == english
    for one, other in zip(english, chinese, strict=True):
        assert "associated with" in one["text"]
        assert "流失风险相关" in other["text"]
        assert {**one, "text": ""} == {**other, "text": ""}
    assert profile["prediction"]["reasons"] == chinese
    assert line["reasons"]
    for fact in line["reasons"]:
        assert fact in {one["text"].removesuffix("，与更高的流失风险相关") for one in chinese}


def test_no_score_is_explained_in_the_language_asked_for(
    client: TestClient, predictions: dict[str, Any]
) -> None:
    for status in ("already_churned", "insufficient_history"):
        customer_id = next(i for i, one in predictions.items() if one["status"] == status)
        answer = parsed(client.get(f"/v1/customers/{customer_id}", params={"lang": "zh"}))
        assert not answer["prediction"]["explanation"].isascii()


def test_a_thousand_ids_can_be_asked_at_once(client: TestClient, ids: list[str]) -> None:
    answer = parsed(client.post("/v1/predict", json={"customer_ids": (ids * 2)[:1000]}))
    assert len(answer["predictions"]) == 1000


def test_unusual_inputs_are_warned_of(predictions: dict[str, Any]) -> None:
    outside = [found for found in predictions.values() if found.get("out_of_range_inputs")]
    assert outside
    for found in outside:
        (warning,) = found["warnings"]
        assert all(name in warning for name in found["out_of_range_inputs"])


def test_a_profile_holds_the_prediction_that_predict_gives(
    client: TestClient, ids: list[str]
) -> None:
    answers = parsed(client.post("/v1/predict", json={"customer_ids": ids[:100]}))["predictions"]
    for customer_id, answer in zip(ids[:100], answers, strict=True):
        profile = parsed(client.get(f"/v1/customers/{customer_id}"))
        assert undated(profile["prediction"]) == undated(answer)


def test_a_profile_holds_the_stored_features_and_facts(
    client: TestClient, trained: Trained, ids: list[str]
) -> None:
    for customer_id in ids[:100]:
        profile = parsed(client.get(f"/v1/customers/{customer_id}"))
        run, record = trained.store.customer(customer_id)
        known = [math.nan] * len(NAMES) if record.features is None else record.features.tolist()
        assert list(profile["features"]) == list(NAMES)
        assert list(profile["features"].values()) == [
            None if math.isnan(value) else value for value in known
        ]
        assert (profile["customer_id"], profile["as_of"]) == (customer_id, run.as_of)
        assert profile["attributes"] == record.profile["attributes"]
        assert profile["events"] == record.profile["events"]


def test_the_list_says_what_predict_says_riskiest_first(
    client: TestClient, trained: Trained, predictions: dict[str, Any]
) -> None:
    answer = parsed(client.get("/v1/at-risk", params={"limit": 1000}))

    listed = answer["customers"]
    assert [found["churn_probability"] for found in listed] == sorted(
        (found.get("churn_probability", -1) for found in predictions.values()), reverse=True
    )[: len(listed)]
    assert len(listed) == trained.store.current_run().counts["scored"]
    for found in listed:
        prediction = predictions[found["customer_id"]]
        assert found["churn_probability"] == prediction["churn_probability"]
        assert found["risk_tier"] == prediction["risk_tier"]
        assert len(found["reasons"]) <= 3
    assert answer["currency"] == "EUR"
    assert answer["model_version"] == trained.bundle.manifest.bundle_id


def test_the_list_can_be_filtered_sorted_and_cut(client: TestClient) -> None:
    query = {"tier": "high", "sort": "value_at_risk", "limit": "5"}
    listed = parsed(client.get("/v1/at-risk", params=query))["customers"]
    assert {found["risk_tier"] for found in listed} == {"high"}
    spend = [found["value_at_risk"] for found in listed]
    assert spend == sorted(spend, reverse=True)
    assert len(listed) == 5


def test_fifty_are_listed_unless_asked_otherwise(client: TestClient) -> None:
    assert len(parsed(client.get("/v1/at-risk"))["customers"]) == 50


@pytest.mark.parametrize("silent_days", [7, 120])
def test_the_served_models_churn_definition_decides_and_not_the_runs(
    trained: Trained, ids: list[str], silent_days: int
) -> None:
    # A model promoted after the run was scored: it draws the line elsewhere.
    definition = replace(trained.bundle.manifest.churn_definition, silent_days=silent_days)
    served = Scorer(described(trained.bundle, churn_definition=definition))
    client = TestClient(create_app(Parts(ServedModel(served), trained.store)))

    answers = parsed(client.post("/v1/predict", json={"customer_ids": ids}))["predictions"]

    for answer in answers:
        _, record = trained.store.customer(answer["customer_id"])
        if record.features is None:
            assert answer["status"] == "insufficient_history"
        else:
            gone = record.features[NAMES.index("days_since_last_order")] >= silent_days
            assert answer["status"] == ("already_churned" if gone else "scored")
