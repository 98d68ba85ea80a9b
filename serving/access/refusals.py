"""Refused attempts, counted so that a flood of them is a few entries in the audit log."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

WINDOW_S = 60.0


@dataclass(frozen=True)
class Attempt:
    """What was refused; equal attempts are counted together.

    Attributes:
        who: The key's id; `unknown` without a good one.
        claimed: The existing key that a wrong, expired or revoked token said it is of.
        reason: Name of the refusal.
        route: Method and path as declared, without what the caller put into it.
    """

    who: str
    claimed: str | None
    reason: str
    route: str


class Refusals:
    """Counts attempts by minute; of each kind the first is told at once, the rest as a number."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Count from nothing; the clock gives seconds that never go back."""
        self._clock = clock
        self._lock = Lock()
        self._untold: dict[Attempt, tuple[float, int]] = {}

    def count(self, attempt: Attempt) -> list[tuple[Attempt, int]]:
        """Count one attempt; returns what is to be written now, with how often it happened."""
        now = self._clock()
        with self._lock:
            due = self._take(lambda since: now - since >= WINDOW_S)
            known = self._untold.get(attempt)
            if known:
                self._untold[attempt] = (known[0], known[1] + 1)
            else:
                self._untold[attempt] = (now, 0)
                due.append((attempt, 1))
        return due

    def rest(self) -> list[tuple[Attempt, int]]:
        """What was counted and not told yet."""
        with self._lock:
            return self._take(lambda _since: True)

    def _take(self, is_due: Callable[[float], bool]) -> list[tuple[Attempt, int]]:
        due = [(one, times) for one, (since, times) in self._untold.items() if is_due(since)]
        for one, _ in due:
            del self._untold[one]
        return [(one, times) for one, times in due if times]
