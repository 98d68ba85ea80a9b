"""Alive and ready are different questions."""

import gc
import time
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from features.sources.postgres_address import PostgresAddress
from scoring.scorer import Scorer
from serving.served_model import ServedModel
from serving.store import Store
from serving.web.app import Parts, create_app
from tests.conftest import Trained
from tests.postgres import Postgres
from tests.serving.records import scored, write_from
from tests.serving.web.parsing import parsed, problem


@pytest.fixture
def broken(own: Trained) -> Store:
    """A store of our own, to break."""
    return own.store


def asking(scorer: Scorer, store: Store) -> TestClient:
    return TestClient(create_app(Parts(ServedModel(scorer), store)))


def test_a_server_with_bundle_run_and_equal_catalogs_is_ready(client: TestClient) -> None:
    assert parsed(client.get("/readyz")) == {
        "status": "ready",
        "checks": {"bundle": "ok", "store": "ok", "catalog": "ok", "draining": "ok"},
        "remarks": [],
    }


def test_without_a_store_it_is_not_ready_and_says_why(
    scorer: Scorer, own: Trained, broken: Store
) -> None:
    own.file.unlink()

    answer = parsed(asking(scorer, broken).get("/readyz"), 503)

    assert answer["status"] == "not ready"
    assert "no scoring run yet; run `retinue score` first" in answer["checks"]["store"]
    assert answer["checks"]["catalog"] == "unknown without a run"
    assert answer["checks"]["bundle"] == "ok"


def test_with_an_unreadable_store_it_is_not_ready_and_says_why(
    scorer: Scorer, own: Trained, broken: Store
) -> None:
    for part in own.file.parent.glob("store.db*"):  # with what SQLite keeps beside it
        part.unlink()
    own.file.write_bytes(b"garbage" * 1000)
    answer = parsed(asking(scorer, broken).get("/readyz"), 503)
    assert "the store cannot be read" in answer["checks"]["store"]


def test_with_features_of_another_catalog_it_is_not_ready_and_says_why(
    scorer: Scorer, broken: Store
) -> None:
    write_from(broken, iter([[scored("a")]]), catalog="0" * 64)
    answer = parsed(asking(scorer, broken).get("/readyz"), 503)
    assert answer["status"] == "not ready"
    assert "another catalog; `retinue score`" in answer["checks"]["catalog"]
    assert answer["checks"]["store"] == "ok"


def test_a_server_that_stops_leaves_no_connection_to_its_store(
    scorer: Scorer, schema: PostgresAddress, postgres: Postgres
) -> None:
    store = Store(PostgresAddress(f"{schema.uri}&application_name=stopping"))
    write_from(store, iter([[scored("a")]]))
    store.close()  # as another process would have written it
    connected = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'stopping'"

    with asking(scorer, store) as client:
        parsed(client.get("/readyz"), 200)
        assert postgres.ask(connected) == [(1,)]

    wait_until(lambda: postgres.ask(connected) == [(0,)])
    assert store.current_run().counts == {"scored": 1}
    store.close()


def wait_until(so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 10
    while not so():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def test_it_becomes_ready_once_there_is_a_run(scorer: Scorer, own: Trained) -> None:
    kept = own.file.rename(own.file.with_suffix(".kept"))
    client = asking(scorer, Store(own.project.store))
    assert client.get("/readyz").status_code == 503

    kept.rename(own.file)

    assert client.get("/readyz").status_code == 200


def test_health_it_is_alive_without_a_store(scorer: Scorer, own: Trained, broken: Store) -> None:
    own.file.unlink()
    assert parsed(asking(scorer, broken).get("/healthz")) == {"status": "ok"}


def test_questions_without_a_store_are_503_and_say_what_to_do(
    scorer: Scorer, own: Trained, broken: Store
) -> None:
    own.file.unlink()
    client = asking(scorer, broken)
    for answer in (
        client.post("/v1/predict", json={"customer_ids": ["c1"]}),
        client.get("/v1/customers/c1"),
        client.get("/v1/at-risk"),
    ):
        details = problem(answer, 503)
        assert details["title"] == "Nothing to answer from"
        assert "run `retinue score` first" in details["detail"]


def test_features_of_another_catalog_are_not_scored(scorer: Scorer, broken: Store) -> None:
    write_from(broken, iter([[scored("a")]]), catalog="0" * 64)
    answer = asking(scorer, broken).post("/v1/predict", json={"customer_ids": ["a"]})
    assert "another catalog than the served model" in problem(answer, 503)["detail"]


def test_nobody_waits_for_a_look_through_all_that_was_loaded(
    scorer: Scorer, trained: Trained
) -> None:
    gc.unfreeze()  # as in a process that has just started; pytest's own is frozen
    loaded = len(gc.get_objects())
    with TestClient(create_app(Parts(ServedModel(scorer), trained.store))) as client:
        assert client.get("/healthz").status_code == 200
        assert gc.get_freeze_count() > 0.9 * loaded
