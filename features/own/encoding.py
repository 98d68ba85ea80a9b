"""A table's columns as a model takes them in: float64, by the vocabulary that training stored."""

import numpy as np
from numpy.typing import NDArray

from features.build import FeatureRows
from features.own.reading import OwnTable
from features.own.schema import UNKNOWN, OwnColumn, OwnFeatures


def encode(table: OwnTable, features: OwnFeatures) -> FeatureRows:
    """One row per customer, blanks NaN, unseen categories their column's `other`.

    Raises:
        TableError: A column that the model takes in is missing.
    """
    day = "NaT" if features.as_of == UNKNOWN else features.as_of
    return FeatureRows(
        customer_ids=table.customer_ids,
        as_of=np.full(len(table), day, dtype="datetime64[us]"),
        values=np.column_stack([_encoded(table, column) for column in features.columns]),
        names=features.names,
    )


def others(values: NDArray[np.float64], features: OwnFeatures) -> list[list[str]]:
    """Per row of values, columns whose value has no category of its own."""
    found: list[list[str]] = [[] for _ in values]
    for place, column in enumerate(features.columns):
        if column.kind == "category":
            for row in np.flatnonzero(values[:, place] == column.other):
                found[row].append(column.name)
    return found


def _encoded(table: OwnTable, column: OwnColumn) -> NDArray[np.float64]:
    found = table.column(column.name)
    if column.kind == "number":
        return found.numbers
    codes = {text: float(code) for code, text in enumerate(column.categories)}
    return np.array(
        [np.nan if text is None else codes.get(text, column.other) for text in found.texts]
    )
