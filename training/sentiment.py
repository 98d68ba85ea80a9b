"""Fit the text model: logistic regression on the grams of texts whose polarity is known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from features.sentiment.emoji import NEGATIVE, POSITIVE
from features.sentiment.grams import BUCKETS, TEXTS_AT_ONCE, bucket_of, grams_of
from features.sentiment.model import SOFTENING, SentimentModel
from training.errors import TrainingError

EMOJI_LOG_ODDS = 2.0  # of a text that is one known emoji: our own statement, not learned
LARGEST = 127  # of a weight, in eight bits
WIDEST_BAND = 0.49  # of neutral, on either side of one half

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True)
class SentimentSettings:
    """How to fit.

    Attributes:
        strength: How far weights may move; the inverse of the penalty on their squares.
        fewest_texts: A gram in fewer texts than this gets no weight of its own.
        most_iterations: Of the optimiser.
        tolerance: The optimiser stops where no slope is steeper.
    """

    strength: float = 10.0
    fewest_texts: int = 3
    most_iterations: int = 300
    tolerance: float = 1e-5


def fit_sentiment(
    texts: Sequence[str],
    positive: Booleans,
    *,
    importance: Floats | None = None,
    settings: SentimentSettings | None = None,
) -> SentimentModel:
    """Learn from texts alone; emoji that speak for themselves get a weight that is given.

    There is no intercept: a text of which nothing is known is as likely positive as negative.

    Args:
        texts: What was written.
        positive: Whether each is positive.
        importance: How much each counts; alike by default.
        settings: How to fit.

    Returns:
        A model without a neutral band.

    Raises:
        TrainingError: All texts are of one polarity.
    """
    chosen = settings or SentimentSettings()
    rows = _rows(texts)
    known = _frequent(rows, chosen.fewest_texts)
    fitted = _logistic(rows[:, known], positive, chosen, importance, intercept=False)
    weights = np.zeros(BUCKETS)
    weights[known] = fitted.coef_[0]
    for sign, emoji in ((1, POSITIVE), (-1, NEGATIVE)):
        for one in sorted(emoji):
            weights[bucket_of(one)] = sign * EMOJI_LOG_ODDS * np.sqrt(1 + SOFTENING)
    return _in_eight_bits(weights, 0.0, (0.5, 0.5))


def adapt_sentiment(
    shipped: SentimentModel,
    texts: Sequence[str],
    positive: Booleans,
    settings: SentimentSettings | None = None,
) -> SentimentModel:
    """Learn from a project's own texts how its customers differ from what a model says.

    What the model says is one more variable of the regression, so with few texts the result stays
    close to it. Both are linear in the same grams and end up in one table of weights.

    Args:
        shipped: The model to start from; its neutral band is kept.
        texts: Texts that it can read.
        positive: Whether each is positive.
        settings: How to fit.

    Raises:
        TrainingError: All texts are of one polarity.
    """
    chosen = settings or SentimentSettings()
    rows = _rows(texts)
    known = _frequent(rows, chosen.fewest_texts)
    said = csr_array(shipped.log_odds(texts).reshape(-1, 1))
    fitted = _logistic(
        hstack([rows[:, known], said], format="csr"), positive, chosen, None, intercept=True
    )
    *learned, trust = fitted.coef_[0]
    weights = trust * shipped.scale * shipped.weights.astype(np.float64)
    weights[known] += learned
    intercept = float(fitted.intercept_[0]) + trust * shipped.intercept
    return _in_eight_bits(weights, intercept, shipped.neutral)


def balanced(positive: Booleans, groups: Sequence[str]) -> Floats:
    """Weights under which each group has as many positive texts as negative, its size unchanged.

    Words that only tell one group from another then say nothing about polarity.
    """
    importance = np.zeros(len(positive))
    names = np.asarray(groups)
    for name in sorted(set(groups)):
        group = names == name
        for polarity in (False, True):
            members = group & (positive == polarity)
            if members.any():
                importance[members] = group.sum() / (2 * members.sum())
    return importance


def with_neutral_band(
    model: SentimentModel, texts: Sequence[str], positive: Booleans, *, right: float
) -> SentimentModel:
    """The model with the narrowest band about one half outside which a share of labels is right.

    Args:
        model: Any band that it has is replaced.
        texts: Texts that it did not learn from.
        positive: Whether each is positive.
        right: The share, counting positive and negative texts alike.
    """
    said = model.positive_probability(texts)
    for hundredths in range(round(WIDEST_BAND * 100) + 1):
        half = hundredths / 100
        sure = np.abs(said - 0.5) > half
        found = [
            float(((said > 0.5) == positive)[sure & (positive == polarity)].mean())
            for polarity in (False, True)
            if (sure & (positive == polarity)).any()
        ]
        if found and float(np.mean(found)) >= right:
            break
    return replace(model, neutral=(0.5 - half, 0.5 + half))


def _rows(texts: Sequence[str]) -> csr_array:
    """One row per text: for each gram it holds, one over the softened root of their number."""
    batches = [
        grams_of(texts[first : first + TEXTS_AT_ONCE])
        for first in range(0, len(texts), TEXTS_AT_ONCE)
    ]
    counts = np.concatenate([grams.counts for grams in batches])
    values = np.repeat(1 / np.sqrt(counts + SOFTENING), counts)
    buckets = np.concatenate([grams.bucket for grams in batches])
    ends = np.concatenate([[0], np.cumsum(counts)])
    return csr_array((values, buckets, ends), shape=(len(texts), BUCKETS))


def _frequent(rows: csr_array, fewest: int) -> NDArray[np.intp]:
    return np.flatnonzero(np.bincount(rows.indices, minlength=BUCKETS) >= fewest)


def _logistic(
    rows: csr_array,
    positive: Booleans,
    settings: SentimentSettings,
    importance: Floats | None,
    *,
    intercept: bool,
) -> LogisticRegression:
    if positive.all() or not positive.any():
        raise TrainingError(
            f"{int(positive.sum()):,} of {len(positive):,} texts are positive, so there is nothing "
            "to tell apart; bring texts of both kinds"
        )
    # One thread: the order in which sums are added up decides their last bits.
    with threadpool_limits(limits=1):
        return LogisticRegression(
            C=settings.strength,
            max_iter=settings.most_iterations,
            tol=settings.tolerance,
            fit_intercept=intercept,
        ).fit(rows, positive, sample_weight=importance)


def _in_eight_bits(
    weights: Floats, intercept: float, neutral: tuple[float, float]
) -> SentimentModel:
    """Round each weight to the nearest of 255 steps, the largest kept as it is."""
    scale = float(np.abs(weights).max()) / LARGEST or 1.0
    return SentimentModel(np.rint(weights / scale).astype(np.int8), scale, intercept, neutral)
