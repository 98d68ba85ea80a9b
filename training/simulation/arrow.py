"""Columns of Arrow from arrays of numpy."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def words(names: Sequence[str], chosen: NDArray[np.int64]) -> pa.Array:
    """Text by index into names; an index below 0 is null."""
    known = chosen >= 0
    indices = pa.array(np.where(known, chosen, 0).astype(np.int32), mask=~known)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(names), pa.string()))


def numbers(values: NDArray[np.int64], known: NDArray[np.bool_]) -> pa.Array:
    """Whole numbers, null where not known."""
    return pa.array(values.astype(np.int32), mask=~known)
