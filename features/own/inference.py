"""Tell what each column of a table is: a number, a category, or nothing a model can use."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from features.errors import TableError
from features.feature import Words
from features.own.reading import ColumnRead, OwnSource, OwnTable
from features.own.schema import Kind, OwnColumn, OwnFeatures

# A category of fewer customers teaches a model those customers; it counts as another value.
LEAST_OF_A_CATEGORY = 10
MOST_CATEGORIES = 50
MOSTLY_NUMBERS = 0.95


@dataclass(frozen=True)
class Inferred:
    """What was made of a table.

    Attributes:
        features: The columns of the model.
        left_out: By column, why it is no feature.
    """

    features: OwnFeatures
    left_out: dict[str, str]


def infer(table: OwnTable, source: OwnSource) -> Inferred:
    """Describe every column that is not set apart; no label is looked at.

    Raises:
        TableError: No column is left, or the project file names one that is not there.
    """
    for name in (*source.apart, *source.names):
        table.column(name)
    columns: list[OwnColumn] = []
    left_out: dict[str, str] = {}
    for name, found in table.columns.items():
        if name in source.apart:
            continue
        says = source.names.get(name, Words(name, name))
        kind, why = _kind(found)
        if kind is None:
            left_out[name] = why
            continue
        vocabulary = _vocabulary(found) if kind == "category" else ()
        columns.append(OwnColumn(name, kind, vocabulary, says))
    if not columns:
        raise TableError(
            f"own_features: no column is left to learn from; left out are {left_out}, and set "
            f"apart are {sorted(source.apart)}; bring more columns"
        )
    return Inferred(OwnFeatures(tuple(columns), source.as_of), left_out)


def _kind(found: ColumnRead) -> tuple[Kind | None, str]:
    """What a column is; or None, and why it is nothing."""
    known = [text for text in found.texts if text is not None]
    if why := _says_nothing(found, known):
        return None, why
    numbers = int((~np.isnan(found.numbers)).sum())
    if numbers == len(known):
        return "number", ""
    if numbers >= MOSTLY_NUMBERS * len(known):
        return None, (
            f"{len(known) - numbers:,} of its {len(known):,} values are no numbers, such as "
            f"{_no_number(found)!r}: write blanks for what is not known"
        )
    return "category", ""


def _says_nothing(found: ColumnRead, known: list[str]) -> str:
    distinct = set(known)
    if not known:
        return "it is blank in every row"
    if len(distinct) == 1 and len(known) == len(found.texts):
        return f"it says {known[0]!r} of everyone"
    if found.is_moment:
        return "it holds dates, and a table without a history says nothing of time"
    if np.isnan(found.numbers).all() and not _vocabulary(found):
        return (
            f"it has {len(distinct):,} different texts among {len(known):,}, none of them of "
            f"{LEAST_OF_A_CATEGORY} customers"
        )
    return ""


def _no_number(found: ColumnRead) -> str:
    pairs = zip(found.texts, found.numbers, strict=True)
    return next(str(text) for text, number in pairs if text is not None and np.isnan(number))


def _vocabulary(found: ColumnRead) -> tuple[str, ...]:
    """The categories of enough customers, most frequent first: rare ones lie beside `other`."""
    counted = Counter(text for text in found.texts if text is not None)
    common = sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:MOST_CATEGORIES]
    return tuple(text for text, count in common if count >= LEAST_OF_A_CATEGORY)
