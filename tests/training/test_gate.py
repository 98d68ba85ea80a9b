"""The gate refuses in words, and ranking alone does not pass it."""

from training.evaluation import Evaluation
from training.gate import refusals
from training.metrics import METRICS
from training.panel import Interval


def evaluation(**figures: float) -> Evaluation:
    metrics = {name: Interval(figures.get(name, 0.3), 0.0, 1.0) for name in METRICS}
    rate = Interval(0.1, 0.0, 1.0)
    return Evaluation("2024-06-01", 28, 100, {}, rate, {"model": metrics}, {}, {}, {}, 100)


CHAMPION = evaluation(roc_auc=0.80, log_loss=0.300, calibration_error=0.010)


def test_a_better_challenger_passes() -> None:
    better = evaluation(roc_auc=0.82, log_loss=0.295, calibration_error=0.015)
    assert refusals(better, CHAMPION) == []


def test_better_ranking_does_not_excuse_worse_probabilities() -> None:
    tempting = evaluation(roc_auc=0.90, log_loss=0.299, calibration_error=0.050)
    assert refusals(tempting, CHAMPION) == [
        "its probabilities are off by 0.050 on average, the champion's by 0.010"
    ]


def test_a_worse_log_loss_is_refused() -> None:
    worse = evaluation(roc_auc=0.80, log_loss=0.31, calibration_error=0.010)
    assert refusals(worse, CHAMPION) == [
        "its log loss of 0.3100 is worse than the champion's 0.3000"
    ]
