"""Which campaign dates stand for all, and that scores of trained-on dates are not used."""

from datetime import datetime, timedelta

from training.segments.campaigns import LEAST_APART, MOST_DATES, spread

FIRST = datetime(2024, 1, 1)


def test_dates_lie_apart_and_end_with_the_latest() -> None:
    dates = [FIRST + timedelta(days=days) for days in range(0, 70, 7)]
    assert spread(dates) == [FIRST + timedelta(days=days) for days in (7, 35, 63)]


def test_of_many_dates_the_latest_are_taken() -> None:
    dates = [FIRST + LEAST_APART * i for i in range(20)]
    assert spread(dates) == dates[-MOST_DATES:]


def test_without_campaigns_there_is_no_date() -> None:
    assert spread([]) == []
