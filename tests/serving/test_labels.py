"""What a run keeps of its segments: the scorer's labels, and sizes that its rows add up to."""

from dataclasses import replace

import numpy as np
import pytest

from features.history.before import History
from features.traits import Questions
from scoring.scorer import Answers, Scorer
from scoring.segments.describe import build_customers
from scoring.segments.money import in_parts
from scoring.segments.schemes import SCHEMES
from scoring.segments.sizes import Size, Sizes
from serving import batch
from serving.batch import score_customers
from serving.errors import StoreError
from serving.limits import KEPT_RUNS
from serving.members import MembersQuery, members
from serving.segments import all_schemes
from serving.store import Store
from tests.conftest import Trained
from tests.serving.records import ask, scored, write, write_abc


@pytest.fixture(scope="module")
def answers(trained: Trained, scorer: Scorer) -> Answers:
    history = History.before(trained.tables, [trained.tables.day_after_last_order])
    return scorer.answer(build_customers(history, Questions()))


def test_labels_and_money_are_the_scorers(trained: Trained, answers: Answers) -> None:
    for name, codes in answers.codes.items():
        rows = members(trained.store, MembersQuery(name, 10_000)).lines
        assert [row.customer_id for row in rows] == answers.customers.rows.customer_ids.tolist()
        assert [row.label for row in rows] == [code or "_no_label" for code in codes]
        money = np.array([row.money for row in rows])
        assert in_parts(money).tolist() == in_parts(answers.customers.money).tolist()
    assert len(answers.codes) > 5


def test_a_probability_is_told_of_those_alone_who_were_scored(trained: Trained) -> None:
    rows = members(trained.store, MembersQuery("abc", 10_000)).lines
    known = {row.customer_id: row.churn_probability for row in rows}
    _, records = trained.store.customers(list(known))
    assert known == {record.customer_id: record.churn_probability for record in records}
    assert None in known.values()


def test_every_scheme_is_kept_with_its_rule_or_why_it_is_off(
    trained: Trained, scorer: Scorer
) -> None:
    segments = scorer.bundle.parts.segments
    _, kept = all_schemes(trained.store)

    assert [one.name for one in kept] == [scheme.name for scheme in SCHEMES]
    for one in kept:
        if fitted := segments.fitted.get(one.name):
            assert (one.rule, one.labels, one.off) == (fitted.rule(), fitted.labels, None)
        else:
            assert (one.rule, one.labels, one.off) == (None, (), segments.off[one.name].why)
    assert {bool(one.off) for one in kept} == {True, False}


def test_sizes_are_those_of_everyone_at_once(
    trained: Trained, scorer: Scorer, answers: Answers
) -> None:
    for one in all_schemes(trained.store)[1]:
        if one.sizes:
            labels = scorer.bundle.parts.segments.fitted[one.name].labels
            positions = answers.labels[one.name].positions
            assert one.sizes == Sizes.of(labels, positions, answers.customers)


def test_rows_add_up_to_the_sizes(trained: Trained) -> None:
    for one in all_schemes(trained.store)[1]:
        if one.sizes:
            counted = ask(
                trained.store,
                f"SELECT {one.name}, count(*), sum(CAST(round(money * 10000) AS INTEGER)) "  # noqa: S608 - a scheme's own name
                "FROM labels GROUP BY 1",
            )
            held = {code: (customers, parts) for code, customers, parts in counted}
            sizes: dict[str | None, Size] = {size.label.code: size for size in one.sizes.labels}
            found = sizes | {None: one.sizes.unlabelled}
            assert held == {
                code: (size.customers, size.parts) for code, size in found.items() if size.customers
            }


def test_the_size_of_batches_does_not_matter(
    trained: Trained, scorer: Scorer, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "BATCH", 7)

    score_customers(trained.tables, scorer, store, trained.tables.day_after_last_order)

    for one, whole in zip(all_schemes(store)[1], all_schemes(trained.store)[1], strict=True):
        assert replace(one, sizes=None) == replace(whole, sizes=None)
        if one.sizes and whole.sizes:
            pairs = zip(one.sizes.labels, whole.sizes.labels, strict=True)
            assert all(same(size, other) for size, other in pairs)
            assert one.sizes.parts == whole.sizes.parts


def same(size: Size, other: Size) -> bool:
    # A mean of floats depends on the order of adding in its last bits.
    means = (size.mean_churn_probability, other.mean_churn_probability)
    rest = (replace(size, mean_churn_probability=None), replace(other, mean_churn_probability=None))
    if None in means:
        return size == other
    return means[0] == pytest.approx(means[1], rel=1e-12) and rest[0] == rest[1]


def test_labels_and_schemes_go_with_their_run(store: Store) -> None:
    written = [write_abc(store, {f"c{i}": ("A", 1.0)}) for i in range(KEPT_RUNS + 2)]

    kept = {run.run_id for run in written[-KEPT_RUNS:]}
    assert {run for (run,) in ask(store, "SELECT run_id FROM labels")} == kept
    assert {run for (run,) in ask(store, "SELECT run_id FROM schemes")} == kept
    assert ask(store, "SELECT count(*) FROM labels") == [(KEPT_RUNS,)]


def test_a_run_written_without_segments_says_to_score_again(store: Store) -> None:
    write(store, [scored("a")])
    with pytest.raises(StoreError, match=r"without segments; run `retinue score` again"):
        all_schemes(store)
