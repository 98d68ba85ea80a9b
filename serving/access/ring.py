"""The keys as a server holds them: read at most every few seconds, not for every question."""

from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock

from serving.access.keys import Keys
from serving.access.records import Key
from serving.access.tokens import is_among, parse

REVOKED_WITHIN_S = 5.0  # a revoked key opens for so long at most
LEARNED_WITHIN_S = 1.0  # a new key is known after so long, once it is shown


class KeyRing:
    """All keys of a database, in memory."""

    def __init__(self, keys: Keys, clock: Callable[[], float], now: Callable[[], datetime]) -> None:
        """Read nothing yet.

        Args:
            keys: Where they come from.
            clock: Seconds that never go back.
            now: The time of day, UTC.
        """
        self._keys = keys
        self._clock = clock
        self._now = now
        self._lock = Lock()
        self._held: Mapping[str, Key] = {}
        self._read_at: float | None = None

    def knows(self, token: str) -> bool:
        """Whether `key_of` would answer of this token without reading the database."""
        return not self._is_older(self._patience(token))

    def key_of(self, token: str) -> Key | None:
        """The key that a token opens; None of a wrong, unknown, expired or revoked one.

        Raises:
            StoreError: The keys cannot be read; those read before are not gone by.
        """
        self._read_if_older(self._patience(token))
        key_id, secret = parse(token) or ("", token)
        key = self._held.get(key_id)
        # Compared even where there is no key, so that the time taken is much the same.
        valid = key.valid_secrets(self._now()) if key else ()
        return key if is_among(secret, [one.digest for one in valid]) else None

    def holds_any(self) -> bool:
        """Whether there ever was a key, revoked ones too.

        Raises:
            StoreError: The keys cannot be read.
        """
        self._read_if_older(REVOKED_WITHIN_S)
        return bool(self._held)

    def claimed(self, token: str) -> str | None:
        """The id of the existing key that a token claims to be of, for the audit log alone."""
        key_id, _ = parse(token) or ("", "")
        return key_id if key_id in self._held else None

    def _patience(self, token: str) -> float:
        """How old what we hold may be; a key that we have never seen may be new."""
        parsed = parse(token)
        return LEARNED_WITHIN_S if parsed and parsed[0] not in self._held else REVOKED_WITHIN_S

    def _is_older(self, most_s: float) -> bool:
        return self._read_at is None or self._clock() - self._read_at >= most_s

    def _read_if_older(self, most_s: float) -> None:
        if self._is_older(most_s):
            with self._lock:  # one reads, the others wait for what it finds
                if self._is_older(most_s):
                    started = self._clock()
                    self._held = {key.key_id: key for key in self._keys.all()}
                    self._read_at = started
