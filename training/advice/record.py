"""The advice as JSON."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from training.advice.words import sentences

if TYPE_CHECKING:
    from training.advice.advise import Advice, Line


def as_record(advice: "Advice") -> dict[str, Any]:
    """Plain values; the curve has a row per day, the candidates one per line that people see."""
    return {
        "as_of": f"{advice.as_of:%Y-%m-%d}",
        "customers": advice.customers,
        "definition": advice.definition.in_words(),
        "horizon_days": advice.horizon,
        "level": advice.level,
        "silent_days": advice.definition.silent_days,
        "suggested_silent_days": advice.suggested,
        "in_own_gaps": None if advice.rhythm is None else asdict(advice.rhythm),
        "looked_back_from": f"{advice.past:%Y-%m-%d}",
        "candidates": [_candidate(line) for line in advice.lines],
        "curve": _curve(advice),
        "in_words": sentences(advice),
    }


def _candidate(line: "Line") -> dict[str, Any]:
    found = line.stability
    return {
        "silent_days": found.silent_days,
        "silences": line.silences,
        "returned_within_horizon": asdict(line.within),
        "returned_ever": line.ever,
        "called_gone": found.gone,
        "came_back": found.came_back,
        "came_back_share": found.came_back_share,
        "changed_a_week_later_share": found.changed_share,
    }


def _curve(advice: "Advice") -> list[dict[str, Any]]:
    ever, horizon, curve = advice.returning.ever(), advice.horizon, advice.returning
    return [
        {
            "silent_days": days,
            "silences": int(curve.reached[days]),
            "returned_within_horizon": asdict(curve.share(days, horizon)),
            "returned_ever": float(ever[days]),
        }
        for days in range(1, min(curve.longest(horizon), curve.units - 1) + 1)
    ]
