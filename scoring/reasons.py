"""Reasons: what a group of features contributes to the log-odds of one customer, and in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.catalog import CATALOG
from features.feature import Language, Words
from scoring.pieces import cut
from scoring.reason_sums import added_up, directed_codes, group_of, pulls
from scoring.wording import ASSOCIATED, stated

FEATURES = {feature.name: feature for feature in CATALOG}


@dataclass(frozen=True, slots=True)
class Reason:
    """One group's contribution to the log-odds of churn; an association, not a cause.

    Attributes:
        code: Stable name for machines: group and direction, as in `silence.higher_risk`.
        feature: The group's most telling: of those that pull its way, the one that pulls most.
            A weighted count, which nobody can picture, is told by the plain one nearest to it.
        value: The customer's value of it; None for null.
        typical: Its median where the model was calibrated; None where most had none.
        contribution: Sum over the group, on the log-odds scale; above zero the risk is higher.
        told: What is so, of a feature that the project brought; None for the catalog's.
    """

    code: str
    feature: str
    value: float | None
    typical: float | None
    contribution: float
    told: Words | None = None

    def fact(self, language: Language, currency: str) -> str:
        """What is so: `Recent orders: no orders in the last 28 days (typical: 4 orders)`."""
        if self.told is not None:
            return self.told.said(language)
        feature = FEATURES[self.feature]
        about = group_of(self.feature).name.said(language)
        says = stated(feature, self.value, self.typical, currency, language)
        return f"{about}：{says}" if language == "zh" else f"{about}: {says}"

    def text(self, language: Language, currency: str) -> str:
        """The fact, and whether it goes with higher or with lower risk."""
        risk = ASSOCIATED[self.contribution > 0].said(language)
        comma = "，" if language == "zh" else ", "
        return f"{self.fact(language, currency)}{comma}{risk}"


@dataclass(frozen=True)
class Strongest:
    """The largest contributions of groups, row by row.

    Attributes:
        reasons: Per row, largest first; those of size zero are left out.
        others: Shape (rows,): the sum of all that are not among them.
    """

    reasons: list[list[Reason]]
    others: NDArray[np.float64]


def reasons_of(
    values: NDArray[np.float64],
    contributions: NDArray[np.float64],
    names: tuple[str, ...],
    typical: Sequence[float | None],
    most: int,
) -> Strongest:
    """Each row's `most` largest groups by the size of their contribution.

    Args:
        values: Shape (rows, features), NaN for null.
        contributions: Shape (rows, features).
        names: Of the features, in the columns' order.
        typical: What the features' values are compared with, in the same order.
        most: How many.
    """
    sums, telling = pulls(names, contributions)
    # A stable sort: equal contributions stay in the order of the catalogue of reasons.
    order = np.argsort(-np.abs(sums), axis=0, kind="stable")
    told, left = order[:most], order[most:]
    rows = np.arange(len(values))
    chosen = telling[told, rows]
    found = _Told(told.T, chosen.T, values[rows, chosen].T, sums[told, rows].T)
    return Strongest(
        found.reasons(names, typical),
        added_up(sums[left, rows]),
    )


@dataclass(frozen=True)
class _Told:
    """What is told of each row, each of shape (rows, reasons)."""

    groups: NDArray[np.intp]
    features: NDArray[np.intp]
    values: NDArray[np.float64]
    contributions: NDArray[np.float64]

    def reasons(
        self, names: tuple[str, ...], typical: Sequence[float | None]
    ) -> list[list[Reason]]:
        """All at once, then cut into rows: a million customers have five million reasons."""
        told: NDArray[np.bool_] = self.contributions != 0
        size = self.contributions[told]
        features, values = self.features[told], self.values[told]
        known: NDArray[np.object_] = np.where(
            np.isnan(values),
            None,  # type: ignore[call-overload] # its stubs know no objects
            values,
        )
        found = [
            *map(
                Reason,
                directed_codes(names)[self.groups[told], (size > 0).astype(np.intp)].tolist(),
                np.array(names)[features].tolist(),
                known.tolist(),
                np.array(typical, dtype=object)[features].tolist(),
                size.tolist(),
            )
        ]
        return cut(found, told.sum(axis=1))
