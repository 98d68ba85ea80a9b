"""Give new clusters the ids that their customers had by the champion."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

# Of the customers in either of two clusters, the share in both from which they are the same: of
# two clusters of one size, half of each.
LEAST_SHARED = 1 / 3


@dataclass(frozen=True)
class Matched:
    """Ids of new clusters.

    Attributes:
        codes: One per new cluster.
        next_id: The first number that no cluster has had.
        moved: Share of the customers whose id changed; None where there were no ids before.
    """

    codes: tuple[str, ...]
    next_id: int
    moved: float | None


def match(
    new: NDArray[np.int64],
    count: int,
    old: NDArray[np.int64],
    old_codes: tuple[str, ...],
    next_id: int,
) -> Matched:
    """Match clusters so that as many customers as can be keep their id (Kuhn, 1955).

    Args:
        new: Shape (customers,): each customer's place among the `count` new clusters.
        count: New clusters.
        old: The same customers' places among the champion's clusters.
        old_codes: The champion's ids; none where there is no champion.
        next_id: The first number that no cluster has had.
    """
    codes: dict[int, str] = {}
    if old_codes:
        shared = np.zeros((count, len(old_codes)), dtype=np.int64)
        np.add.at(shared, (new, old), 1)
        either = shared.sum(axis=1, keepdims=True) + shared.sum(axis=0) - shared
        codes = {
            int(i): old_codes[j]
            for i, j in zip(*linear_sum_assignment(shared, maximize=True), strict=True)
            if shared[i, j] >= LEAST_SHARED * max(either[i, j], 1)
        }
    for i in range(count):
        if i not in codes:
            codes[i] = f"cluster_{next_id}"
            next_id += 1
    found = tuple(codes[i] for i in range(count))
    if not old_codes:
        return Matched(found, next_id, None)
    kept = np.array(found, dtype=object)[new] == np.array(old_codes, dtype=object)[old]
    return Matched(found, next_id, float(1 - kept.mean()) if len(kept) else 0.0)
