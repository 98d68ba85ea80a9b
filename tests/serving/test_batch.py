"""Scoring everyone into the store: nobody is lost, and the store says what the model says."""

import gc
from collections import Counter
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pytest

from features.errors import AsOfDateError
from features.history.before import History
from features.profile import Profile
from scoring.scorer import Answers, Scorer
from scoring.segments.describe import build_customers
from serving import batch
from serving.at_risk import Query, at_risk
from serving.batch import few_collections, records_of, score_customers
from serving.records import CustomerRecord
from serving.segments import all_schemes
from serving.selection import Selection
from serving.store import Store
from tests.conftest import Trained


def sql(trained: Trained, query: str) -> list[tuple[object, ...]]:
    """Ask the source files themselves; `{orders}` and the like name a table's file."""
    files = {name: f"'{source.place}'" for name, source in trained.project.sources.items()}
    return duckdb.sql(query.format(**files)).fetchall()


def stored(store: Store, ids: list[str]) -> dict[str, CustomerRecord]:
    return {record.customer_id: record for record in store.customers(ids)[1]}


def everyone(trained: Trained) -> list[str]:
    found = sql(
        trained,
        "SELECT customer FROM {orders} UNION SELECT customer FROM {customers} "
        "UNION SELECT customer FROM {events} ORDER BY customer",
    )
    return [str(customer) for (customer,) in found]


def comparable(record: CustomerRecord) -> dict[str, object]:
    features = None if record.features is None else record.features.tobytes()
    return {**vars(record), "features": features}


def test_every_customer_of_any_table_is_in_the_run(trained: Trained) -> None:
    ids = everyone(trained)

    records = stored(trained.store, ids)

    counts = trained.store.current_run().counts
    assert len(records) == len(ids)
    assert sum(counts.values()) == len(ids)
    assert counts == Counter(record.status for record in records.values())


def test_customers_who_never_ordered_are_stored_without_features(trained: Trained) -> None:
    without = sql(trained, "SELECT customer FROM {customers} ANTI JOIN {orders} USING (customer)")

    records = stored(trained.store, [str(customer) for (customer,) in without])

    assert len(records) == trained.store.current_run().counts["never_ordered"] > 1
    for record in records.values():
        assert (record.status, record.features) == ("never_ordered", None)
        assert record.profile["attributes"] == {"region": "north"}


def test_the_store_says_what_the_scorer_says(trained: Trained, scorer: Scorer) -> None:
    history = History.before(trained.tables, [trained.tables.day_after_last_order])
    answers = scorer.answer(build_customers(history, trained.tables.questions))

    predictions = scorer.predictions(answers)

    scored = answers.scores.rows
    records = stored(trained.store, scored.customer_ids.tolist())
    assert len(records) == trained.store.current_run().counts["scored"] > 100
    for values, prediction in zip(scored.values, predictions, strict=True):
        record = records[prediction.customer_id]
        assert record.features is not None
        assert record.features.tobytes() == values.tobytes()
        assert record.prediction == orjson.loads(orjson.dumps(asdict(prediction)))
        assert record.churn_probability == prediction.churn_probability
        assert record.risk_tier == prediction.risk_tier


def test_the_run_names_model_catalog_and_moment(trained: Trained) -> None:
    run, manifest = trained.store.current_run(), trained.bundle.manifest
    assert (run.bundle_id, run.catalog_hash) == (manifest.bundle_id, manifest.catalog_hash)
    assert run.as_of == trained.tables.day_after_last_order.isoformat() + "Z"


@pytest.mark.parametrize("days_back", [0, 100])
def test_data_until_is_the_last_order_known_to_the_run(
    trained: Trained, scorer: Scorer, tmp_path: Path, days_back: int
) -> None:
    as_of = trained.tables.day_after_last_order - timedelta(days=days_back)

    run = score_customers(trained.tables, scorer, Store(tmp_path / "store.db"), as_of)

    known = sql(trained, 'SELECT "at" FROM {orders} ORDER BY "at"')
    last = max(at for (at,) in known if isinstance(at, datetime) and at < as_of)
    assert run.data_until == last.isoformat() + "Z"


