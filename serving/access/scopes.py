"""What a key may be allowed to do; none of these implies another."""

from collections.abc import Iterable
from enum import StrEnum

from serving.access.errors import KeyRequestError


class Scope(StrEnum):
    """One thing that a key may be allowed to do."""

    PREDICT = "predict"
    PROFILES = "profiles"
    LISTS = "lists"
    SEGMENTS = "segments"
    EXPORTS = "exports"
    METRICS = "metrics"
    ERASURES = "erasures"


MEANING = {
    Scope.PREDICT: "predictions of customers whose ids one knows, or of posted events",
    Scope.PROFILES: "all that is known of one customer",
    Scope.LISTS: "lists of customers: the riskiest, and those of a segment",
    Scope.SEGMENTS: "rules, sizes and movement of segments, without customers",
    Scope.EXPORTS: "lists of any length as files; each is in the audit log",
    Scope.METRICS: "the server's own figures, for monitoring",
    Scope.ERASURES: "erase customers from the store; each time is in the audit log",
}
AUDITED = frozenset({Scope.EXPORTS, Scope.ERASURES})


def scopes_of(names: Iterable[str]) -> frozenset[Scope]:
    """Scopes by name.

    Raises:
        KeyRequestError: One is unknown, or there is none.
    """
    asked = list(names)
    unknown = sorted(name for name in asked if name not in set(Scope))
    if unknown or not asked:
        found = f"unknown scopes {unknown}" if unknown else "no scope"
        raise KeyRequestError(f"{found}; name one or more of {', '.join(Scope)} with --scope")
    return frozenset(map(Scope, asked))
