"""Who comes back, against a table worked out by hand."""

import numpy as np
import pytest

from training.advice.returning import Returning

# Ten silences: two end in day 0, one runs and was watched for one day, three end in day 1, one
# runs for two days, one ends in day 2, two run for three days.
LENGTHS = np.array([0, 0, 1, 1, 1, 1, 2, 2, 3, 3])
ENDED = np.array([True, True, False, True, True, True, False, True, False, False])
# reached: 10; 7, as one of the 8 left was watched for day 0 alone; 3, likewise.
STAYING = [1, 8 / 10, 8 / 10 * 4 / 7, 8 / 10 * 4 / 7 * 2 / 3]


@pytest.fixture
def curve() -> Returning:
    return Returning.of(LENGTHS, ENDED, least=1)


def test_silences_that_run_count_for_as_long_as_they_were_watched(curve: Returning) -> None:
    assert curve.reached.tolist() == [10, 7, 3]
    np.testing.assert_allclose(curve.staying, STAYING)


def test_within_a_horizon_and_ever(curve: Returning) -> None:
    np.testing.assert_allclose(curve.within(2), [1 - 8 / 10 * 4 / 7, 1 - 4 / 7 * 2 / 3])
    np.testing.assert_allclose(curve.ever(), [1 - STAYING[3] / left for left in STAYING])
    assert curve.longest(2) == 1
    assert curve.within(4).tolist() == []


def test_the_interval_is_greenwoods(curve: Returning) -> None:
    # 4 of 7 stay: variance of the share that returns is (4/7)^2 * 3 / (7 * 4).
    found = curve.share(1, 1)
    half = 1.96 * 4 / 7 * np.sqrt(3 / 28)
    assert found.value == pytest.approx(3 / 7)
    assert (found.low, found.high) == pytest.approx((3 / 7 - half, 3 / 7 + half))


def test_the_curve_ends_where_too_few_reach() -> None:
    assert Returning.of(LENGTHS, ENDED, least=4).units == 2


def rates(*ending: float, silences: int = 10_000) -> Returning:
    """Of those who reach a day, such a share ends in it; nothing is cut short."""
    left, lengths = silences, []
    for day, share in enumerate(ending):
        lengths += [day] * round(left * share)
        left -= round(left * share)
    ended = np.arange(silences) < len(lengths)
    return Returning.of(np.array([*lengths, *[len(ending)] * left]), ended)


def test_the_silence_found_is_strictly_below_the_level() -> None:
    curve = rates(0.5, 0.4, 0.3, 0.2, 0.1)
    assert curve.settled_below(0.3, 1) == 3
    assert curve.settled_below(0.31, 1) == 2
    assert curve.settled_below(0.1, 1) is None


def test_what_comes_before_the_last_rise_is_not_found() -> None:
    """Customers who order every fifth day: on the first days nobody comes back."""
    assert rates(0, 0, 0, 0.9, 0.9, 0, 0).settled_below(0.2, 1) == 5
    assert rates(0, 0, 0, 0.9).settled_below(0.2, 1) is None


def test_a_rise_within_chance_does_not_count() -> None:
    few = rates(0.5, 0.1, 0.25, 0.1, silences=100)
    assert few.settled_below(0.2, 1) == 1
    assert rates(0.5, 0.1, 0.25, 0.1).settled_below(0.2, 1) == 3


def test_where_nobody_ever_returns_one_day_is_enough() -> None:
    assert rates(0, 0, 0).settled_below(0.2, 1) == 1


def test_no_silence_says_nothing() -> None:
    nothing = Returning.of(np.array([], dtype=np.int64), np.array([], dtype=bool))
    assert nothing.longest(1) < 0
    assert nothing.within(1).tolist() == []


def test_cutting_the_data_short_leaves_the_estimate_unbiased() -> None:
    random = np.random.default_rng(1)
    true = random.geometric(0.1, 200_000) - 1
    watched = random.integers(1, 30, len(true))
    ended = true < watched
    curve = Returning.of(np.where(ended, true, watched), ended)
    np.testing.assert_allclose(curve.within(7)[:15], 1 - 0.9**7, atol=0.01)
