"""Whom a candidate would have called gone at a past date, counted by hand."""

from datetime import datetime, timedelta

from tests.training.advice.test_silences import silences
from training.advice.stability import Stability, looked_at, stability

EPOCH = datetime(1970, 1, 1)


def test_gone_came_back_and_changed_at_the_past_date() -> None:
    # Silent at day 60 for 20 days, 14 and a half (and then back), 13, 40 (back), 7.
    found = silences([10, 40], [45.5, 80], [47], [20, 90], [53], [70], [60])

    fortnight, long = stability(found, EPOCH + timedelta(days=60), [14, 41])

    assert fortnight == Stability(silent_days=14, gone=3, came_back=2, changed=2)
    assert fortnight.came_back_share == 2 / 3
    assert fortnight.changed_share == 2 / 3
    assert long == Stability(41, 0, 0, 0)
    assert long.came_back_share is None


def test_exactly_so_many_days_is_gone() -> None:
    at = EPOCH + timedelta(days=60)
    assert [line.gone for line in stability(silences([46]), at, [14, 15])] == [1, 0]


def test_a_third_of_the_orders_or_one_horizon_lies_after_the_date() -> None:
    end = EPOCH + timedelta(days=90)
    assert looked_at(EPOCH, end, timedelta(days=10)) == EPOCH + timedelta(days=60)
    assert looked_at(EPOCH, end, timedelta(days=50)) == EPOCH + timedelta(days=40)
