"""Signs that the field is sure of: what, all else equal, can only raise the risk, or only lower it.

As an option, since a constraint costs a little wherever a feature also stands for something else.
"""

from collections.abc import Sequence

from scoring.logistic import Logistic

RAISES, LOWERS = 1, -1
SIGNS = {
    "days_since_last_order": RAISES,
    "silence_over_usual_gap": RAISES,
    "silence_over_longest_gap": RAISES,
    "orders_in_total": LOWERS,
    "orders_last_28_days": LOWERS,
    "orders_last_56_days": LOWERS,
    "orders_last_91_days": LOWERS,
    "orders_last_182_days": LOWERS,
    "orders_last_365_days": LOWERS,
    "orders_halved_every_28_days": LOWERS,
    "active_weeks_last_13_weeks": LOWERS,
    "active_event_weeks_last_13_weeks": LOWERS,
    "days_since_last_event": RAISES,
    "event_silence_over_usual_gap": RAISES,
    "last_csat": LOWERS,
    "recent_csat": LOWERS,
    "last_nps": LOWERS,
    "recent_nps": LOWERS,
    "last_stars": LOWERS,
    "recent_stars": LOWERS,
    "negative_texts_last_91_days": RAISES,
    "tickets_unresolved": RAISES,
    "complaints_last_91_days": RAISES,
}


def constraints(names: Sequence[str]) -> list[int]:
    """A sign for each of a model's features, 0 where the field is not sure."""
    return [SIGNS.get(name, 0) for name in names]


def agrees(logistic: Logistic) -> bool:
    """Whether no term of a logistic regression runs against its feature's sign."""
    return all(term.weight * SIGNS.get(term.feature, 0) >= 0 for term in logistic.terms)
