"""Whether the contenders found the same values; times of different answers compare nothing."""

from pathlib import Path

import numpy as np

from benchmarks.contenders import MODULES, RETINUE, features_file, ids_file
from benchmarks.order_family import NAMES

LARGEST_DIFFERENCE = 1e-9


class DisagreementError(Exception):
    """Two contenders differ: the message names them, the column and one customer."""


def refuse_disagreement(results: Path) -> float:
    """Compare every contender's features with Retinue's, column by column.

    A difference is relative to the value, or to 1 for values closer to 0: rivals sum floats, and
    what should cancel to 0 leaves a rest of the size of the sums' rounding.

    Returns:
        The largest difference found.

    Raises:
        DisagreementError: Customers or missing values are not the same, or a value differs by
            more than `LARGEST_DIFFERENCE`.
    """
    return max(_compare(results, rival) for rival in MODULES if rival != RETINUE)


def _compare(results: Path, rival: str) -> float:
    ids = np.load(ids_file(results, RETINUE))
    theirs = np.load(ids_file(results, rival))
    if not np.array_equal(ids, theirs):
        odd = np.setxor1d(ids, theirs)
        raise DisagreementError(
            f"{RETINUE} has {len(ids)} customers and {rival} {len(theirs)}; "
            f"{len(odd)} are in one of them only, such as {odd[:3].tolist()}"
        )
    ours, others = (np.load(features_file(results, name)) for name in (RETINUE, rival))
    if ours.shape != others.shape:
        raise DisagreementError(f"{RETINUE} has shape {ours.shape}, {rival} {others.shape}")
    largest = 0.0
    for name, own, other in zip(NAMES, ours.T, others.T, strict=True):
        difference = np.abs(own - other) / np.maximum(1, np.abs(own))
        # Missing in both is agreement; missing in one is as far apart as can be.
        difference[np.isnan(own) & np.isnan(other)] = 0
        difference[np.isnan(difference)] = np.inf
        worst = int(difference.argmax())
        if difference[worst] > LARGEST_DIFFERENCE:
            raise DisagreementError(
                f"{name}: {RETINUE} says {own[worst]} and {rival} {other[worst]} of customer "
                f"{ids[worst]}; {int((difference > LARGEST_DIFFERENCE).sum())} customers differ"
            )
        largest = max(largest, float(difference[worst]))
    return largest
