"""What each customer of a project's own table brings in a period, as one of its columns says."""

import numpy as np
from numpy.typing import NDArray

from features.errors import TableError
from features.own.reading import SECTION, OwnTable


def money_of(table: OwnTable, column: str) -> NDArray[np.float64]:
    """In the project's currency, shape (rows,), NaN for a blank.

    Raises:
        TableError: The column is absent, or holds something other than numbers from 0 on.
    """
    found = table.column(column)
    known = np.array([text is not None for text in found.texts], dtype=np.bool_)
    wrong = known & ~(found.numbers >= 0)
    if wrong.any():
        first = found.texts[int(np.argmax(wrong))]
        raise TableError(
            f"own_features: {column} is to say what a customer brings, and {int(wrong.sum()):,} of "
            f"{len(table):,} rows hold no number from 0 on, such as {first!r}; write blanks for "
            f"what is not known, or name another column as value in {SECTION}"
        )
    return found.numbers
