"""Whom a campaign can contact, and what that earns: profit at capacity.

Of the customers contacted, those who would have left and are worth something pay for all; the
idea is that of Neslin et al. (Defection Detection, Journal of Marketing Research, 2006) and of the
maximum profit of Verbraken et al. (IEEE Transactions on Knowledge and Data Engineering, 2013).
docs/evaluation.md has the formula.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from features.build import FeatureRows
from scoring.segments.scheme import Off
from scoring.value.model import ValueModel

Vector = NDArray[np.float64]
Places = NDArray[np.int64]
REMAINING_VALUE: Literal["remaining_value"] = "remaining_value"
SPEND: Literal["spend_last_91_days"] = "spend_last_91_days"
Worth = Literal["remaining_value", "spend_last_91_days"] | float


@dataclass(frozen=True)
class Capacity:
    """What is assumed of a campaign; the defaults are assumptions and no measurement.

    Attributes:
        share: Of the customers who can be scored, whom it can contact.
        customers: How many it can contact, instead of a share.
        contact_cost: Of one contact, all told, in the project's currency.
        save_rate: Of the contacted who would have left, the share that stays for it.
        worth: What one who stays is worth: a number, or which of the customer's own.
    """

    share: float = 0.1
    customers: int | None = None
    contact_cost: float = 1.0
    save_rate: float = 0.1
    worth: Worth = REMAINING_VALUE

    def contacts(self, customers: int) -> int:
        """Of so many customers, how many can be contacted: at least one, at most all."""
        wanted = int(self.share * customers) if self.customers is None else self.customers
        return min(max(1, wanted), customers)

    def gains(self, outcomes: NDArray[np.bool_], worth: Vector) -> Vector:
        """What contacting each customer earned on average, from who left and who stayed."""
        return self.save_rate * worth * outcomes - self.contact_cost

    def worthwhile(self, probabilities: Vector, worth: Vector) -> Places:
        """Customers whose contact is expected to earn more than it costs, the best first."""
        expected = self.save_rate * worth * probabilities - self.contact_cost
        order = np.argsort(-expected, kind="stable")
        return order[expected[order] > 0]


def earned(gains: Vector, ranked: Places, times: Places, contacts: int) -> float:
    """Profit of contacting the first `contacts` of a ranking: 0 is what contacting nobody earns.

    Random contacts earn the mean gain each. There is no upper end but that of the gains.

    Args:
        gains: What each customer's contact earns.
        ranked: Places in `gains`, whom to contact first; whoever is absent is never contacted.
        times: How often a resample holds each customer.
        contacts: How many can be contacted.
    """
    reached = np.minimum(np.cumsum(times[ranked]), contacts)
    return float(np.diff(reached, prepend=0) @ gains[ranked])


def worth_of(rows: FeatureRows, value: ValueModel | Off, worth: Worth) -> tuple[Vector, str]:
    """What each customer is worth if kept, and what that is in words.

    Without a value model the spend of the last 91 days stands in. Nobody is worth less than
    nothing, and of whom nothing is known is worth nothing.
    """
    if isinstance(worth, float | int):
        return np.full(len(rows), float(worth)), f"{worth:,.2f}, as stated"
    if worth == REMAINING_VALUE and not isinstance(value, Off):
        found = value.remaining_value(rows).value
        words = f"the remaining value in the next {value.horizon_days} days"
    else:
        found = rows.column(SPEND)
        words = "the spend of the last 91 days"
    return np.maximum(np.nan_to_num(found), 0.0), words
