"""The interval against the textbook's two regressions, and what it promises on average."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

from scoring.churn import Calibration, ChurnModel, probability
from training import venn_abers
from training.venn_abers import fit_venn_abers

Vector = NDArray[np.float64]


def customers(count: int, seed: int, bend: float = 0.0) -> tuple[Vector, NDArray[np.bool_]]:
    """Log-odds that are said, and outcomes of other odds where they bend."""
    random = np.random.default_rng(seed)
    said = random.normal(-1.0, 1.5, count)
    return said, random.random(count) < probability(said + bend * np.sin(2 * said))


@pytest.mark.parametrize("count", [8, 60])
def test_both_rates_are_the_textbooks(count: int) -> None:
    said, churned = customers(count, seed=3)
    found = fit_venn_abers(said, churned)
    # One customer to a bin, so that the bin's number stands for the score.
    edges = np.quantile(said, np.linspace(0, 1, count + 1)[1:-1])
    numbers = np.searchsorted(edges, said, side="right").astype(np.float64)
    for asked in np.linspace(-6, 4, 25):
        bin_ = float(np.searchsorted(edges, asked, side="right"))
        by_hand = [
            IsotonicRegression()
            .fit(np.append(numbers, bin_), np.append(churned, label))
            .predict([bin_])[0]
            for label in (0.0, 1.0)
        ]
        low, high = found.rates(np.array([asked]))
        assert [low[0], high[0]] == pytest.approx(by_hand)


@pytest.mark.parametrize("bend", [0.0, 0.45])
def test_on_average_one_of_the_two_is_right_whatever_the_model_is_worth(bend: float) -> None:
    found = fit_venn_abers(*customers(2000, seed=1, bend=bend))
    said, churned = customers(20_000, seed=2, bend=bend)

    low, high = found.rates(said)

    within = 1.96 * np.sqrt(0.25 / len(said)) + 1.96 * np.sqrt(0.25 / 2000)
    assert low.mean() - within <= churned.mean() <= high.mean() + within
    for tenth in np.array_split(np.argsort(said), 10):
        assert low[tenth].mean() - 0.08 <= churned[tenth].mean() <= high[tenth].mean() + 0.08


def test_the_fewer_customers_are_like_one_the_wider(monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = (fit_venn_abers(*customers(count, seed=1)) for count in (100, 5000))
    asked = np.linspace(-4, 2, 50)
    wide, narrow = (np.subtract(*found.rates(asked)[::-1]).mean() for found in (few, many))
    assert wide > 3 * narrow > 0
    monkeypatch.setattr(venn_abers, "MOST_BINS", 50)
    coarse = fit_venn_abers(*customers(5000, seed=1))
    assert np.subtract(*coarse.rates(asked)[::-1]).mean() == pytest.approx(narrow, rel=0.7)


def test_equal_scores_share_one_interval() -> None:
    found = fit_venn_abers(np.array([0.0] * 10), np.arange(10) < 4)
    low, high = found.rates(np.array([0.0, 5.0]))
    assert low.tolist() == pytest.approx([4 / 11, 4 / 11])
    assert high.tolist() == pytest.approx([5 / 11, 5 / 11])


def test_what_is_said_always_lies_within() -> None:
    found = fit_venn_abers(*customers(300, seed=1, bend=1.5))
    model = ChurnModel("", Calibration(1.0, 0.0, "2024-06-01", 300, found))
    said = np.linspace(-9, 9, 200)

    low, high = model.interval(said)

    assert (low <= probability(said)).all()
    assert (probability(said) <= high).all()
    assert (low >= 0).all()
    assert (high <= 1).all()
