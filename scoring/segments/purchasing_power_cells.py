"""Purchasing power by ability and willingness: every cell, written out."""

import numpy as np

from features.feature import Words
from scoring.segments.levels import HIGH, LEVELS, LOW, MEDIUM, UNKNOWN
from scoring.segments.scheme import UNLABELLED, Label

LABELS = (
    Label("high", Words("High", "高购买力")),
    Label("medium", Words("Medium", "中购买力")),
    Label("low", Words("Low", "低购买力")),
)
# Ability: a row per level of order value, a column per level of income. What is spent speaks
# first; income only where it says the very opposite.
ABILITY = np.array(
    [
        # low, medium, high, unknown income
        [LOW, LOW, MEDIUM, LOW],
        [MEDIUM, MEDIUM, MEDIUM, MEDIUM],
        [MEDIUM, HIGH, HIGH, HIGH],
        [LOW, MEDIUM, HIGH, UNKNOWN],  # order values that do not differ
    ]
)
# Willingness: a row per level of orders; the columns are without and with large discounts.
WILLINGNESS = np.array([[LOW, LOW], [MEDIUM, LOW], [HIGH, MEDIUM], [UNKNOWN, UNKNOWN]])
# Position in LABELS: a row per ability, a column per willingness.
CELLS = np.array(
    [
        # low, medium, high, unknown willingness
        [2, 2, 1, UNLABELLED],
        [2, 1, 0, UNLABELLED],
        [1, 0, 0, UNLABELLED],
        [UNLABELLED] * 4,
    ]
)


def cells_in_words() -> Words:
    """Each label with the pairs of ability and willingness that make it."""
    return Words(
        "; ".join(
            f"{label.name.en} ({', '.join(_pairs(place, 'en'))})"
            for place, label in enumerate(LABELS)
        ),
        ";".join(
            f"{label.name.zh}({'、'.join(_pairs(place, 'zh'))})"
            for place, label in enumerate(LABELS)
        ),
    )


def _pairs(place: int, language: str) -> list[str]:
    return [
        f"{getattr(LEVELS[ability], language)}/{getattr(LEVELS[willingness], language)}"
        for ability, willingness in zip(*np.nonzero(CELLS[:3, :3] == place), strict=True)
    ]
