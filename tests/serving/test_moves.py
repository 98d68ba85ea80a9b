"""Movement added up in the store is that of the customers themselves."""

from datetime import datetime

import numpy as np
import pytest

from scoring.segments.abc import LABELS
from scoring.segments.migration import Migration
from scoring.segments.paths import Labelled
from serving.segments import movement
from serving.store import Store
from tests.serving.records import write_abc

CODES = (*(label.code for label in LABELS), None)
DATES = (datetime(2024, 5, 1), datetime(2024, 6, 1))
People = dict[str, tuple[str | None, float]]


def people(random: np.random.Generator, count: int) -> People:
    ids = sorted(f"c{i}" for i in random.choice(60, count, replace=False))
    # Money with more decimals than are kept, some of it halfway between two of them.
    money = random.choice([0.00005, 0.00015, -12.5, 1e9 + 0.1, 7.123456789], count)
    codes = random.choice(len(CODES), count)
    return {
        one: (CODES[code], float(sum_)) for one, code, sum_ in zip(ids, codes, money, strict=True)
    }


def labelled(known: People, as_of: datetime) -> Labelled:
    return Labelled(
        as_of.date().isoformat(),
        np.array(list(known), dtype=object),
        LABELS,
        np.array([CODES.index(code) for code, _ in known.values()]),
        np.array([money for _, money in known.values()]),
    )


@pytest.mark.parametrize("seed", range(8))
def test_the_stores_sums_are_those_of_the_customers(store: Store, seed: int) -> None:
    random = np.random.default_rng(seed)
    both = [people(random, int(random.integers(1, 50))) for _ in DATES]
    for known, as_of in zip(both, DATES, strict=True):
        write_abc(store, known, as_of)

    found = movement(store, "abc", (None, None), "EUR").migration

    ends = [labelled(known, as_of) for known, as_of in zip(both, DATES, strict=True)]
    for end in ends:  # None stands last among the codes
        end.positions[end.positions == len(LABELS)] = -1
    expected = Migration.between(ends[0], ends[1])
    assert found.cells == expected.cells
    assert (found.before, found.after) == (expected.before, expected.after)
    assert (found.entered, found.left) == (expected.entered, expected.left)
    assert found.in_words() == expected.in_words()
