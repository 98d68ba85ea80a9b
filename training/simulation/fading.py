"""Sums over weeks: what has piled up by the beginning of each, and how it fades."""

import numpy as np
from numpy.typing import NDArray

from training.simulation.clock import WEEK


def weekly(
    weeks: NDArray[np.int64],
    customers: NDArray[np.int64],
    shape: tuple[int, int],
    weights: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Weights (else a count) per week and customer; weeks past the last are left out.

    Args:
        weeks: Index of a week, per occurrence.
        customers: Position of its customer.
        shape: (weeks, customers) of what comes out.
        weights: Of each occurrence.
    """
    within = weeks < shape[0]
    cell = weeks[within] * shape[1] + customers[within]
    chosen = None if weights is None else weights[within]
    counted = np.bincount(cell, chosen, minlength=shape[0] * shape[1])
    return counted.reshape(shape).astype(np.float64)


def faded(added: NDArray[np.float64], half_life: float) -> NDArray[np.float64]:
    """What earlier weeks added and has not faded by the beginning of each week.

    A week does not feel what happens in it, so that no cause comes after its effect.
    """
    kept = 0.5 ** (WEEK / half_life)
    found = np.zeros_like(added)
    for week in range(1, len(added)):
        found[week] = (found[week - 1] + added[week - 1]) * kept
    return found
