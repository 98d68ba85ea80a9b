"""The same advice in units of each customer's own usual gap, whatever their pace."""

from dataclasses import dataclass

import numpy as np

from training.advice.returning import Returning
from training.advice.silences import NEVER, Silences

LEAST_GAPS = 8  # fewer of one's own gaps say too little of what is usual
TENTHS = 10  # own gaps are counted in tenths
MOST_GAPS = 100


@dataclass(frozen=True)
class Rhythm:
    """The same in units of each customer's own usual gap.

    Attributes:
        silences: Of customers with at least LEAST_GAPS gaps before.
        usual_gap: Median over those customers, in days.
        horizon_gaps: The horizon in median gaps.
        suggested_gaps: Silence in own gaps after which a smaller share than the level returns
            within the horizon; None if there is none.
    """

    silences: int
    usual_gap: float
    horizon_gaps: float
    suggested_gaps: float | None


def rhythm_of(silences: Silences, horizon: int, level: float) -> Rhythm | None:
    """Suggest a silence in own gaps by the same rule; None if too few silences are long enough."""
    steady = silences.where(silences.gaps_before >= LEAST_GAPS)
    if not steady.customers:
        return None
    usual = float(np.median(steady.usual_gap[steady.ended == NEVER]))
    lengths = steady.lengths(steady.usual_gap / TENTHS, most=MOST_GAPS * TENTHS)
    horizon_tenths = max(1, round(horizon / usual * TENTHS))
    returning = Returning.of(*lengths)
    if returning.longest(horizon_tenths) < 1:
        return None
    found = returning.settled_below(level, horizon_tenths)
    return Rhythm(
        silences=len(steady),
        usual_gap=usual,
        horizon_gaps=horizon_tenths / TENTHS,
        suggested_gaps=None if found is None else found / TENTHS,
    )
