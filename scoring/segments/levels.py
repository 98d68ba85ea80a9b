"""Low, medium and high: the thirds of a population by one number."""

import numpy as np
from numpy.typing import NDArray

from features.feature import Words

LOW, MEDIUM, HIGH = 0, 1, 2
UNKNOWN = -1  # also the last row or column of a table of levels
LEVELS = (Words("low", "低"), Words("medium", "中"), Words("high", "高"))
BY_WORD = {level.en: level for level in LEVELS}
Edges = tuple[float, float]


def thirds(values: NDArray[np.float64]) -> Edges | None:
    """The highest value of the lowest third, and of the medium one.

    Edges are observed values (inverted empirical distribution), so equal values share a level.

    Returns:
        None where fewer than two values differ: nothing is high where nothing is low.
    """
    known = values[~np.isnan(values)]
    if not len(known) or known.min() == known.max():
        return None
    low, medium = np.quantile(known, [1 / 3, 2 / 3], method="inverted_cdf").tolist()
    return low, medium


def levels(values: NDArray[np.float64], edges: Edges | None) -> NDArray[np.int64]:
    """LOW up to and including the first edge, HIGH beyond the second; UNKNOWN where NaN."""
    if edges is None:
        return np.full(len(values), UNKNOWN)
    found = np.searchsorted(np.array(edges), values, side="left")
    return np.where(np.isnan(values), UNKNOWN, found)


def words(found: NDArray[np.int64]) -> NDArray[np.object_]:
    """Each level's English word, None where UNKNOWN."""
    return np.array([*(level.en for level in LEVELS), None], dtype=object)[found]
