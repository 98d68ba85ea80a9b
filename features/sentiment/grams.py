"""What the model looks at: which runs of one to three words or Han characters a text holds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.sentiment.characters import DIGIT, HAN, LATIN, SIGN, Characters

LONGEST = 3  # tokens in a gram
BUCKET_BITS = 20
BUCKETS = 1 << BUCKET_BITS
TEXTS_AT_ONCE = 512  # keeps the arrays within a processor's cache and a few MiB of memory

# All hashing is arithmetic modulo 2**64, so a text's grams do not depend on its neighbours.
Hashes = NDArray[np.uint64]
BASE = 0x9E3779B97F4A7C15
INVERSE = pow(BASE, -1, 1 << 64)
STIR = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


@dataclass(frozen=True)
class Grams:
    """The distinct grams of several texts, by text.

    Attributes:
        text: Which text each gram is of, ascending.
        bucket: The gram's bucket; two grams rarely share one.
        counts: Distinct grams of each text.
        intelligible: Whether each text is in a script that we read.
    """

    text: NDArray[np.intp]
    bucket: NDArray[np.intp]
    counts: NDArray[np.intp]
    intelligible: NDArray[np.bool_]


def grams_of(texts: Sequence[str | None]) -> Grams:
    """The grams of each text; a text alone has the same as in company."""
    characters = Characters.of(texts)
    tokens, text = _tokens(characters)
    keys = [_keys(tokens, text, 1)]
    runs = tokens
    for length in range(2, LONGEST + 1):
        runs = _stir(runs[:-1]) + tokens[length - 1 :] * np.uint64(BASE)
        whole = text[: len(runs)] == text[length - 1 :]
        keys.append(_keys(runs[whole], text[: len(runs)][whole], length))
    distinct = np.unique(np.concatenate(keys))
    of_text = (distinct >> np.uint64(32)).astype(np.intp)
    return Grams(
        text=of_text,
        bucket=(distinct & np.uint64(0xFFFFFFFF)).astype(np.intp),
        counts=np.bincount(of_text, minlength=characters.texts),
        intelligible=characters.intelligible(),
    )


def bucket_of(character: str) -> int:
    """The bucket of the gram that is one sign alone."""
    return int(grams_of([character]).bucket[0])


def _tokens(characters: Characters) -> tuple[Hashes, NDArray[np.intp]]:
    """The hash of every word, Han character and sign, in reading order, and the text it is of."""
    kinds = characters.kinds
    in_word, alone = (kinds >= DIGIT) & (kinds <= LATIN), (kinds == HAN) | (kinds == SIGN)
    # Each text ends in a gap, so the neighbour of the last character is a gap as well.
    first = np.flatnonzero(alone | (in_word & ~np.roll(in_word, 1)))
    end = np.flatnonzero(alone | (in_word & ~np.roll(in_word, -1))) + 1
    # Sums of c * BASE**position, from which any stretch's hash is a difference made relative.
    values = _stir(characters.points.astype(np.uint64) + np.uint64(1))
    sums = np.zeros(len(values) + 1, np.uint64)
    np.cumsum(values * _powers(BASE, len(values)), out=sums[1:])
    hashes = (sums[end] - sums[first]) * _powers(INVERSE, len(values))[first]
    return hashes, characters.text[first]


def _powers(base: int, count: int) -> Hashes:
    factors = np.full(count, base, np.uint64)
    factors[:1] = 1
    return np.multiply.accumulate(factors)


def _keys(runs: Hashes, text: NDArray[np.intp], length: int) -> Hashes:
    """Text in the upper half, bucket in the lower."""
    buckets = _stir(runs + np.uint64(length)) >> np.uint64(64 - BUCKET_BITS)
    return text.astype(np.uint64) << np.uint64(32) | buckets


def _stir(values: Hashes) -> Hashes:
    """Spread every bit of a number over all others (the finishing steps of splitmix64)."""
    values = (values ^ (values >> np.uint64(30))) * STIR[0]
    values = (values ^ (values >> np.uint64(27))) * STIR[1]
    return values ^ (values >> np.uint64(31))
