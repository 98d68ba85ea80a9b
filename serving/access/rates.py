"""How often a key may ask: a token bucket for each, within one process."""

from collections.abc import Callable
from dataclasses import dataclass
from math import floor
from threading import Lock

from serving.access.records import Rate


@dataclass(frozen=True)
class Allowance:
    """What a key may still do at once.

    Attributes:
        rate: That holds for it.
        left: Questions that it may ask at this moment.
        full_in_s: Seconds until it may ask a whole burst.
        wait_s: Seconds until it may ask again; 0 if this question was allowed.
    """

    rate: Rate
    left: int
    full_in_s: float
    wait_s: float


class Rates:
    """Buckets by key; with several workers each has its own, so each allows the whole rate."""

    def __init__(self, default: Rate, clock: Callable[[], float]) -> None:
        """Start with full buckets.

        Args:
            default: Of keys without a rate of their own.
            clock: Seconds that never go back.
        """
        self._default = default
        self._clock = clock
        self._lock = Lock()
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, key_id: str, own: Rate | None) -> Allowance:
        """Take one question from a key's bucket, if it holds one."""
        rate = own or self._default
        with self._lock:
            now = self._clock()
            left, since = self._buckets.get(key_id, (float(rate.burst), now))
            left = min(float(rate.burst), left + (now - since) * rate.per_second)
            allowed = left >= 1
            left -= allowed
            self._buckets[key_id] = (left, now)
        wait_s = 0.0 if allowed else (1 - left) / rate.per_second
        return Allowance(rate, floor(left), (rate.burst - left) / rate.per_second, wait_s)
