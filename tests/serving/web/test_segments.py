"""Segments over HTTP: sizes, rules, pages and movement, and what is refused."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from scoring.scorer import Scorer
from scoring.segments.schemes import SCHEMES
from serving.batch import score_customers
from serving.served_model import ServedModel
from serving.store import Store
from serving.web.app import Parts, create_app
from tests.conftest import Trained
from tests.serving.records import scored, write
from tests.serving.web.parsing import parsed, problem

CANARY = "canary-4711"
DAYS_BACK = 56


@pytest.fixture(scope="module")
def twice(trained: Trained, scorer: Scorer, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """Over a store with runs of two dates."""
    store = Store(tmp_path_factory.mktemp("twice") / "store.db")
    last = trained.tables.day_after_last_order
    for days in (DAYS_BACK, 0):
        score_customers(trained.tables, scorer, store, last - timedelta(days=days))
    return TestClient(create_app(Parts(ServedModel(scorer), store)))


@pytest.fixture(scope="module")
def schemes(twice: TestClient) -> dict[str, Any]:
    return {one["scheme"]: one for one in parsed(twice.get("/v1/segments"))["schemes"]}


def everyone(client: TestClient, scheme: str, **query: str) -> list[dict[str, Any]]:
    """All pages of a scheme's customers."""
    found: list[dict[str, Any]] = []
    asked = {**query, "limit": "97"}
    while True:
        page = parsed(client.get(f"/v1/segments/{scheme}/customers", params=asked))
        found += page["customers"]
        if page["next"] is None:
            return found
        asked["cursor"] = page["next"]


def on(schemes: dict[str, Any]) -> list[str]:
    return [name for name, one in schemes.items() if one["on"]]


def test_every_scheme_is_listed_on_or_off_with_why(schemes: dict[str, Any]) -> None:
    assert list(schemes) == [scheme.name for scheme in SCHEMES]
    for one in schemes.values():
        assert bool(one["labels"]) == one["on"] != bool(one["why_off"])
        assert one["title"]["en"]
        assert one["title"]["zh"]
    assert {one["on"] for one in schemes.values()} == {True, False}


def test_sizes_reconcile_with_the_customers_listed(
    twice: TestClient, schemes: dict[str, Any]
) -> None:
    for name in on(schemes):
        rows = everyone(twice, name)
        ids = [row["customer_id"] for row in rows]
        assert ids == sorted(set(ids))
        counts = Counter(row["label"] for row in rows)
        money: dict[str, float] = dict.fromkeys(counts, 0.0)
        for row in rows:
            money[row["label"]] += row["money"]
        for size in (*schemes[name]["labels"], schemes[name]["unlabelled"]):
            assert size["customers"] == counts[size["label"]]
            assert size["money"] == pytest.approx(money.get(size["label"], 0), abs=1e-6)
            assert size["share"] == pytest.approx(counts[size["label"]] / len(rows))


def test_a_label_lists_its_customers_alone(twice: TestClient, schemes: dict[str, Any]) -> None:
    rows = everyone(twice, "rfm")
    for size in (*schemes["rfm"]["labels"], schemes["rfm"]["unlabelled"]):
        of_label = everyone(twice, "rfm", label=size["label"])
        assert of_label == [row for row in rows if row["label"] == size["label"]]


def test_a_definition_is_the_rule_in_words(twice: TestClient, scorer: Scorer) -> None:
    segments = scorer.bundle.parts.segments
    for name, fitted in segments.fitted.items():
        found = parsed(twice.get(f"/v1/segments/{name}"))
        assert found["rule"] == {"en": fitted.rule().en, "zh": fitted.rule().zh}
        assert [size["label"] for size in found["labels"]] == [one.code for one in fitted.labels]
        assert found["model_version"] == scorer.bundle.manifest.bundle_id
        assert found["fitted_as_of"] == segments.as_of
        assert (
            sum(size["customers"] for size in (*found["labels"], found["unlabelled"]))
            == found["customers"]
        )
    for name, off in segments.off.items():
        found = parsed(twice.get(f"/v1/segments/{name}"))
        assert (found["on"], found["rule"], found["why_off"]["en"]) == (False, None, off.why.en)


