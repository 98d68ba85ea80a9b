"""What a run keeps of its customers, and the order they are listed in."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from serving import store as store_module
from serving.at_risk import Query, at_risk
from serving.errors import UnknownCustomerError
from serving.limits import KEPT_RUNS
from serving.records import CustomerRecord
from serving.selection import Selection
from serving.store import Store
from tests.serving.conftest import Place
from tests.serving.records import ask, scored, unscored, write, write_from


def listed(store: Store, most: int = 10, **selection: Any) -> list[str]:
    page = at_risk(store, Query(most, Selection(**selection)), "EUR")
    return [line.customer_id for line in page.lines]


def test_a_record_is_read_as_it_was_written(store: Store) -> None:
    awkward = CustomerRecord(
        customer_id="'); DROP TABLE runs;-- 客户 ☃",
        status="scored",
        features=np.array([0.1 + 0.2, np.nan, -0.0, 5e-324, 1e308]),
        profile={"attributes": {"city": "Zürich"}, "events": {}, "treatments": {}},
        prediction={"log_odds": 0.1 + 0.2, "reasons": [{"value": None}]},
        churn_probability=1 / 3,
        value_at_risk=-12.5,
        risk_tier="medium",
    )
    write(store, [awkward])

    _, read = store.customer(awkward.customer_id)

    assert awkward.features is not None
    assert read.features is not None
    assert read.features.tobytes() == awkward.features.tobytes()
    assert {**vars(read), "features": None} == {**vars(awkward), "features": None}


def test_a_customer_without_orders_has_no_features_and_no_prediction(store: Store) -> None:
    write(store, [unscored("a", "never_ordered")])
    _, read = store.customer("a")
    assert (read.status, read.features, read.prediction) == ("never_ordered", None, None)


def test_a_run_tells_of_itself_and_counts_by_status(store: Store) -> None:
    run = write(
        store, [scored("a"), unscored("b")], [unscored("c"), unscored("d", "never_ordered")]
    )

    assert run == store.current_run()
    assert run.counts == {"scored": 1, "already_churned": 2, "never_ordered": 1}
    assert (run.as_of, run.data_until) == ("2024-06-01T00:00:00Z", "2024-05-31T18:00:00Z")
    assert run.finished_at.endswith("+00:00")


def test_customers_are_returned_in_the_order_asked(store: Store) -> None:
    write(store, [scored("a"), scored("b"), unscored("c")])
    _, records = store.customers(["c", "a", "b", "a"])
    assert [record.customer_id for record in records] == ["c", "a", "b", "a"]


def test_unknown_customers_are_told_by_position_and_not_by_id(store: Store) -> None:
    write(store, [scored("a")])

    with pytest.raises(UnknownCustomerError, match=r"^2 of 3 customers .*2024-06-01") as unknown:
        store.customers(["secret-1", "a", "secret-2"])
    assert unknown.value.positions == (0, 2)
    assert "secret" not in str(unknown.value)
    assert "run `retinue score`" in str(unknown.value)


def test_one_unknown_customer_has_no_position_in_a_list(store: Store) -> None:
    write(store, [scored("a")])
    with pytest.raises(UnknownCustomerError, match="1 of 1 customers") as unknown:
        store.customer("secret")
    assert unknown.value.positions == ()
    assert "secret" not in str(unknown.value)


def test_a_customer_of_an_older_run_is_unknown_to_the_current_one(store: Store) -> None:
    write(store, [scored("a"), scored("b")])
    write(store, [scored("b", 0.9)])

    assert listed(store) == ["b"]
    with pytest.raises(UnknownCustomerError, match="1 of 1"):
        store.customer("a")


def test_the_riskiest_come_first_and_equals_by_id(store: Store) -> None:
    write(store, [scored("c", 0.5), scored("a", 0.5), scored("d", 0.9), scored("b", 0.5)])
    assert listed(store) == ["d", "a", "b", "c"]


def test_no_more_are_listed_than_asked_for(store: Store) -> None:
    write(store, [scored("a", 0.1), scored("b", 0.2), scored("c", 0.3)])
    assert listed(store, 2) == ["c", "b"]


def test_the_list_can_be_sorted_by_value_at_risk(store: Store) -> None:
    write(store, [scored("likely", 0.9, spend=10.0), scored("rich", 0.2, spend=1000.0)])
    assert listed(store) == ["likely", "rich"]
    assert listed(store, sort="value_at_risk") == ["rich", "likely"]


def test_the_list_can_be_cut_to_one_tier(store: Store) -> None:
    write(store, [scored("a", 0.9, tier="critical"), scored("b", 0.3), scored("c", 0.4)])
    assert listed(store, tier="high") == ["c", "b"]
    assert listed(store, tier="low") == []


def test_who_is_not_scored_is_not_listed(store: Store) -> None:
    write(store, [scored("a"), unscored("b"), unscored("c", "never_ordered")])
    assert listed(store) == ["a"]


def test_clock_the_run_written_last_is_current_though_the_clock_went_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []
    for finished in ("2036", "2026", "2016"):
        monkeypatch.setattr(store_module, "_now", lambda moment=finished: f"{moment}-01-01")
        written.append(write(store, [scored(finished)]))
        assert store.current_run() == written[-1]
        assert listed(store) == [finished]

    with store.reading() as (_, seen):
        assert seen == written[::-1][:KEPT_RUNS]


def test_old_runs_are_dropped_with_their_customers(store: Store) -> None:
    written = [write(store, [scored(f"c{i}"), unscored("x")]) for i in range(KEPT_RUNS + 2)]

    kept = {run.run_id for run in written[-KEPT_RUNS:]}
    customers = ask(store, "SELECT run_id, customer_id FROM customers")
    assert {run_id for (run_id,) in ask(store, "SELECT run_id FROM runs")} == kept
    assert {run_id for run_id, _ in customers} == kept
    assert len(customers) == 2 * KEPT_RUNS
    assert store.current_run() == written[-1]


def test_so_many_runs_are_kept_as_the_store_was_told_to(place: Place) -> None:
    for kept in (2, 4, 1):
        store = Store(place, kept_runs=kept)
        written = [write(store, [scored("a")]).run_id for _ in range(kept + 1)]
        with store.reading() as (_, runs):
            assert [run.run_id for run in runs] == written[:0:-1]


def test_runs_are_counted_by_what_is_there_and_not_by_their_numbers(place: Place) -> None:
    store = Store(place, kept_runs=2)
    first = write(store, [scored("a")])
    for _ in range(3):  # a database may use up the number of a run that broke off
        with pytest.raises(RuntimeError, match="broke off"):
            write_from(store, breaking_off())

    second = write(store, [scored("a")])

    with store.reading() as (_, runs):
        assert runs == [second, first]


def breaking_off() -> Iterator[Sequence[CustomerRecord]]:
    yield [scored("a")]
    raise RuntimeError("broke off")


def test_equals_stand_in_the_order_of_the_bytes_of_their_ids(store: Store) -> None:
    ids = ["b", "a", "B", "A", "é", "z", "客", "-", "10", "9"]
    write(store, [scored(one) for one in ids])
    assert listed(store) == sorted(ids, key=str.encode)


def test_an_id_with_a_nul_is_unknown_and_no_failure(store: Store) -> None:
    write(store, [scored("a")])
    with pytest.raises(UnknownCustomerError, match="1 of 2"):
        store.customers(["a", "a\0"])
