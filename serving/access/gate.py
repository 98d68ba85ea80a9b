"""Who is let through to a question: the key, its scope and its rate; deny by default."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic

from serving.access.audit import Audit
from serving.access.database import AccessDatabase
from serving.access.errors import (
    RefusedError,
    ScopeLackingError,
    TooOftenError,
    UnidentifiedError,
)
from serving.access.keys import Keys
from serving.access.rates import Allowance, Rates
from serving.access.records import Rate
from serving.access.refusals import Attempt, Refusals
from serving.access.ring import KeyRing
from serving.access.scopes import AUDITED, Scope

UNKNOWN = "unknown"
UNIDENTIFIED = (
    "this needs an API key that is good: send it as `Authorization: Bearer rtn_...` or as "
    "`X-API-Key: rtn_...`; `retinue keys create` makes one"
)
REASONS: dict[type[RefusedError], str] = {
    UnidentifiedError: "no good key",
    ScopeLackingError: "scope lacking",
    TooOftenError: "too often",
}


def utc_now() -> datetime:
    """The time of day."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Clocks:
    """Time, handed in so that tests can move it.

    Attributes:
        seconds: Never go back; they age what is held in memory.
        now: Time of day, UTC; it expires keys and dates the log.
    """

    seconds: Callable[[], float] = monotonic
    now: Callable[[], datetime] = utc_now


@dataclass(frozen=True)
class Decision:
    """Whether one question may be asked.

    Attributes:
        key_id: Whose it is; None of a server without keys, and without a good key.
        refusal: Why not; None if it may.
        allowance: What the key may still ask; None without a good key.
        entries: What the audit log must hold before the answer: who, action, details.
    """

    key_id: str | None
    refusal: RefusedError | None = None
    allowance: Allowance | None = None
    entries: list[tuple[str, str, dict[str, str | int]]] = field(default_factory=list)


class Gate:
    """Lets questions through, or says why not."""

    def __init__(
        self,
        database: AccessDatabase,
        default: Rate,
        *,
        open_until_first_key: bool,
        clocks: Clocks | None = None,
    ) -> None:
        """Read nothing yet.

        Args:
            database: Keys and audit log.
            default: Rate of keys without one of their own; each worker counts for itself.
            open_until_first_key: Ask for no key while there never was one: for a server that
                this machine alone can reach. Once locked, it stays so.
            clocks: The machine's, if None.
        """
        self._clocks = clocks or Clocks()
        self._ring = KeyRing(Keys(database), self._clocks.seconds, self._clocks.now)
        self._rates = Rates(default, self._clocks.seconds)
        self._refusals = Refusals(self._clocks.seconds)
        self._audit = Audit(database)
        self._open = open_until_first_key

    def is_quick(self, token: str | None) -> bool:
        """Whether `decide` will answer without reading the database."""
        return self._ring.knows(token or "")

    def is_open(self) -> bool:
        """Whether no key is asked for, since there never was one.

        Raises:
            StoreError: The keys cannot be read.
        """
        if self._open and self._ring.holds_any():
            self._open = False
        return self._open

    def decide(self, token: str | None, scope: Scope, route: str) -> Decision:
        """Whether a question that needs this scope may be asked with this token.

        Args:
            token: As shown; None if none was.
            scope: What the route declares.
            route: Method and path as declared, for the audit log.

        Raises:
            StoreError: The keys cannot be read, so nobody is let through.
        """
        if self.is_open():
            return Decision(None, entries=_done("open", scope, route))
        key = self._ring.key_of(token or "")
        if key is None:
            claimed = self._ring.claimed(token or "")
            return self._refused(UnidentifiedError(UNIDENTIFIED), Decision(None), claimed, route)
        allowance = self._rates.take(key.key_id, key.rate)
        if allowance.wait_s:
            refusal: RefusedError = TooOftenError(
                f"this key may ask {allowance.rate.per_second:g} times a second and "
                f"{allowance.rate.burst} times at once; wait as long as Retry-After says, ask "
                "for many customers in one request, or have the key given a higher rate",
                allowance.wait_s,
            )
        elif scope not in key.scopes:
            refusal = ScopeLackingError(
                f"this key lacks the scope `{scope}`; ask whoever gave it to you for one that has"
            )
        else:
            return Decision(key.key_id, None, allowance, _done(key.key_id, scope, route))
        return self._refused(refusal, Decision(key.key_id, None, allowance), None, route)

    def record(self, decision: Decision) -> None:
        """Write what the audit log must hold.

        Raises:
            StoreError: It cannot be written, so what it tells of must not be done.
        """
        for who, action, details in decision.entries:
            self._audit.append(who, action, details, self._clocks.now())

    def close(self) -> None:
        """Write the refused attempts that were only counted so far.

        Raises:
            StoreError: They cannot be written.
        """
        self.record(Decision(None, entries=_tell(self._refusals.rest())))

    def _refused(
        self, refusal: RefusedError, decision: Decision, claimed: str | None, route: str
    ) -> Decision:
        who = decision.key_id or UNKNOWN
        attempt = Attempt(who, claimed, REASONS[type(refusal)], route)
        entries = _tell(self._refusals.count(attempt))
        return Decision(decision.key_id, refusal, decision.allowance, entries)


def _done(who: str, scope: Scope, route: str) -> list[tuple[str, str, dict[str, str | int]]]:
    """What is written of a question that may be asked."""
    return [(who, f"http.{scope}", {"route": route})] if scope in AUDITED else []


def _tell(counted: list[tuple[Attempt, int]]) -> list[tuple[str, str, dict[str, str | int]]]:
    entries = []
    for attempt, times in counted:
        details: dict[str, str | int] = {
            "reason": attempt.reason,
            "route": attempt.route,
            "times": times,
        }
        if attempt.claimed:
            details["claimed"] = attempt.claimed
        entries.append((attempt.who, "access.refused", details))
    return entries
