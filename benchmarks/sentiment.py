"""Judge the text model beside SnowNLP and VADER on public reviews, and time the three.

    .venv/bin/python -m benchmarks.sentiment --data FOLDER

`scripts/train_sentiment.py` says what the folder holds. Writes sentiment.md and sentiment.json.
"""

import argparse
import os
import shlex
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from benchmarks.review_sets import Reviews, read_reviews
from benchmarks.sentiment_report import Category, Figures, Findings, Speed, write
from features.sentiment.model import SentimentModel
from scripts.train_sentiment import fit
from training.sentiment import adapt_sentiment

Reader = Callable[[Sequence[str]], NDArray[np.float64]]
OWN_TEXTS = (200, 1000)
SHORT = 50  # characters
ROUNDS = 3
TIMED = 2000  # texts


def main(arguments: Sequence[str]) -> int:
    """Judge, time, print and write."""
    parser = argparse.ArgumentParser(prog="benchmarks.sentiment")
    parser.add_argument("--data", type=Path, required=True, help="folder of the two archives")
    options = parser.parse_args(arguments)
    reviews = read_reviews(options.data)
    choose, test = (reviews.where(reviews.part == part) for part in ("choose", "test"))
    readers = {"Retinue": retinue, "SnowNLP": snownlp, "VADER": vader}
    findings = Findings(
        command=shlex.join([".venv/bin/python", "-m", "benchmarks.sentiment", "--data", "FOLDER"]),
        date=datetime.now(UTC).date().isoformat(),
        chinese={name: judge(readers[name], choose, test, "zh") for name in ("Retinue", "SnowNLP")},
        english={name: judge(readers[name], choose, test, "en") for name in ("Retinue", "VADER")},
        neutral=neutral_shares(test),
        copies=copies_in_snownlp(test),
        speeds=[speed(name, readers[name], test) for name in readers],
        categories=[without(category, reviews) for category in chinese_categories(reviews)],
    )
    print(write(findings, Path(__file__).parent))
    return 0


def retinue(texts: Sequence[str]) -> NDArray[np.float64]:
    """The shipped model's probability; one half where it says nothing."""
    return np.nan_to_num(SentimentModel.shipped().positive_probability(texts), nan=0.5)


def snownlp(texts: Sequence[str]) -> NDArray[np.float64]:
    """SnowNLP's probability; one half for a text in which it finds no word."""
    from snownlp import sentiment

    return np.array([sentiment.classify(text) if text.strip() else 0.5 for text in texts])


def vader(texts: Sequence[str]) -> NDArray[np.float64]:
    """VADER's compound score, from -1..1 to 0..1."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    return np.array([(analyzer.polarity_scores(text)["compound"] + 1) / 2 for text in texts])


def judge(reader: Reader, choose: Reviews, test: Reviews, language: str) -> Figures:
    """Figures at one half, and at the threshold that is best on the part for choosing."""
    spoken = [one.where(one.english == (language == "en")) for one in (choose, test)]
    tried, said = (reader(list(one.texts)) for one in spoken)
    thresholds = np.unique(np.quantile(tried, np.linspace(0, 1, 201)))
    accuracies = [((tried > at) == spoken[0].positive).mean() for at in thresholds]
    best = float(thresholds[int(np.argmax(accuracies))])
    return replace(figures(spoken[1].positive, said), accuracy_tuned=_at(best, spoken[1], said))


def figures(positive: NDArray[np.bool_], said: NDArray[np.float64]) -> Figures:
    """Accuracy and balanced accuracy at one half, and the area under the ROC curve."""
    return Figures(
        texts=len(positive),
        accuracy=float(((said > 0.5) == positive).mean()),
        balanced_accuracy=float(balanced_accuracy_score(positive, said > 0.5)),
        roc_auc=float(roc_auc_score(positive, said)),
    )


def _at(threshold: float, reviews: Reviews, said: NDArray[np.float64]) -> float:
    return float(((said > threshold) == reviews.positive).mean())


def neutral_shares(test: Reviews) -> dict[str, float]:
    """How many test texts the shipped model calls neutral, by language and English stars."""
    neutral = SentimentModel.shipped().predict(list(test.texts)).label == "neutral"
    shares = {"Chinese": float(neutral[~test.english].mean())}
    for stars in range(1, 6):
        shares[f"English, {stars} of 5 stars"] = float(neutral[test.stars == stars].mean())
    return shares


def copies_in_snownlp(test: Reviews) -> float:
    """Share of the Chinese test texts that stand word for word in SnowNLP's training texts."""
    from snownlp import sentiment

    folder = Path(sentiment.__file__).parent
    known = "\n".join(
        (folder / name).read_text(encoding="utf-8") for name in ("neg.txt", "pos.txt")
    )
    chinese = [str(text) for text in test.texts[~test.english]]
    return float(np.mean([len(text) >= 10 and text in known for text in chinese]))


def speed(name: str, reader: Reader, test: Reviews) -> Speed:
    """Texts a second on one core, the best of some rounds, for short texts and for whole ones."""
    language = test.where(test.english == (name == "VADER"))
    whole = [str(text) for text in language.texts[:TIMED]]
    short = [text[:SHORT] for text in whole]
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        reader(short[:10])  # loads the model
        return Speed(name, _texts_per_second(reader, short), _texts_per_second(reader, whole))
    finally:
        os.sched_setaffinity(0, cores)


def _texts_per_second(reader: Reader, texts: list[str]) -> float:
    seconds = []
    for _ in range(ROUNDS):
        # The process's own time: others may share the core.
        started = time.process_time()
        reader(texts)
        seconds.append(time.process_time() - started)
    return len(texts) / min(seconds)


def chinese_categories(reviews: Reviews) -> list[str]:
    """Their names, in order."""
    return sorted(set(reviews.category[~reviews.english]))


def without(category: str, reviews: Reviews) -> Category:
    """How well a category is read unseen, and after learning from some of its own texts."""
    test = reviews.where((reviews.part == "test") & (reviews.category == category))
    learn = reviews.where((reviews.part == "fit") & (reviews.category == category))
    texts = list(test.texts)
    shipped = retinue(texts)
    unseen = fit(reviews.where((reviews.part == "fit") & (reviews.category != category)))
    readable = learn.where(~np.isnan(unseen.log_odds(list(learn.texts))))
    order = np.random.default_rng(7).permutation(len(readable))
    own = {}
    for number in OWN_TEXTS:
        if number <= len(order):
            some = readable.where(order[:number])
            adapted = adapt_sentiment(unseen, list(some.texts), some.positive)
            own[number] = figures(test.positive, _said(adapted, texts))
    return Category(
        name=category,
        shipped=figures(test.positive, shipped),
        unseen=figures(test.positive, _said(unseen, texts)),
        own=own,
        snownlp=figures(test.positive, snownlp(texts)),
    )


def _said(model: SentimentModel, texts: Sequence[str]) -> NDArray[np.float64]:
    return np.nan_to_num(model.positive_probability(texts), nan=0.5)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
