"""The levels at which a classification passes, as data, and the four answers there are."""

from dataclasses import dataclass
from typing import Literal

from features.feature import Words

Status = Literal["passes", "weak", "fails", "unknown"]
STATUS_WORDS: dict[Status, Words] = {
    "passes": Words("yes", "是"),
    "weak": Words("in part", "部分满足"),
    "fails": Words("no", "否"),
    "unknown": Words("unknown", "未知"),
}


@dataclass(frozen=True)
class Levels:
    """What each question asks for; between a `least` and a `good` level the answer is weak.

    The levels of stability are Steinley's for the adjusted Rand index: above 0.8 good, below 0.65
    poor ("Properties of the Hubert-Arabie adjusted Rand index", Psychological Methods, 2004).

    Attributes:
        least_coverage: Share of customers with a label.
        good_coverage: Likewise.
        least_stability: Mean adjusted Rand index between the labels and those of resamples.
        good_stability: Likewise.
        least_share: Share of customers or of money that makes a label substantial.
        least_customers: Customers that it takes as well.
        least_reachable: Share of a label's customers who consent to a channel.
        significance: A p-value below it is no chance.
        telling_difference: Standard deviation over labels of a campaign's effect, as a difference
            of answer rates: differences this large must not go unseen.
        least_power: Chance to see them, below which seeing nothing says nothing.
    """

    least_coverage: float = 0.1
    good_coverage: float = 0.5
    least_stability: float = 0.65
    good_stability: float = 0.8
    least_share: float = 0.01
    least_customers: int = 30
    least_reachable: float = 0.3
    significance: float = 0.05
    telling_difference: float = 0.05
    least_power: float = 0.8


def graded(value: float, least: float, good: float) -> Status:
    """Where a value lies between two levels, both of which belong to the better side."""
    if value >= good:
        return "passes"
    return "weak" if value >= least else "fails"


def worst(*statuses: Status) -> Status:
    """The worst of several: fails, unknown, weak, passes."""
    order: tuple[Status, ...] = ("fails", "unknown", "weak", "passes")
    return min(statuses, key=order.index)
