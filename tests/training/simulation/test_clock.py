"""Days, weeks and moments agree, and demand is as the truths have it."""

from datetime import datetime

import numpy as np
import pytest

from training.simulation.clock import Clock
from training.simulation.truths import Truths

CLOCK = Clock(Truths(), 730)


def test_a_moment_is_the_first_day_and_the_days_since() -> None:
    moments = CLOCK.moments(np.array([0.0, 1.5, -365.25, 729.99999, np.inf]))
    assert moments.dtype == np.dtype("datetime64[us]")
    assert moments[:4].tolist() == [
        datetime(2023, 1, 2),
        datetime(2023, 1, 3, 12),
        datetime(2022, 1, 1, 18),
        datetime(2024, 12, 31, 23, 59, 59),
    ]
    assert np.isnat(moments[4])


def test_weeks_are_held_within_the_days() -> None:
    weeks = CLOCK.week_of(np.array([-3.0, 0.0, 6.99, 7.0, 729.0, 800.0, np.inf]))
    assert weeks.tolist() == [0, 0, 0, 1, 104, 104, 104]
    assert CLOCK.weeks == 105


def test_the_day_of_the_demand_until_a_day_is_that_day() -> None:
    days = np.linspace(0, 730, 1001)
    assert CLOCK.day_of(CLOCK.demand_until(days)) == pytest.approx(days)
    assert CLOCK.day_of(np.array([1e6])).tolist() == [np.inf]


def test_demand_is_one_a_day_on_average_and_has_its_seasons() -> None:
    until = CLOCK.demand_until(np.arange(731.0))
    daily = np.diff(until)
    assert until[730] / 730 == pytest.approx(1, abs=0.01)
    saturdays, tuesdays = daily[5:728:7], daily[1:728:7]
    assert saturdays.sum() / tuesdays.sum() == pytest.approx(1.3 / 0.85, rel=0.01)
    weekly = until[7:729:7] - until[:722:7]
    assert weekly.max() / weekly.min() == pytest.approx(1.25 / 0.75, rel=0.01)
    assert weekly[:52].argmax() * 7 == pytest.approx(334 - 1, abs=7)
