"""Scoring: who is refused, what an answer adds up to, and that company does not change it."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from features.build import FeatureRows
from features.catalog import NAMES
from scoring.churn import FEW
from scoring.churn_definition import ELIGIBLE
from scoring.reason_groups import GROUPS
from scoring.scorer import UNFAMILIAR, Answers, Scorer, Scores
from scoring.segments.customers import Customers
from tests.scoring.rows import NULL, feature_rows, taken

THREADS = 16


def bits(answers: Answers) -> dict[str, list[object]]:
    """Everything said of each scored customer, by id, floats as their bytes."""
    scores = answers.scores
    places = np.flatnonzero(answers.statuses == ELIGIBLE)
    return {
        scores.rows.customer_ids[i]: [
            scores.log_odds[i].tobytes(),
            scores.probability[i].tobytes(),
            scores.contributions.values[i].tobytes(),
            int(scores.percentile[i]),
            *(codes[place] for codes in answers.codes.values()),
        ]
        for i, place in enumerate(places)
    }


@pytest.fixture(scope="session")
def answers(scorer: Scorer, eligible: FeatureRows) -> Answers:
    return scorer.answer(Customers(eligible))


@pytest.fixture(scope="session")
def scores(answers: Answers) -> Scores:
    return answers.scores


def test_log_odds_are_the_logit_of_the_probability(scores: Scores) -> None:
    p = scores.probability
    np.testing.assert_allclose(np.log(p / (1 - p)), scores.log_odds, rtol=0, atol=1e-9)


def test_customers_differ(answers: Answers) -> None:
    assert len(np.unique(answers.scores.log_odds)) > 100
    assert set(answers.codes["risk"]) == {"critical", "high", "medium", "low"}
    assert all(len(set(answers.codes[scheme])) > 1 for scheme in ("rfm", "abc", "lifecycle"))


def test_a_customer_scored_alone_gets_the_bits_of_the_batch(
    scorer: Scorer, eligible: FeatureRows, answers: Answers
) -> None:
    alone: dict[str, list[object]] = {}
    for i in range(len(eligible)):
        alone |= bits(scorer.answer(Customers(eligible.slice(i, i + 1))))
    assert alone == bits(answers)


def test_the_order_of_rows_does_not_matter(
    scorer: Scorer, eligible: FeatureRows, answers: Answers
) -> None:
    order = np.random.default_rng(3).permutation(len(eligible))
    shuffled = scorer.answer(Customers(taken(eligible, order)))
    assert bits(shuffled) == bits(answers)
    assert shuffled.customers.rows.customer_ids.tolist() == eligible.customer_ids[order].tolist()


def test_sixteen_threads_score_as_one_does(
    scorer: Scorer, eligible: FeatureRows, answers: Answers
) -> None:
    with ThreadPoolExecutor(THREADS) as threads:
        found = list(threads.map(scorer.answer, [Customers(eligible)] * THREADS))
    assert all(bits(one) == bits(answers) for one in found)


def test_who_is_not_scored_is_classified_all_the_same(
    scorer: Scorer, everyone: FeatureRows
) -> None:
    found = scorer.answer(Customers(everyone))
    unscored = found.statuses != ELIGIBLE

    assert unscored.any()
    assert set(found.codes["risk"][unscored]) == {None}
    assert None not in set(found.codes["lifecycle"])
    assert len(scorer.predictions(found)) == len(everyone) - unscored.sum()


def test_rows_that_are_not_eligible_are_refused(scorer: Scorer, everyone: FeatureRows) -> None:
    assert len(np.unique(scorer.statuses(everyone))) > 1
    with pytest.raises(ValueError, match=r"only eligible customers have a score; filter by stat"):
        scorer.score(everyone)


def test_nobody_to_score_is_no_error(scorer: Scorer) -> None:
    nobody = scorer.answer(Customers(feature_rows(orders_in_total=[])))
    assert scorer.predictions(nobody) == []


@pytest.mark.parametrize("most", [0, 1, 5, len(NAMES)])
def test_base_reasons_and_the_rest_add_up_to_the_log_odds(
    scorer: Scorer, answers: Answers, most: int
) -> None:
    for prediction in scorer.predictions(answers, most):
        told = sum(reason.contribution for reason in prediction.reasons)
        total = prediction.base_log_odds + told + prediction.other_contributions
        assert total == pytest.approx(prediction.log_odds, rel=0, abs=1e-6)
        assert len(prediction.reasons) <= most


def test_with_every_reason_told_nothing_is_left(scorer: Scorer, answers: Answers) -> None:
    rest = [abs(p.other_contributions) for p in scorer.predictions(answers, len(NAMES))]
    assert max(rest) < 1e-12


def test_a_prediction_says_what_was_scored(
    scorer: Scorer, answers: Answers, scores: Scores
) -> None:
    for i, prediction in enumerate(scorer.predictions(answers)):
        assert prediction.customer_id == scores.rows.customer_ids[i]
        assert prediction.churn_probability == scores.probability[i]
        assert prediction.log_odds == scores.log_odds[i]
        assert prediction.base_log_odds == scores.contributions.base
        assert prediction.percentile == scores.percentile[i]
        assert prediction.risk_tier == answers.codes["risk"][i] == prediction.segments["risk"]
        assert prediction.segments["rfm"] == answers.codes["rfm"][i]
        own = dict(zip(NAMES, scores.contributions.values[i].tolist(), strict=True))
        sums = [sum(own[name] for name in group.features) for group in GROUPS]
        largest = sorted(sums, key=abs, reverse=True)[: len(prediction.reasons)]
        told = [reason.contribution for reason in prediction.reasons]
        assert told == pytest.approx(largest, rel=0, abs=1e-12)


def test_a_prediction_names_missing_and_unusual_inputs(
    scorer: Scorer, eligible: FeatureRows
) -> None:
    features = scorer.bundle.parts.reference.features
    usual = np.array([features[name].null_share < 0.5 for name in NAMES])
    known = np.flatnonzero(np.isfinite(eligible.values[:, usual]).all(axis=1))
    one = taken(eligible, known[:1])
    values = one.values.copy()
    values[0, NAMES.index("mean_order_value")] = NULL
    values[0, NAMES.index("orders_in_total")] = 1e6

    rows = FeatureRows(one.customer_ids, one.as_of, values)
    (prediction,) = scorer.predictions(scorer.answer(Customers(rows)))

    assert prediction.missing_inputs == ["mean_order_value"]
    assert "orders_in_total" in prediction.out_of_range_inputs


def test_longer_silence_raises_the_risk_on_average(scorer: Scorer, eligible: FeatureRows) -> None:
    silent = eligible.column("days_since_last_order")
    longer = eligible.values.copy()
    for name in ("days_since_last_order", "silence_over_usual_gap"):
        column = NAMES.index(name)
        longer[:, column] = longer[:, column] * (1 + 20 / np.maximum(silent, 1))
    longer[:, NAMES.index("days_since_last_order")] = np.minimum(silent + 20, 59)
    later = FeatureRows(eligible.customer_ids, eligible.as_of, longer)

    assert scorer.score(later).log_odds.mean() > scorer.score(eligible).log_odds.mean()


def test_whoever_is_unlike_all_that_was_seen_has_no_score(
    scorer: Scorer, eligible: FeatureRows
) -> None:
    strange = eligible.slice(0, 2)
    values = strange.values.copy()
    important = [
        i
        for i, name in enumerate(NAMES)
        if scorer.bundle.parts.reference.features[name].importance > 0
        and name not in scorer.bundle.manifest.churn_definition.needs
    ]
    values[1, important] = 1e9
    strange = FeatureRows(strange.customer_ids, strange.as_of, values)

    answers = scorer.answer(Customers(strange))

    assert answers.statuses.tolist() == [ELIGIBLE, UNFAMILIAR]
    assert len(answers.scores.rows) == 1
    assert answers.codes["risk"][1] is None
    with pytest.raises(ValueError, match="only eligible customers have a score"):
        scorer.score(strange)


def test_nobody_of_the_population_is_unlike_it(scorer: Scorer, eligible: FeatureRows) -> None:
    assert (scorer.bundle.parts.reference.unlike(eligible) < 0.5).all()


def test_the_probability_lies_in_its_interval(scores: Scores) -> None:
    assert (scores.low <= scores.probability).all()
    assert (scores.probability <= scores.high).all()
    assert (scores.low < scores.high).all()
    assert np.median(scores.high - scores.low) < 0.2


def test_a_large_batch_gives_the_contributions_of_a_small_one(
    scorer: Scorer, eligible: FeatureRows, answers: Answers
) -> None:
    """Beyond FEW rows another method makes them; log-odds come from one and the same."""
    times = FEW // len(eligible) + 1
    large = scorer.score(taken(eligible, np.tile(np.arange(len(eligible)), times)))

    assert len(eligible) <= FEW < len(large.log_odds)
    small = answers.scores
    assert large.log_odds.tobytes() == np.tile(small.log_odds, times).tobytes()
    np.testing.assert_allclose(
        large.contributions.values,
        np.tile(small.contributions.values, (times, 1)),
        rtol=0,
        atol=1e-12,
    )
    assert large.contributions.base == pytest.approx(small.contributions.base, rel=0, abs=1e-12)
    total = large.contributions.base + large.contributions.values.sum(axis=1)
    np.testing.assert_allclose(total, large.log_odds, rtol=0, atol=1e-9)
    one = scorer.score(taken(eligible, np.array([0])))
    assert (large.contributions.values[0] != one.contributions.values[0]).any()  # it is another