@pytest.mark.parametrize(("lang", "other"), [("en", "zh"), ("zh", "en")])
@pytest.mark.parametrize("path", ["", "/rfm", "/cluster", "/rfm/migration"])
def test_one_language_can_be_asked_for(twice: TestClient, path: str, lang: str, other: str) -> None:
    texts = [
        found for found in nested(parsed(twice.get(f"/v1/segments{path}", params={"lang": lang})))
        if set(found) == {"en", "zh"}
    ]  # fmt: skip
    assert len(texts) > 5
    assert all(found[lang] and found[other] is None for found in texts)


def nested(value: Any) -> list[dict[str, Any]]:
    """Every object in an answer."""
    if isinstance(value, list):
        return [found for one in value for found in nested(one)]
    if isinstance(value, dict):
        return [value, *nested(list(value.values()))]
    return []


def test_a_profile_says_of_everyone_what_the_list_says(
    twice: TestClient, schemes: dict[str, Any]
) -> None:
    listed = {
        name: {row["customer_id"]: row for row in everyone(twice, name)} for name in on(schemes)
    }
    some = [*list(listed["rfm"])[:60], *unlabelled(listed["rfm"])]
    names = {
        name: {size["label"]: size["name"] for size in one["labels"]}
        for name, one in schemes.items()
    }
    for customer_id in some:
        profile = parsed(twice.get(f"/v1/customers/{customer_id}"))
        assert list(profile["segments"]) == on(schemes)
        for name, segment in profile["segments"].items():
            row = listed[name][customer_id]
            assert (segment["label"] or "_no_label") == row["label"]
            assert segment["name"] == (names[name][row["label"]] if segment["label"] else None)
            assert segment["as_of"] == row["as_of"] == profile["as_of"]
            assert segment["rule_version"] == row["rule_version"]
            assert segment["facts"]
            assert segment["explanation"]["en"]
            assert segment["explanation"]["zh"]


def unlabelled(rows: dict[str, Any]) -> list[str]:
    found = [customer_id for customer_id, row in rows.items() if row["label"] == "_no_label"]
    assert found
    return found


def test_a_profile_and_a_prediction_name_the_same_labels(twice: TestClient) -> None:
    row = next(row for row in everyone(twice, "risk") if row["churn_probability"] is not None)
    profile = parsed(twice.get(f"/v1/customers/{row['customer_id']}"))
    codes = {name: segment["label"] for name, segment in profile["segments"].items()}
    assert profile["prediction"]["segments"] == codes
    assert profile["prediction"]["churn_probability"] == row["churn_probability"]


def test_movement_reconciles_with_the_sizes_of_both_runs(
    twice: TestClient, schemes: dict[str, Any]
) -> None:
    now = parsed(twice.get("/v1/segments"))["run"]
    for name in on(schemes):
        moved = parsed(twice.get(f"/v1/segments/{name}/migration"))
        assert (moved["from_run"]["run"], moved["to_run"]["run"]) == (now - 1, now)
        for end, side, gone in (("before", "from_run", "_entered"), ("after", "to_run", "_left")):
            rows = everyone(twice, name, run=str(moved[side]["run"]))
            counts = Counter(row["label"] for row in rows)
            cells: Counter[str] = Counter()
            money: Counter[str] = Counter()
            for cell in moved["cells"]:
                cells[cell[end]] += cell["customers"]
                money[cell[end]] += cell[f"money_{end}"]
            assert {label: held for label, held in cells.items() if label != gone} == counts
            for total in moved[end]:
                assert total["customers"] == counts[total["label"]]
                assert total["money"] == pytest.approx(money[total["label"]], abs=1e-6)
        sizes = (*schemes[name]["labels"], schemes[name]["unlabelled"])
        assert [(one["label"], one["customers"], one["money"]) for one in moved["after"]] == [
            (size["label"], size["customers"], size["money"]) for size in sizes
        ]


def test_alerts_are_cells_told_in_words(twice: TestClient) -> None:
    moved = parsed(twice.get("/v1/segments/rfm/migration"))
    assert moved["alerts"]
    for alert in moved["alerts"]:
        cell = {name: alert[name] for name in moved["cells"][0]}
        assert cell in moved["cells"]
        assert f"{alert['customers']:,} customer" in alert["text"]["en"]
    assert moved["warnings"] == []
    assert "less wanted" in moved["alert_rule"]["en"]


