"""Fitting and test are apart in time by the reach of a label."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.churn_definition import Inactivity
from training.errors import TrainingError
from training.splits import dates_for, split_by_time

TEST = datetime(2024, 10, 1)


@given(st.integers(1, 90), st.integers(0, 30), st.integers(1, 60))
def test_every_label_learned_from_ends_by_the_test(horizon: int, gap: int, every: int) -> None:
    definition = Inactivity(90, horizon, gap)
    first = TEST - timedelta(days=500)

    split = split_by_time(TEST, definition, first=first, every=timedelta(days=every))

    assert split.fit[-1] + definition.reach == split.test
    assert split.calibration == split.fit[-1]
    assert split.fit[0] >= first
    assert all(b - a == timedelta(days=every) for a, b in pairwise(split.fit))
    assert split.dates == tuple(sorted(split.dates))


def test_too_little_history_says_what_to_change() -> None:
    definition = Inactivity(90, 28)
    first = TEST - timedelta(days=27)
    said = r"too little history to train: .* asks for one by .*, 28 days"
    with pytest.raises(TrainingError, match=said):
        split_by_time(TEST, definition, first=first, every=timedelta(days=14))


def test_many_customers_are_fitted_at_fewer_dates_spread_over_all() -> None:
    first = TEST - timedelta(days=28 + 14 * 35)
    split = split_by_time(TEST, Inactivity(90, 28), first=first, every=timedelta(days=14))
    assert len(split.fit) == 36

    thinned = split.thinned(4)

    assert [split.fit.index(date) for date in thinned.fit] == [0, 12, 23, 35]
    assert (thinned.calibration, thinned.test) == (split.calibration, split.test)
    assert split.thinned(36) == split


@pytest.mark.parametrize(("customers", "dates"), [(27_000, 36), (50_000, 20), (9_000_000, 3)])
def test_so_many_dates_are_fitted_as_memory_holds(customers: int, dates: int) -> None:
    first = TEST - timedelta(days=28 + 14 * 35)
    split = split_by_time(TEST, Inactivity(90, 28), first=first, every=timedelta(days=14))

    assert len(split.thinned(dates_for(customers)).fit) == dates