def test_scoring_again_says_the_same_in_either_database(
    trained: Trained, scorer: Scorer, store: Store
) -> None:
    again, ids = store, everyone(trained)

    run = score_customers(trained.tables, scorer, again, trained.tables.day_after_last_order)

    first = trained.store.current_run()
    assert replace(run, finished_at=first.finished_at, made_of=first.made_of) == first
    before, after = stored(trained.store, ids), stored(again, ids)
    assert {i: comparable(before[i]) for i in ids} == {i: comparable(after[i]) for i in ids}
    query = Query(10_000, Selection(sort="value_at_risk"), with_segments=True)
    assert at_risk(again, query, "EUR").lines == at_risk(trained.store, query, "EUR").lines
    assert all_schemes(again)[1] == all_schemes(trained.store)[1]


def test_the_size_of_batches_does_not_matter(
    trained: Trained, scorer: Scorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Batches this small hold some in which nobody is eligible.
    monkeypatch.setattr(batch, "BATCH", 3)
    small, ids = Store(tmp_path / "store.db"), everyone(trained)

    score_customers(trained.tables, scorer, small, trained.tables.day_after_last_order)

    whole, parts = stored(trained.store, ids), stored(small, ids)
    assert {i: comparable(whole[i]) for i in ids} == {i: comparable(parts[i]) for i in ids}


def test_a_run_that_broke_off_is_gone_on_with_and_says_the_same(
    trained: Trained,
    scorer: Scorer,
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batch, "BATCH", 100)
    whole = Store(tmp_path / "whole.db")
    ids, as_of = everyone(trained), trained.tables.day_after_last_order
    told: list[int] = []

    def falling_over(done: int, _all: int) -> None:
        if done == 300:
            raise RuntimeError("fell over")

    def reasons(scorer: Scorer, answers: Answers, profiles: dict[str, Profile]) -> Any:
        told.append(len(answers.customers))
        return records_of(scorer, answers, profiles)

    with pytest.raises(RuntimeError, match="fell over"):
        score_customers(
            trained.tables, scorer, store, as_of, made_of="the same", advance=falling_over
        )
    monkeypatch.setattr(batch, "records_of", reasons)
    run = score_customers(trained.tables, scorer, store, as_of, made_of="the same")

    assert sum(told) == len(ids) - 300  # the rest alone is told
    first = score_customers(trained.tables, scorer, whole, as_of, made_of="the same")
    assert replace(run, finished_at=first.finished_at, run_id=first.run_id) == first
    before, after = stored(whole, ids), stored(store, ids)
    assert {i: comparable(before[i]) for i in ids} == {i: comparable(after[i]) for i in ids}
    assert all_schemes(store)[1] == all_schemes(whole)[1]


def test_a_date_at_which_everyone_is_gone_is_a_run_without_scores(
    trained: Trained, scorer: Scorer, tmp_path: Path
) -> None:
    late = trained.tables.day_after_last_order + timedelta(days=365)

    run = score_customers(trained.tables, scorer, Store(tmp_path / "store.db"), late)

    assert set(run.counts) == {"already_churned", "never_ordered"}
    assert sum(run.counts.values()) == len(everyone(trained))


def test_before_the_first_order_there_is_nothing_to_score(own: Trained, scorer: Scorer) -> None:
    before = own.store.current_run()
    with pytest.raises(AsOfDateError, match=r"no order is known before .*; choose a later as-of"):
        score_customers(own.tables, scorer, own.store, datetime(2020, 1, 1))
    assert own.store.current_run() == before


def test_progress_ends_at_every_customer(
    trained: Trained, scorer: Scorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "BATCH", 200)
    told: list[tuple[int, int]] = []

    score_customers(
        trained.tables, scorer, Store(tmp_path / "store.db"), trained.tables.day_after_last_order,
        advance=lambda done, everyone: told.append((done, everyone)),
    )  # fmt: skip

    counts = trained.store.current_run().counts
    everybody = sum(counts.values())
    assert told == [(done, everybody) for done in (200, 400, everybody)]


def test_python_looks_for_garbage_as_before_once_a_run_is_written() -> None:
    before = gc.get_threshold()

    def cut_off() -> None:
        with few_collections():
            assert gc.get_threshold()[0] > before[0]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_off()
    assert gc.get_threshold() == before
