"""Scores on their own scales, as high, medium or low; of several scales the worst counts.

The worst and not the latest: scales ask different things (a visit, a product, the company), and
whoever is unhappy with one of them is to be heard, whatever another said a day later.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.feature import Words
from scoring.segments.customers import Customers
from scoring.segments.scheme import Fact

HIGH, MEDIUM, LOW = range(3)
NO_SCORE = -1
SCALES = {
    "csat": Words("satisfaction score", "满意度评分"),
    "nps": Words("recommendation score", "推荐意愿分"),
    "stars": Words("stars", "星级"),
}
HIGHEST = {"csat": 5, "nps": 10, "stars": 5}


@dataclass(frozen=True)
class Bounds:
    """From which score on a scale is high, and from which at least medium."""

    scale: str
    high: float
    medium: float

    def classes(self, scores: NDArray[np.float64]) -> NDArray[np.int64]:
        """HIGH, MEDIUM, LOW or, of NaN, NO_SCORE."""
        found = np.where(scores >= self.high, HIGH, np.where(scores >= self.medium, MEDIUM, LOW))
        return np.where(np.isnan(scores), NO_SCORE, found)

    @property
    def said(self) -> Words:
        """The two bounds in words."""
        name, top = SCALES[self.scale], HIGHEST[self.scale]
        return Words(
            f"{name.en} (to {top}) from {self.high:g} high, from {self.medium:g} medium",
            f"{name.zh}(满分{top})不低于{self.high:g}为高,不低于{self.medium:g}为中",
        )


def worst(customers: Customers, bounds: tuple[Bounds, ...], prefix: str) -> NDArray[np.int64]:
    """The worst class over all scales, shape (customers,); NO_SCORE where there is no score.

    Args:
        customers: Whom to class.
        bounds: One per scale.
        prefix: `recent_` or `last_`: of the feature that holds the scale's score.
    """
    classes = [bound.classes(customers.column(prefix + bound.scale)) for bound in bounds]
    found: NDArray[np.int64] = np.maximum.reduce(classes)  # NO_SCORE is below every class
    return found


def said(facts: Mapping[str, Fact], bounds: tuple[Bounds, ...], prefix: str) -> Words | None:
    """A customer's scores in words; None where there is none."""
    known = [
        (SCALES[bound.scale], facts[prefix + bound.scale], HIGHEST[bound.scale])
        for bound in bounds
        if facts[prefix + bound.scale] is not None
    ]
    if not known:
        return None
    return Words(
        ", ".join(f"{name.en} {score:.3g} of {top}" for name, score, top in known),
        ",".join(f"{name.zh}{score:.3g}/{top}" for name, score, top in known),
    )
