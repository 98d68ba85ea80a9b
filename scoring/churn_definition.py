"""When a customer counts as churned, as data: it decides who is scored and what a label means."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from features.build import FeatureRows

ELIGIBLE, ALREADY_CHURNED, TOO_NEW, NEVER_ORDERED = (
    "eligible",
    "already_churned",
    "too_new",
    "never_ordered",
)


@dataclass(frozen=True)
class Inactivity:
    """A customer is churned once silent for `silent_days`; churn is no order in the horizon.

    Attributes:
        silent_days: Days without an order after which a customer counts as gone already.
        horizon_days: Length of the label window [T + gap, T + gap + horizon).
        gap_days: Days between the as-of date and the label window, to act in.
        minimum_tenure_days: Customers whose first order is more recent are too new to judge.
    """

    silent_days: int
    horizon_days: int
    gap_days: int = 0
    minimum_tenure_days: int = 0

    @property
    def reach(self) -> timedelta:
        """From the as-of date to the end of its label window."""
        return timedelta(days=self.gap_days + self.horizon_days)

    def statuses(self, rows: "FeatureRows") -> NDArray[np.str_]:
        """Per row: eligible, already_churned, too_new or never_ordered. Shape (rows,)."""
        silent = rows.column("days_since_last_order")
        tenure = rows.column("days_since_first_order")
        return np.select(
            [
                np.isnan(silent),
                silent >= self.silent_days,
                tenure < self.minimum_tenure_days,
            ],
            [NEVER_ORDERED, ALREADY_CHURNED, TOO_NEW],
            default=ELIGIBLE,
        )

    def in_words(self) -> str:
        """The definition as a sentence."""
        gap = f" after a gap of {self.gap_days} days" if self.gap_days else ""
        return (
            f"no order within {self.horizon_days} days{gap}, among customers who ordered "
            f"in the last {self.silent_days} days"
        )
