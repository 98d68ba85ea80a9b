"""Make the text model that ships with Retinue: features/sentiment/shipped.npz.

    .venv/bin/python -m scripts.train_sentiment --data FOLDER

The folder holds two archives, which are not part of Retinue:

- zh_online_shopping_10_cats.zip: 62,774 Chinese reviews of ten kinds of goods, positive or
  negative, from ChineseNlpCorpus; no licence is stated.
- en_womens_clothing_reviews.zip: 23,486 English reviews of women's clothing, recommended or not;
  CC0, dedicated to the public domain.

Eight tenths of the texts are learned from, one tenth chose the settings and the neutral band, one
tenth is only reported; `benchmarks/sentiment.py` reports more on it. The file shipped is the one
reported on. Same archives and same versions of the libraries, same file.
"""

import argparse
import hashlib
import sys
from pathlib import Path

import numpy as np
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from benchmarks.review_sets import Reviews, read_reviews
from features.sentiment.model import SHIPPED, SentimentModel
from training.sentiment import balanced, fit_sentiment, with_neutral_band

RIGHT_OUTSIDE_NEUTRAL = 0.95


def main() -> int:
    """Fit, choose the band, write, report."""
    parser = argparse.ArgumentParser(prog="scripts.train_sentiment")
    parser.add_argument("--data", type=Path, required=True, help="folder of the two archives")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="the file to write")
    options = parser.parse_args()
    reviews = read_reviews(options.data)
    model = fit(reviews.where(reviews.part == "fit"))
    choose = reviews.where(reviews.part == "choose")
    model = with_neutral_band(
        model, list(choose.texts), choose.positive, right=RIGHT_OUTSIDE_NEUTRAL
    )
    model.write(options.out)
    digest = hashlib.sha256(options.out.read_bytes()).hexdigest()
    print(f"{options.out}: {options.out.stat().st_size:,} bytes, sha256 {digest}")
    print(f"neutral: {model.neutral[0]:.2f} to {model.neutral[1]:.2f}")
    test = reviews.where(reviews.part == "test")
    for name, chosen in (("Chinese", ~test.english), ("English", test.english)):
        print(f"{name}: {in_words(model, test.where(chosen))}")
    return 0


def fit(reviews: Reviews) -> SentimentModel:
    """Learn from reviews, each category with as many positive as negative.

    Titles are learned from once more by themselves: feedback is often as short as a title.
    """
    titled = reviews.where(reviews.titles != "")
    positive = np.concatenate([reviews.positive, titled.positive])
    groups = [*reviews.category, *["titles"] * len(titled)]
    return fit_sentiment(
        [*reviews.texts, *titled.titles], positive, importance=balanced(positive, groups)
    )


def in_words(model: SentimentModel, reviews: Reviews) -> str:
    """Accuracy at one half, balanced accuracy, AUC, and how many the band calls neutral."""
    said = np.nan_to_num(model.positive_probability(list(reviews.texts)), nan=0.5)
    positive, decided = reviews.positive, (said < model.neutral[0]) | (said > model.neutral[1])
    right = (said > 0.5) == positive
    return (
        f"{len(reviews):,} texts, accuracy {right.mean():.4f}, "
        f"balanced {balanced_accuracy_score(positive, said > 0.5):.4f}, "
        f"AUC {roc_auc_score(positive, said):.4f}; neutral {1 - decided.mean():.3f}, "
        f"accuracy of the others {right[decided].mean():.4f}"
    )


if __name__ == "__main__":
    sys.exit(main())
