"""The question that a split of a LightGBM tree asks of one value."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

ZERO = float(np.float32(1e-35))  # LightGBM's kZeroThreshold: nearer to 0 counts as 0


@dataclass(frozen=True)
class Test:
    """Goes left if passed.

    Attributes:
        feature: Its place.
        threshold: Of a number: passed if not above.
        categories: Of a category: passed if among these; None for a number.
        missing: What counts as missing: "NaN", "Zero" (or no number), or "None".
        default_left: Whether what is missing passes.
    """

    feature: int
    threshold: float
    categories: tuple[int, ...] | None
    missing: str
    default_left: bool

    @classmethod
    def of(cls, node: dict[str, Any]) -> "Test":
        """Read from a node of `Booster.dump_model`."""
        by_category = node["decision_type"] == "=="
        listed = node["threshold"]
        return cls(
            feature=node["split_feature"],
            threshold=0.0 if by_category else listed,
            categories=tuple(map(int, str(listed).split("||"))) if by_category else None,
            missing=node["missing_type"],
            default_left=node["default_left"],
        )


def passed(
    test: Test, column: NDArray[np.float64], unknown: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which values of a feature go left, as LightGBM's `Decision`; `unknown` are those NaN."""
    if test.categories is not None:
        # As LightGBM: no number goes right, fractions are cut off.
        whole = np.where(unknown, -1.0, np.trunc(column))
        return np.isin(whole, test.categories)
    if test.missing == "NaN":
        below = column <= test.threshold  # false of NaN
        return below | unknown if test.default_left else below
    known = np.where(unknown, 0.0, column)
    below = known <= test.threshold
    if test.missing == "Zero":
        return np.where(np.abs(known) <= ZERO, test.default_left, below)
    return below
