"""Money in whole ten-thousandths, whose sums are exact whatever their order."""

import numpy as np
from numpy.typing import NDArray

PARTS_PER_UNIT = 10_000  # money has four decimals: whole numbers add up exactly


def in_parts(money: NDArray[np.float64]) -> NDArray[np.int64]:
    """Money as whole ten-thousandths, same shape; what is unknown (NaN) counts as none."""
    return np.rint(np.nan_to_num(money) * PARTS_PER_UNIT).astype(np.int64)


def sums_of_parts(
    places: NDArray[np.int64], parts: NDArray[np.int64], count: int
) -> NDArray[np.int64]:
    """Per place from 0 to `count`, the sum of what lies there. Shape (count,)."""
    # bincount adds weights as floats, which are not exact beyond 2**53.
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, places, parts)
    return sums
