"""Equal rows once: what a value depends on takes few distinct values among many customers."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Distinct:
    """Distinct combinations of some columns.

    Attributes:
        columns: Shape (columns, combinations).
        counts: Rows of each combination.
        places: Shape (rows,): each row's combination.
    """

    columns: NDArray[np.float64]
    counts: NDArray[np.int64]
    places: NDArray[np.int64]

    @classmethod
    def of(cls, *columns: NDArray[np.float64]) -> Self:
        """Find them; no value may be NaN."""
        rows = np.stack(columns)
        order = np.lexsort(rows)
        ranked = rows[:, order]
        first = np.ones(len(order), dtype=bool)
        first[1:] = (ranked[:, 1:] != ranked[:, :-1]).any(axis=0)
        starts = np.flatnonzero(first)
        places = np.empty(len(order), dtype=np.int64)
        places[order] = np.cumsum(first) - 1
        return cls(ranked[:, starts], np.diff(np.append(starts, len(order))), places)
