"""What the slow oracles say alike: whole days, halvings, and nothing where nothing is known."""

from collections.abc import Iterable
from datetime import datetime, timedelta

NAN = float("nan")


def whole_days(earlier: datetime, later: datetime) -> int:
    """Whole days of 24 hours."""
    return (later - earlier) // timedelta(days=1)


def least(values: Iterable[float]) -> float:
    """The least, unknown if there is none."""
    return min(values, default=NAN)


def most(values: Iterable[float]) -> float:
    """The most, unknown if there is none."""
    return max(values, default=NAN)


def over(part: float, whole: float) -> float:
    """A quotient, unknown if there is nothing to divide by."""
    return part / whole if whole else NAN


def halved(days_ago: int, half_life: int) -> float:
    """A weight of 1, halved for each full half-life, and spent after 13 halvings."""
    halvings = days_ago // half_life
    return 0.5**halvings if halvings <= 13 else 0.0
