"""Each customer's way from a label at one date to a label at another."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.feature import Words
from scoring.errors import MigrationError
from scoring.segments.customers import Customers
from scoring.segments.money import in_parts
from scoring.segments.scheme import Fitted, Label

# Codes of a scheme's own never begin with an underscore.
NO_LABEL = Label("_no_label", Words("No label", "无标签"))
ENTERED = Label("_entered", Words("Entered", "新进入"))
LEFT = Label("_left", Words("Left", "已离开"))


@dataclass(frozen=True)
class Labelled:
    """Everyone known at one date under one scheme.

    Attributes:
        as_of: ISO 8601.
        ids: Shape (customers,), all different.
        labels: The scheme's classes.
        positions: Shape (customers,): place in `labels`, or `UNLABELLED`.
        money: Shape (customers,): a year's money of each.
    """

    as_of: str
    ids: NDArray[np.object_]
    labels: tuple[Label, ...]
    positions: NDArray[np.int64]
    money: NDArray[np.float64]

    @classmethod
    def by(cls, fitted: Fitted, customers: Customers) -> Self:
        """Label the customers of one date."""
        rows = customers.rows
        as_of = str(rows.as_of[0].astype("datetime64[D]")) if len(rows) else ""
        positions = fitted.label(customers).positions
        return cls(as_of, rows.customer_ids, fitted.labels, positions, customers.money)


@dataclass(frozen=True)
class Paths:
    """Each customer's way from a row to a column of the matrix.

    Attributes:
        before: Whom it was made from.
        after: Likewise.
        labels: Of both dates, those of the first date first.
        places: Shape (customers, 2): row and column.
        ids: Shape (customers,): everyone known at either date.
        parts: Shape (customers, 2): money at either date in whole ten-thousandths.
    """

    before: Labelled
    after: Labelled
    labels: tuple[Label, ...]
    places: NDArray[np.int64]
    ids: NDArray[np.object_]
    parts: NDArray[np.int64]

    @classmethod
    def between(cls, before: Labelled, after: Labelled) -> Self:
        """Find each customer of one date at the other.

        Raises:
            MigrationError: A customer stands twice at one date.
        """
        found = _found(before, after)
        new = found < 0
        labels = tuple({one.code: one for one in (*before.labels, *after.labels)}.values())
        absent, here = len(labels) + 1, len(before.ids)
        places = np.full((here + int(new.sum()), 2), absent)
        parts = np.zeros(places.shape, dtype=np.int64)
        places[:here, 0], parts[:here, 0] = _places(before, labels), in_parts(before.money)
        at = np.where(new, here + np.cumsum(new) - 1, found)
        places[at, 1], parts[at, 1] = _places(after, labels), in_parts(after.money)
        ids = np.concatenate([before.ids, after.ids[new]])
        return cls(before, after, labels, places, ids, parts)

    def customers(self, before: str, after: str) -> NDArray[np.object_]:
        """Ids of who went from one label to another, by code; sorted.

        Raises:
            MigrationError: There is no such label.
        """
        chosen = np.ones(len(self.ids), dtype=bool)
        for date, (code, absent) in enumerate(((before, ENTERED), (after, LEFT))):
            codes = [label.code for label in (*self.labels, NO_LABEL, absent)]
            if code not in codes:
                raise MigrationError(f"there is no label {code}; there are {', '.join(codes)}")
            chosen &= self.places[:, date] == codes.index(code)
        return np.sort(self.ids[chosen])


def _places(labelled: Labelled, labels: tuple[Label, ...]) -> NDArray[np.int64]:
    """Positions among the labels of both dates; without a label, the place after the last."""
    codes = [label.code for label in labels]
    # UNLABELLED, which is -1, picks the last.
    places = np.array([*(codes.index(label.code) for label in labelled.labels), len(labels)])
    return places[labelled.positions]


def _found(before: Labelled, after: Labelled) -> NDArray[np.int64]:
    """Shape (customers after,): each one's place among those before, -1 if there is none."""
    there, here = (_distinct(one) for one in (before, after))
    found = pc.index_in(here, there).fill_null(-1)
    return np.asarray(found, dtype=np.int64)


def _distinct(labelled: Labelled) -> pa.Array:
    ids = labelled.ids
    found = pa.array(ids, pa.string())
    # Feature rows come in ascending order, which is quicker to see than that none stands twice.
    ascending = bool(np.all(ids[1:] > ids[:-1]))
    if not ascending and pc.count_distinct(found).as_py() < len(found):
        twice = pc.value_counts(found)
        first = next(one["values"] for one in twice.to_pylist() if one["counts"] > 1)
        raise MigrationError(
            f"customer {first} stands more than once at {labelled.as_of}; "
            "give the customers of one as-of date"
        )
    return found
