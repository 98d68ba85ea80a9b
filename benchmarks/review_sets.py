"""The two public review sets, split once by what is written: to fit, to choose, to test."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.sentiment.characters import clean

CHINESE, ENGLISH = "zh_online_shopping_10_cats.zip", "en_womens_clothing_reviews.zip"
ENGLISH_CATEGORY = "women's clothing (en)"
PARTS = ("fit",) * 8 + ("choose", "test")
NOT_WRITTEN = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Reviews:
    """Reviews whose polarity is known.

    Attributes:
        texts: What was written; in English the title stands above the text.
        titles: The title alone; empty where there is none.
        positive: Label 1 in Chinese, recommended in English.
        category: What was bought; one category holds all English reviews.
        stars: 1 to 5 in English, 0 in Chinese.
        part: fit, choose or test.
    """

    texts: NDArray[np.object_]
    titles: NDArray[np.object_]
    positive: NDArray[np.bool_]
    category: NDArray[np.object_]
    stars: NDArray[np.int64]
    part: NDArray[np.str_]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.texts)

    @property
    def english(self) -> NDArray[np.bool_]:
        """Whether each is English."""
        return np.asarray(self.category == ENGLISH_CATEGORY)

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> "Reviews":
        """Those chosen, by truth or by place."""
        return Reviews(
            self.texts[chosen],
            self.titles[chosen],
            self.positive[chosen],
            self.category[chosen],
            self.stars[chosen],
            self.part[chosen],
        )


def read_reviews(folder: Path) -> Reviews:
    """Read both archives; reviews without a letter or digit are left out."""
    chinese = pd.read_csv(folder / CHINESE).dropna(subset=["review"])
    english = pd.read_csv(folder / ENGLISH).dropna(subset=["Review Text"])
    titles = english["Title"].fillna("").str.strip()
    texts = [
        *chinese["review"].str.strip(),
        *(titles + "\n" + english["Review Text"]).str.strip(),
    ]
    reviews = Reviews(
        texts=np.array(texts, dtype=object),
        titles=np.array([*[""] * len(chinese), *titles], dtype=object),
        positive=np.array([*chinese["label"], *english["Recommended IND"]]) == 1,
        category=np.array([*chinese["cat"], *[ENGLISH_CATEGORY] * len(english)], dtype=object),
        stars=np.array([*np.zeros(len(chinese), np.int64), *english["Rating"]]),
        part=np.array([_part(text) for text in texts]),
    )
    return reviews.where(reviews.part != "")


def _part(text: str) -> str:
    """By the letters and digits alone, so that copies never stand in two parts."""
    written = NOT_WRITTEN.sub("", clean(text))
    digest = hashlib.sha256(written.encode()).digest()
    return PARTS[int.from_bytes(digest[:4], "big") % len(PARTS)] if written else ""