def test_movement_between_dates_asked_for(twice: TestClient) -> None:
    default = parsed(twice.get("/v1/segments/abc/migration"))
    dates = {"from": default["from_run"]["as_of"][:10], "to": default["to_run"]["as_of"][:10]}
    assert parsed(twice.get("/v1/segments/abc/migration", params=dates)) == default


@pytest.mark.parametrize(
    ("path", "query", "status", "told"),
    [
        (f"/{CANARY}", {}, 404, "rfm, abc, lifecycle"),
        (f"/{CANARY}/customers", {}, 404, "rfm, abc, lifecycle"),
        (f"/{CANARY}/migration", {}, 404, "rfm, abc, lifecycle"),
        ("/rfm/customers", {"label": CANARY}, 404, "champions, loyal"),
        ("/rfm/customers", {"cursor": CANARY}, 422, "begin anew without one"),
        ("/rfm/customers", {"after": CANARY}, 422, "see errors"),
        ("/rfm/customers", {"run": "4711"}, 404, "those kept are"),
        ("/rfm/migration", {"from": "2047-11-01"}, 404, "there are runs as of"),
        ("/rfm/migration", {"to": "2047-11-01"}, 404, "there are runs as of"),
        ("/rfm/migration", {"from": CANARY}, 422, "see errors"),
        ("/rfm/customers", {"limit": "0"}, 422, "see errors"),
        ("/rfm/customers", {"limit": "1001", "cursor": CANARY}, 422, "see errors"),
        ("/rfm/customers", {"run": CANARY}, 422, "see errors"),
        ("/rfm/customers", {"run": "4711" * 9, "cursor": CANARY}, 422, "see errors"),
        ("", {"lang": CANARY}, 422, "see errors"),
        ("/rfm", {"lang": CANARY}, 422, "see errors"),
    ],
)
def test_what_is_refused_says_what_there_is_and_repeats_nothing(
    twice: TestClient, path: str, query: dict[str, str], status: int, told: str
) -> None:
    named = {"x-request-id": "asked"}  # one made by chance may hold any four digits
    answer = twice.get(f"/v1/segments{path}", params=query, headers=named)
    assert told in problem(answer, status)["detail"]
    assert "4711" not in answer.text
    assert "2047" not in answer.text


def test_a_scheme_that_is_off_has_no_customers_and_says_why(
    twice: TestClient, schemes: dict[str, Any]
) -> None:
    for name in set(schemes) - set(on(schemes)):
        for path in ("customers", "migration"):
            detail = problem(twice.get(f"/v1/segments/{name}/{path}"), 404)["detail"]
            assert f"{name} is off" in detail
            assert schemes[name]["why_off"]["en"] in detail


def test_one_run_is_too_few_for_movement(client: TestClient) -> None:
    answer = client.get("/v1/segments/rfm/migration")
    assert "movement needs two dates" in problem(answer, 404)["detail"]


def test_dates_the_wrong_way_round_are_the_callers_mistake(twice: TestClient) -> None:
    default = parsed(twice.get("/v1/segments/abc/migration"))
    dates = {"to": default["from_run"]["as_of"][:10], "from": default["to_run"]["as_of"][:10]}
    answer = twice.get("/v1/segments/abc/migration", params=dates)
    assert "from an earlier date to a later one" in problem(answer, 422)["detail"]


@pytest.mark.parametrize("path", ["", "/rfm", "/rfm/customers", "/rfm/migration"])
def test_a_store_with_nothing_to_tell_says_what_to_do(
    own: Trained, scorer: Scorer, path: str
) -> None:
    client = TestClient(create_app(Parts(ServedModel(scorer), own.store)))
    write(own.store, [scored(CANARY)])
    if path != "/rfm/migration":
        answer = client.get(f"/v1/segments{path}")
        assert "without segments; run `retinue score` again" in problem(answer, 503)["detail"]
        assert CANARY not in answer.text

    own.file.unlink()
    for kept in own.file.parent.glob("store.db-*"):
        kept.unlink()
    answer = TestClient(create_app(Parts(ServedModel(scorer), Store(own.file)))).get(
        f"/v1/segments{path}"
    )
    assert "run `retinue score` first" in problem(answer, 503)["detail"]
