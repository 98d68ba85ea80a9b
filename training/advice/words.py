"""The advice in sentences."""

from typing import TYPE_CHECKING

from scoring.churn_definition import Cadence, Event, SubscriptionEnd

if TYPE_CHECKING:
    from training.advice.advise import Advice

OFTEN = 0.5  # from this share of the gone on who come back at all, silence does not tell them


def finding(advice: "Advice") -> str:
    """What was found, short enough for a title."""
    level, days = _percent(advice.level), advice.horizon
    if advice.suggested is None:
        return f"After no silence seen do, for good, fewer than {level} order within {days} days"
    return f"After {advice.suggested} days of silence fewer than {level} order within {days} days"


def sentences(advice: "Advice") -> list[str]:
    """The finding, what to set, and what speaks against it."""
    if advice.suggested is None:
        return [_nothing_suggested(advice), *_own_gaps(advice), *_in_this_definition(advice)]
    return [
        f"{finding(advice)}: set [churn] silent_days = {advice.suggested}.{_as_it_is(advice)}",
        *_past(advice),
        *_doubts(advice),
        *_own_gaps(advice),
        *_in_this_definition(advice),
    ]


def _nothing_suggested(advice: "Advice") -> str:
    longest = advice.returning.longest(advice.horizon)
    share = advice.returning.share(longest, advice.horizon)
    return (
        f"{finding(advice)}: after {longest} days, the longest that enough silences were watched, "
        f"it is {_percent(share.value)} (95 % interval {_percent(share.low)} to "
        f"{_percent(share.high)}). Either these customers do not leave in silence, or the history "
        "is too short to see it: bring a longer one, or accept a higher --level."
    )


def _as_it_is(advice: "Advice") -> str:
    now = advice.definition.silent_days
    if now == advice.suggested:
        return " It is so now."
    line = advice.line(now)
    if line is None:
        return f" It is {now} now, longer than the data can tell of."
    return f" It is {now} now, after which {_percent(line.within.value)} do."


def _past(advice: "Advice") -> list[str]:
    line = advice.line(advice.suggested or 0)
    if line is None or line.stability.came_back_share is None:
        return [f"Nobody had been silent for that long at {advice.past:%Y-%m-%d}."]
    found = line.stability
    return [
        f"At {advice.past:%Y-%m-%d} that would have called {found.gone:,} customers gone; "
        f"{found.came_back:,} of them ({_percent(line.stability.came_back_share)}) had ordered "
        f"again by {advice.as_of:%Y-%m-%d}."
    ]


def _doubts(advice: "Advice") -> list[str]:
    line = advice.line(advice.suggested or 0)
    if line is None or line.ever < OFTEN:
        return []
    return [
        f"Yet {_percent(line.ever)} of silences that long do end in an order, if later: here "
        "silence tells the slow from the quick rather than the gone from the others. A longer "
        "horizon_days fits such customers better."
    ]


def _own_gaps(advice: "Advice") -> list[str]:
    rhythm = advice.rhythm
    if rhythm is None or rhythm.suggested_gaps is None:
        return []
    return [
        f"Counted in each customer's own usual gap (median {rhythm.usual_gap:.0f} days, customers "
        f"of many orders alone), that silence is {rhythm.suggested_gaps:.1f} gaps."
    ]


def _in_this_definition(advice: "Advice") -> list[str]:
    """What orders can say of a definition that is not about so many days of silence."""
    churn = advice.definition
    if isinstance(churn, Cadence):
        gaps = advice.rhythm.suggested_gaps if advice.rhythm else None
        own = f" and usual_gaps = {gaps:.1f}" if gaps else ""
        return [
            f"[churn] definition is cadence, with usual_gaps = {churn.usual_gaps:g}: of customers "
            f"with fewer than {churn.least_orders} orders silent_days decides, of the others "
            f"usual_gaps. The silence above is silent_days = {advice.suggested}{own}."
            if advice.suggested
            else f"[churn] definition is cadence, with usual_gaps = {churn.usual_gaps:g}."
        ]
    if isinstance(churn, SubscriptionEnd | Event):
        return [
            f"[churn] definition is {churn.definition}: who is scored and what churn is does not "
            "depend on silence between orders. Here silent_days only tells the lifecycle when to "
            "call a customer churned."
        ]
    return []


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.095 else f"{share:.1%}"
