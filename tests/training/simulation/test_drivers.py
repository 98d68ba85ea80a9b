"""Each driver weighs what its constants say, beginning with the week after its cause."""

import numpy as np
import pytest
from numpy.typing import NDArray

from training.simulation.campaigns import Treatments, factor_of_campaigns
from training.simulation.clock import Clock
from training.simulation.complaints import Tickets, effect_of_complaints
from training.simulation.engagement import engagement
from training.simulation.fading import faded, weekly
from training.simulation.leaving import Drivers, leave
from training.simulation.population import Population, populate
from training.simulation.prices import Subscribers, effect_of_prices
from training.simulation.subscriptions import rows_of
from training.simulation.truths import Truths

TRUTHS = Truths(complaint_half_life=7.0, price_half_life=14.0)
CLOCK = Clock(TRUTHS, 70)
SHAPE = (CLOCK.weeks, 3)
NEVER = np.inf


def floats(*values: float) -> NDArray[np.float64]:
    return np.array(values, dtype=np.float64)


def people(n: int, **changed: object) -> Population:
    drawn = populate(np.random.default_rng(0), TRUTHS, np.arange(1, n + 1), 70)
    return Population(**{**vars(drawn), **changed})


def subscribers(*changed: float) -> Subscribers:
    """One who pays 9.9 from day 5, pauses from 20 to 40 and pays a fifth more from each day."""
    raised_by = np.full((1, len(changed)), 0.2)
    return Subscribers(
        customer=np.array([1]),
        start=floats(5),
        cancelled=floats(NEVER),
        plan=np.array([0]),
        paused=floats(20),
        resumed=floats(40),
        changed=floats(*changed)[None, :],
        raised_by=raised_by,
    )


def test_what_piles_up_fades_by_half_in_a_half_life() -> None:
    added = weekly(np.array([1, 1, 3, 99]), np.array([0, 0, 2, 0]), (5, 3))
    assert added[:, 0].tolist() == [0, 2, 0, 0, 0]
    assert faded(added, 7.0)[:, 0].tolist() == [0, 0, 1, 0.5, 0.25]
    assert faded(added, 7.0)[:, 2].tolist() == [0, 0, 0, 0, 0.5]


def test_fading_is_the_sum_over_all_earlier_weeks() -> None:
    added = np.random.default_rng(0).poisson(3.0, (30, 4)).astype(np.float64)
    found = faded(added, 60.0)
    for week in range(30):
        slow = sum(
            (added[past] * 0.5 ** (7 * (week - past) / 60) for past in range(week)), np.zeros(4)
        )
        assert found[week] == pytest.approx(slow)


def test_a_complaint_weighs_from_the_next_week_and_more_while_open() -> None:
    tickets = Tickets(
        customer=np.array([0, 1, 2, 2]),
        opened=floats(8, 8, 8, 500),
        resolved=floats(22, NEVER, 9, NEVER),
        category=np.array([0, 0, 1, 0]),
    )
    effect = effect_of_complaints(TRUTHS, CLOCK, tickets, 3)
    fresh = TRUTHS.complaint_effect * floats(0, 0, 0.5, 0.25, 0.125, 0.0625)
    is_open = TRUTHS.open_complaint_effect * floats(0, 0, 1, 1, 0, 0)
    assert effect[:6, 0] == pytest.approx(fresh + is_open)
    assert effect[9, 1] > TRUTHS.open_complaint_effect
    assert not effect[:, 2].any()


def test_an_increase_weighs_by_the_tenth_from_the_next_week() -> None:
    effect = effect_of_prices(TRUTHS, CLOCK, subscribers(15, NEVER), 3)
    expected = TRUTHS.price_effect * 2 * floats(0, 0, 0, 0.5**0.5, 0.5, 0.5**1.5)
    assert effect[:6, 1] == pytest.approx(expected)
    assert not effect[:, [0, 2]].any()


def test_a_row_per_price_and_none_while_paused() -> None:
    rows = rows_of(subscribers(NEVER, 15, 50), floats(60))
    assert rows.started.tolist() == [5, 15, 40, 50]
    assert rows.ended.tolist() == [15, 20, 50, 60]
    assert rows.price.tolist() == [9.9, 11.88, 11.88, 14.26]
    assert rows.subscriber.tolist() == [0] * 4


def test_a_price_that_rises_in_a_pause_is_paid_after_it() -> None:
    rows = rows_of(subscribers(25), floats(NEVER))
    assert rows.started.tolist() == [5, 40]
    assert rows.ended.tolist() == [20, NEVER]
    assert rows.price.tolist() == [9.9, 11.88]


def test_who_has_left_before_it_began_holds_no_subscription() -> None:
    assert len(rows_of(subscribers(25), floats(-NEVER)).started) == 0


def test_only_the_treated_are_moved_and_only_for_the_weeks_of_the_campaign() -> None:
    treatments = Treatments(
        customer=np.array([0, 1]),
        campaign=np.array([0, 0]),
        day=floats(8, 8),
        treated=np.array([True, False]),
        converted=floats(NEVER, NEVER),
    )
    short = Truths(campaign_weeks=2)
    both = people(2, archetype=np.array([3, 3]))
    factors = factor_of_campaigns(short, CLOCK, both, treatments)
    assert factors[:5, 0].tolist() == [1, 1, 3, 3, 1]
    assert (factors[:, 1] == 1).all()


def test_engagement_lies_between_waned_and_full() -> None:
    levels = engagement(np.random.default_rng(0), TRUTHS, 60, 500)
    assert levels.min() >= TRUTHS.waned_engagement
    assert levels.max() == 1
    rests = Truths(waning_per_week=0.0)
    assert (engagement(np.random.default_rng(0), rests, 60, 500) == 1).all()


@pytest.mark.parametrize(("effect", "factor"), [(0.0, 1.0), (1.0, 1.0), (0.0, 3.0), (1.0, 0.2)])
def test_the_share_who_leave_is_what_the_hazard_says(effect: float, factor: float) -> None:
    n = 20_000
    everyone = people(n, joined=np.full(n, -1.0), hazard=np.full(n, 0.1))
    drivers = Drivers(np.full((10, n), effect), np.full((10, n), factor), np.full(n, np.inf))
    leaving = leave(np.random.default_rng(1), everyone, drivers, 70)
    expected = 1 - np.exp(-0.1 * np.exp(effect) * factor * 30 / 30)
    assert (leaving.day < 30).mean() == pytest.approx(expected, abs=0.01)
    assert (leaving.cause[leaving.day < 70] == 0).all()
    assert (leaving.cause[np.isinf(leaving.day)] == -1).all()


def test_nobody_leaves_before_joining_or_after_silence() -> None:
    n = 2_000
    everyone = people(n, joined=np.full(n, 30.5), hazard=np.full(n, 2.0))
    dormant = np.full(n, 50.0)
    drivers = Drivers(np.zeros((10, n)), np.ones((10, n)), dormant)
    leaving = leave(np.random.default_rng(1), everyone, drivers, 70)
    assert leaving.day.min() >= 30.5
    assert leaving.day.max() == 50
    assert ((leaving.day == 50) == (leaving.cause == 1)).all()
    assert (leaving.day < 50).mean() == pytest.approx(1 - np.exp(-2.0 * 19.5 / 30), abs=0.03)
