"""One list for all rows, cut into a list per row."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Item = TypeVar("Item")


def cut(items: list[Item], counts: NDArray[np.int_]) -> list[list[Item]]:
    """The items in pieces, one after the other.

    Args:
        items: Of all rows.
        counts: Shape (rows,): how many each row has; they sum to the number of items.
    """
    ends = np.cumsum(counts)
    bounds = zip((ends - counts).tolist(), ends.tolist(), strict=True)
    return [items[start:end] for start, end in bounds]
