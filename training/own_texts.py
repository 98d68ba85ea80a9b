"""A project's own scored texts: which of them are positive, negative, or of no use."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.sentiment import Booleans


@dataclass(frozen=True)
class CutOffs:
    """Which scores of a scale mean a negative text and which a positive one; between is neutral."""

    lowest: int
    negative_to: int
    positive_from: int
    highest: int


SCALES = {
    "csat_1_5": CutOffs(1, 2, 4, 5),
    "stars_1_5": CutOffs(1, 2, 4, 5),
    "nps_0_10": CutOffs(0, 6, 9, 10),  # detractors and promoters; passives are neutral
}


@dataclass(frozen=True)
class OwnTexts:
    """Texts whose polarity their writers gave by a score.

    Attributes:
        texts: What was written.
        customer_ids: By whom.
        positive: Whether the score is high.
        left_out: Rows not among them, by cause.
    """

    texts: Sequence[str]
    customer_ids: Sequence[str]
    positive: Booleans
    left_out: dict[str, int]

    def where(self, chosen: Booleans) -> "OwnTexts":
        """Those chosen."""
        places = np.flatnonzero(chosen).tolist()
        return OwnTexts(
            [self.texts[place] for place in places],
            [self.customer_ids[place] for place in places],
            self.positive[chosen],
            self.left_out,
        )


def polarity(score: float | None, scale: str | None) -> str:
    """Positive or negative, or why a score is neither: `neutral score`, `no score`, ...."""
    if score is None:
        return "no score"
    if scale is None or scale not in SCALES:
        return "unknown scale"
    cut = SCALES[scale]
    if not cut.lowest <= score <= cut.highest:
        return "score off its scale"
    if score <= cut.negative_to:
        return "negative"
    return "positive" if score >= cut.positive_from else "neutral score"


def own_texts(
    texts: Sequence[str | None],
    customer_ids: Sequence[str],
    scores: Sequence[float | None],
    scales: Sequence[str | None],
    readable: Booleans,
) -> OwnTexts:
    """Sort out what can be learned from; `readable` says which texts the model can read."""
    kept: list[int] = []
    positive: list[bool] = []
    left_out: dict[str, int] = {}
    for place, (score, scale) in enumerate(zip(scores, scales, strict=True)):
        found = polarity(score, scale) if readable[place] else "no readable text"
        if found in ("positive", "negative"):
            kept.append(place)
            positive.append(found == "positive")
        else:
            left_out[found] = left_out.get(found, 0) + 1
    return OwnTexts(
        [texts[place] or "" for place in kept],
        [customer_ids[place] for place in kept],
        np.array(positive, dtype=np.bool_),
        left_out,
    )
