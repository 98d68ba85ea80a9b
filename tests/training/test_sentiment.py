"""Fitting the text model on simulated texts, and when a project's own is kept."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from features.sentiment.grams import bucket_of
from features.sentiment.model import SentimentModel
from training.errors import TrainingError
from training.own_sentiment import interval_over_customers, learn_own
from training.own_texts import OwnTexts, own_texts, polarity
from training.sentiment import adapt_sentiment, balanced, fit_sentiment, with_neutral_band

FILLER = ["the", "parcel", "box", "blue", "day", "order", "包", "裹", "今", "天", "到", "了"]
GOOD, BAD = ("lovely", "swift", "妙"), ("rotten", "late", "糟")
JUNE = datetime(2024, 6, 1)


def simulated(
    number: int, seed: int, good: tuple[str, ...] = GOOD, bad: tuple[str, ...] = BAD
) -> tuple[list[str], np.ndarray]:
    """Texts of filler with two telling words each, one in ten of which tells the opposite."""
    random = np.random.default_rng(seed)
    positive = random.random(number) < 0.6
    texts = []
    for kind in positive ^ (random.random(number) < 0.1):
        words = [*random.choice(FILLER, 6), *random.choice(good if kind else bad, 2)]
        texts.append(" ".join(random.permutation(words)))
    return texts, positive


def own(number: int, seed: int, **words: tuple[str, ...]) -> OwnTexts:
    texts, positive = simulated(number, seed, **words)
    return OwnTexts(texts, [f"customer {place // 2}" for place in range(number)], positive, {})


@pytest.fixture(scope="module")
def model() -> SentimentModel:
    return with_neutral_band(fit_sentiment(*simulated(600, 1)), *simulated(300, 2), right=0.85)


def test_the_model_learns_which_words_tell(model: SentimentModel) -> None:
    texts, positive = simulated(400, 3)
    assert ((model.positive_probability(texts) > 0.5) == positive).mean() > 0.85
    assert model.predict(["lovely 妙", "rotten 糟"]).label.tolist() == ["positive", "negative"]
    assert model.predict(["unheard"]).positive_probability.tolist() == [0.5]


def test_without_an_intercept_the_words_carry_the_share_of_positive_texts() -> None:
    texts, positive = simulated(600, 10)
    kept = positive | (np.arange(600) % 8 == 0)
    some = [text for text, keep in zip(texts, kept, strict=True) if keep]

    said = fit_sentiment(some, positive[kept]).positive_probability(some)

    assert said.mean() == pytest.approx(positive[kept].mean(), abs=0.02)


def test_weights_use_all_of_their_eight_bits(model: SentimentModel) -> None:
    assert np.abs(model.weights.astype(int)).max() == 127
    assert len(np.unique(model.weights)) > 50


def test_a_model_that_learns_more_still_knows_what_it_knew(model: SentimentModel) -> None:
    texts, positive = simulated(200, 11, good=("lovely", "sick"), bad=("rotten", "meh"))

    learned = adapt_sentiment(model, texts, positive)

    assert learned.predict(["sick", "swift swift"]).label.tolist() == ["positive", "positive"]
    assert learned.predict(["meh", "late late"]).label.tolist() == ["negative", "negative"]
    assert learned.neutral == model.neutral


def test_the_same_texts_give_the_same_file(model: SentimentModel, tmp_path: Path) -> None:
    again = with_neutral_band(fit_sentiment(*simulated(600, 1)), *simulated(300, 2), right=0.85)
    model.write(tmp_path / "one.npz")
    again.write(tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_texts_of_one_kind_are_refused() -> None:
    with pytest.raises(TrainingError, match="2 of 2 texts are positive"):
        fit_sentiment(["good", "fine"], np.array([True, True]))


def test_balanced_weights_leave_a_group_no_prior_and_its_size() -> None:
    positive = np.array([True, True, True, False, True])
    weights = balanced(positive, ["a", "a", "a", "a", "b"])
    assert weights.tolist() == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2, 0.5])


def test_a_word_of_a_mostly_positive_group_is_not_positive_for_that() -> None:
    texts, positive = simulated(600, 4)
    others, theirs = simulated(600, 5)
    rare = np.flatnonzero(theirs | (np.arange(600) % 5 == 0))
    others = [f"shoe {others[place]}" for place in rare]
    labels = np.concatenate([positive, theirs[rare]])
    groups = ["plain"] * 600 + ["shoes"] * len(rare)
    importance = balanced(labels, groups)

    naive = fit_sentiment(texts + others, labels)
    fair = fit_sentiment(texts + others, labels, importance=importance)

    said = [one.log_odds(["shoe"])[0] for one in (naive, fair)]
    assert said[0] > 0.1
    assert abs(said[1]) < said[0] / 2


def test_the_neutral_band_is_the_narrowest_that_is_right_often_enough() -> None:
    model = SentimentModel(np.zeros(1 << 20, np.int8), 1.0, 0.0, (0.5, 0.5))
    weights = model.weights.copy()
    weights[[bucket_of("sure"), bucket_of("unsure"), bucket_of("never")]] = [100, 6, -100]
    model = replace(model, weights=weights, scale=0.2)
    # "unsure" is positive at 0.54 and wrong half of the time; the others are always right.
    texts = ["sure", "never", "unsure", "unsure"]
    positive = np.array([True, False, True, False])

    found = with_neutral_band(model, texts, positive, right=0.9)

    assert found.neutral == pytest.approx((0.45, 0.55))
    assert found.predict(["unsure"]).label.tolist() == ["neutral"]
    assert with_neutral_band(model, texts, positive, right=0.7).neutral == (0.5, 0.5)


@pytest.mark.parametrize(
    ("score", "scale", "meaning"),
    [
        (1, "stars_1_5", "negative"),
        (2, "csat_1_5", "negative"),
        (3, "stars_1_5", "neutral score"),
        (4, "csat_1_5", "positive"),
        (0, "stars_1_5", "score off its scale"),
        (6, "csat_1_5", "score off its scale"),
        (0, "nps_0_10", "negative"),
        (6, "nps_0_10", "negative"),
        (7, "nps_0_10", "neutral score"),
        (8, "nps_0_10", "neutral score"),
        (9, "nps_0_10", "positive"),
        (11, "nps_0_10", "score off its scale"),
        (5, "thumbs", "unknown scale"),
        (5, None, "unknown scale"),
        (None, "nps_0_10", "no score"),
        (float("nan"), "nps_0_10", "score off its scale"),
    ],
)
def test_what_a_score_means(score: float | None, scale: str | None, meaning: str) -> None:
    assert polarity(score, scale) == meaning


def test_rows_of_no_use_are_counted_by_cause() -> None:
    readable = np.array([True, True, False, True])
    scales = ["stars_1_5", "stars_1_5", "stars_1_5", None]

    found = own_texts(["a", "b", None, "c"], list("wxyz"), [5, 3, 5, 5], scales, readable)

    assert (found.texts, found.customer_ids) == (["a"], ["w"])
    assert found.positive.tolist() == [True]
    assert found.left_out == {"neutral score": 1, "no readable text": 1, "unknown scale": 1}


def test_an_own_model_that_knows_the_jargon_is_kept(model: SentimentModel) -> None:
    jargon = own(600, 6, good=("sick", "wicked"), bad=("meh", "mid"))

    learned, found = learn_own(model, jargon, JUNE, samples=200, seed=1)

    assert found.kept
    assert found.why.startswith("kept: its log loss on customers it never saw is 0.")
    assert found.log_loss_difference.high < 0
    assert found.own["accuracy"] > 0.8 > found.shipped["accuracy"]
    assert learned.learned_until == JUNE
    assert learned.predict(["sick wicked"]).label.tolist() == ["positive"]
    assert found.texts + found.held_out_texts == 600


def test_an_own_model_that_learns_from_noise_is_not_kept(model: SentimentModel) -> None:
    texts, positive = simulated(500, 7)
    same = OwnTexts(texts, [str(place) for place in range(500)], positive, {})
    noise = replace(same, positive=np.random.default_rng(1).permutation(positive))

    _, found = learn_own(model.__class__.shipped(), noise, JUNE, samples=200, seed=1)
    _, usual = learn_own(model, same, JUNE, samples=200, seed=1)

    assert not usual.kept
    assert "so it is not better beyond doubt" in usual.why
    assert found.own["roc_auc"] < 0.65


def test_a_customer_is_on_one_side_only(model: SentimentModel) -> None:
    # Every customer writes one sentence of their own twice; a model that had seen it would know.
    texts, _ = simulated(400, 8, good=("so",), bad=("so",))
    signed = [f"w{place // 2}q {text}" for place, text in enumerate(texts)]
    positive = np.random.default_rng(3).random(200).repeat(2) < 0.5
    ids = [str(place // 2) for place in range(400)]

    _, found = learn_own(model, OwnTexts(signed, ids, positive, {}), JUNE, samples=100, seed=1)

    assert found.held_out_customers * 2 == found.held_out_texts
    assert abs(found.own["roc_auc"] - 0.5) < 0.15


def test_better_probabilities_do_not_excuse_worse_ranking(model: SentimentModel) -> None:
    # Shouting ranks as the model does, with probabilities that are far too sure.
    shouting = replace(model, scale=30 * model.scale)

    _, found = learn_own(shouting, own(400, 12), JUNE, samples=100, seed=1)

    assert found.log_loss_difference.high < 0
    assert found.own["roc_auc"] < found.shipped["roc_auc"]
    assert not found.kept
    assert found.why.endswith("so it ranks worse")


def test_texts_of_one_customer_count_as_one_observation() -> None:
    values = np.random.default_rng(1).normal(size=50)
    ids = [str(place) for place in range(50)]

    once = interval_over_customers(values, ids, samples=200, seed=1)
    four_times = interval_over_customers(np.repeat(values, 4), [*np.repeat(ids, 4)], 200, seed=1)

    assert four_times.low == pytest.approx(once.low)
    assert four_times.high == pytest.approx(once.high)


def test_too_few_texts_are_refused_in_words(model: SentimentModel) -> None:
    with pytest.raises(TrainingError, match=r"positive and .* negative texts to judge on"):
        learn_own(model, own(120, 9), JUNE, samples=100, seed=1)
