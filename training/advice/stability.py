"""How stable a label is: who would have been called gone at a past date, and who came back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from features.history.cut import MICROSECONDS_PER_DAY
from training.advice.silences import NEVER, Silences, microseconds

STEP = 7
WATCHED = 3  # the last third of the orders tells who came back


@dataclass(frozen=True)
class Stability:
    """One candidate for `silent_days`, at a past date.

    Attributes:
        silent_days: The candidate.
        gone: Customers whom it calls gone.
        came_back: Those of them who ordered again by the end of the data.
        changed: Those of them whom a candidate a week longer does not call gone.
    """

    silent_days: int
    gone: int
    came_back: int
    changed: int

    @property
    def came_back_share(self) -> float | None:
        """None where nobody is called gone."""
        return self.came_back / self.gone if self.gone else None

    @property
    def changed_share(self) -> float | None:
        """None where nobody is called gone."""
        return self.changed / self.gone if self.gone else None


def looked_at(first: datetime, as_of: datetime, horizon: timedelta) -> datetime:
    """The midnight of a past date: a third of the orders, or one horizon, lies after it."""
    past = as_of - max((as_of - first) / WATCHED, horizon)
    return past.replace(hour=0, minute=0, second=0, microsecond=0)


def stability(silences: Silences, date: datetime, candidates: list[int]) -> list[Stability]:
    """Each candidate at that date; customers who had not ordered by then are not in it."""
    then = silences.running_at(microseconds(date))
    silent = (microseconds(date) - then.began) // MICROSECONDS_PER_DAY
    returned = then.ended != NEVER
    return [
        Stability(
            silent_days=days,
            gone=int((silent >= days).sum()),
            came_back=int((returned & (silent >= days)).sum()),
            changed=int(((silent >= days) & (silent < days + STEP)).sum()),
        )
        for days in candidates
    ]
