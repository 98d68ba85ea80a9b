"""The gate refuses in words; neither ranking nor chance passes it."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scoring.churn import probability
from tests.conftest import Trained
from training.gate import Comparison, compare_probabilities, incompatibilities, refusals


def compared(
    count: int, challenger_slope: float, noise: float = 0.0, rate: float = 0.0
) -> Comparison:
    """Challenger and champion on drawn customers, of whom the champion says the truth."""
    random = np.random.default_rng(5)
    truth = random.normal(rate, 1.5, count)
    churned = random.random(count) < probability(truth)
    said = challenger_slope * truth + random.normal(0, 1, count) * noise
    return of(churned, said, truth)


def of(
    churned: NDArray[np.bool_], challenger: NDArray[np.float64], champion: NDArray[np.float64]
) -> Comparison:
    new, old = probability(challenger), probability(champion)
    return compare_probabilities("2024-06-01", churned, new, old, samples=100, seed=1)


def test_an_equal_challenger_passes() -> None:
    assert refusals(compared(2000, challenger_slope=1.0)) == []


def test_a_difference_of_chance_does_not_block() -> None:
    noisy = compared(4000, challenger_slope=1.0, noise=0.05)
    assert noisy.difference["log_loss"].low < 0 < noisy.difference["log_loss"].high
    assert refusals(noisy) == []


def test_a_difference_of_chance_does_not_pass() -> None:
    (said,) = refusals(compared(90, challenger_slope=1.0, noise=0.6))
    assert said.startswith("90 customers are too few to tell whether its log loss of ")


def test_a_worse_log_loss_is_refused_with_its_interval() -> None:
    reasons = refusals(compared(4000, challenger_slope=1.0, noise=1.5))
    assert "is worse than the champion's" in reasons[0]
    assert "(the difference lies between +0.1" in reasons[0]


def test_better_ranking_does_not_excuse_worse_probabilities() -> None:
    """Both log losses are alike: what the ranking gains, the probabilities lose."""
    random = np.random.default_rng(2)
    truth = random.normal(0, 1.5, 4000)
    churned = random.random(4000) < probability(truth)
    seen = truth + random.normal(0, 1.2, 4000)
    champion = 0.61 * seen  # the log-odds given what it saw

    tempting = of(churned, 1.9 * truth, champion)

    assert tempting.difference["roc_auc"].low > 0
    assert tempting.difference["log_loss"].low < 0
    off, extreme = refusals(tempting)
    assert off.startswith("its probabilities are off by 0.")
    assert extreme.startswith("its probabilities are too extreme: their calibration slope is 0.")


def test_few_of_one_outcome_are_too_few() -> None:
    (said,) = refusals(compared(200, challenger_slope=1.0, rate=-6.0))
    assert "of 200 customers churned, which is too few to tell the two apart" in said


def test_one_outcome_alone_is_too_few() -> None:
    nobody = of(np.zeros(50, dtype=np.bool_), np.zeros(50), np.zeros(50))
    assert refusals(nobody)[0].startswith("0 of 50 customers churned")


def test_models_that_do_not_fit_each_other_are_told_apart(trained: Trained) -> None:
    champion = trained.bundle.manifest
    later = replace(champion, trained_on=replace(champion.trained_on, test="2031-01-01"))
    other = replace(champion, catalog_hash="another")
    silent = replace(champion.churn_definition, horizon_days=7)
    meaning = replace(champion, churn_definition=silent)

    assert incompatibilities(champion, champion) == []
    assert incompatibilities(later, champion) == []
    assert incompatibilities(champion, later) == [
        f"it knows of outcomes after {champion.trained_on.test}, the champion of later ones, "
        "after 2031-01-01"
    ]
    assert "another feature catalog" in incompatibilities(other, champion)[0]
    assert "cannot be compared" in incompatibilities(meaning, champion)[0]
