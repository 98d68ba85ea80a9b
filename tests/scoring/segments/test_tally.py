"""Sums of parts of a population make the sizes of the whole."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from features.feature import Words
from scoring.segments.customers import Customers
from scoring.segments.scheme import UNLABELLED, Label
from scoring.segments.sizes import Sizes
from scoring.segments.tally import Tally
from tests.scoring.segments.populations import customers_with

LABELS = (Label("a", Words("A", "甲")), Label("b", Words("B", "乙")))
PEOPLE = 200


def population(**changed: Any) -> tuple[Customers, NDArray[np.int64]]:
    random = np.random.default_rng(7)
    columns = {
        "orders_last_365_days": np.ones(PEOPLE),
        "spend_last_365_days": random.normal(10, 20, PEOPLE).round(4),
        "consents_to_email": random.choice([0.0, 1.0, np.nan], PEOPLE),
    }
    risk = np.where(random.random(PEOPLE) < 0.3, np.nan, random.random(PEOPLE))
    everyone = customers_with(scores={"churn_probability": risk.tolist()}, **columns | changed)
    return everyone, random.choice([UNLABELLED, 0, 1], PEOPLE)


@pytest.mark.parametrize("size", [1, 3, 64, PEOPLE])
def test_tallies_of_batches_add_up_to_the_sizes_of_all(size: int) -> None:
    everyone, positions = population()
    whole = Sizes.of(LABELS, positions, everyone)

    batches = [np.arange(start, min(start + size, PEOPLE)) for start in range(0, PEOPLE, size)]
    first, *others = [
        Tally.of(len(LABELS), positions[chosen], everyone.where(chosen)) for chosen in batches
    ]
    for other in others:
        first += other
    found = Sizes.adding_up(LABELS, first)

    assert (found.customers, found.parts) == (whole.customers, whole.parts)
    assert found.reachable_share == whole.reachable_share
    pairs = zip((*found.labels, found.unlabelled), (*whole.labels, whole.unlabelled), strict=True)
    for part, all_ in pairs:
        # A mean of floats depends on the order of adding in its last bits.
        assert part.mean_churn_probability == pytest.approx(all_.mean_churn_probability, rel=1e-12)
        assert replace(part, mean_churn_probability=None) == replace(
            all_, mean_churn_probability=None
        )


def test_consent_known_in_one_batch_alone_counts_for_all() -> None:
    everyone, positions = population(consents_to_email=[1.0] + [np.nan] * (PEOPLE - 1))
    halves = (np.arange(PEOPLE // 2), np.arange(PEOPLE // 2, PEOPLE))

    one, other = (Tally.of(len(LABELS), positions[half], everyone.where(half)) for half in halves)

    assert (one.consent_known, other.consent_known) == (True, False)
    assert Sizes.adding_up(LABELS, other).reachable_share is None
    assert Sizes.adding_up(LABELS, one + other).reachable_share == 1 / PEOPLE
