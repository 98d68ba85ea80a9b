"""Texts as whole numbers: a million customers share a few distinct ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

UNKNOWN = -1


@dataclass(frozen=True)
class Texts:
    """Each customer's text by its place among the distinct ones.

    Attributes:
        places: Shape (customers,); UNKNOWN where there is no text.
        distinct: The texts as written, each once.
    """

    places: NDArray[np.int64]
    distinct: tuple[str, ...]

    @classmethod
    def of(cls, values: NDArray[Any]) -> "Texts":
        """Number texts; None is unknown."""
        found = pa.array(values, pa.string(), from_pandas=True)
        # Arrow parts texts of more than two gigabytes, and none at all.
        whole = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
        encoded = whole.dictionary_encode()
        places = encoded.indices.fill_null(UNKNOWN).to_numpy(zero_copy_only=False)
        return cls(places.astype(np.int64), tuple(encoded.dictionary.to_pylist()))

    def looked_up(self, table: Mapping[str, int], otherwise: int) -> NDArray[np.int64]:
        """The number that the table has under each text's key; UNKNOWN stays so.

        Args:
            table: By `key`.
            otherwise: Of texts that the table does not hold.
        """
        numbers = [table.get(key(text), otherwise) for text in self.distinct]
        found: NDArray[np.int64] = np.array([*numbers, UNKNOWN], dtype=np.int64)[self.places]
        return found

    def counts(self) -> dict[str, int]:
        """Customers by text."""
        found = np.bincount(self.places[self.places != UNKNOWN], minlength=len(self.distinct))
        return dict(zip(self.distinct, found.tolist(), strict=True))


def key(text: str) -> str:
    """Under which texts that differ in case alone are the same."""
    return " ".join(text.split()).casefold()
