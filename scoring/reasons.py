"""Reasons in words: what a feature's contribution says of one customer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.feature import (
    CURRENCY,
    LEVEL,
    NUMBER,
    SHARE,
    YES_NO,
    Categories,
    Described,
    Unit,
)
from scoring.reference import Reference

WITHOUT_A_WORD = (SHARE, LEVEL, YES_NO, NUMBER)
LARGE = 100  # from here on a tenth is close enough


@dataclass(frozen=True)
class Reason:
    """One contribution to the log-odds of churn.

    Attributes:
        code: Stable name for machines: feature and direction, as in `orders_last_28_days.raises`.
        text: The reason in plain English: `fact` and whether it raises or lowers the risk.
        fact: What is so, beside what is typical.
        feature: Its name.
        value: The customer's value; None for null.
        contribution: On the log-odds scale; above zero it raises the risk.
    """

    code: str
    text: str
    fact: str
    feature: str
    value: float | None
    contribution: float


def reasons_of(  # noqa: PLR0913 - of what, with what to say it
    values: NDArray[np.float64],
    contributions: NDArray[np.float64],
    described: Sequence[Described],
    reference: Reference,
    currency: str,
    *,
    most: int,
) -> list[Reason]:
    """The `most` largest contributions by size, largest first; those of size zero are left out.

    Args:
        values: Shape (features,), in the model's order.
        contributions: Shape (features,).
        described: What is written down of each feature.
        reference: For the typical value that a reason compares with.
        currency: Code of the currency that money is in.
        most: How many.
    """
    # A stable sort: equal contributions stay in the model's order.
    largest = np.argsort(-np.abs(contributions), kind="stable")[:most]
    return [
        _reason(described[i], float(values[i]), float(contributions[i]), reference, currency)
        for i in largest
        if contributions[i] != 0
    ]


def _reason(
    feature: Described, value: float, contribution: float, reference: Reference, currency: str
) -> Reason:
    direction = "raises" if contribution > 0 else "lowers"
    known = not np.isnan(value)
    stated = (
        feature.phrase.en.format(value=with_unit(value, feature.unit, currency))
        if known
        else feature.null.en
    )
    median = reference.features[feature.name].median
    # The middle of codes is nobody's category.
    if not known or isinstance(feature.unit, Categories):
        median = None
    typical = "" if median is None else f" (typical: {number(median, feature.unit)})"
    fact = f"{stated[0].upper()}{stated[1:]}{typical}"
    return Reason(
        code=f"{feature.name}.{direction}",
        text=f"{fact} {direction} the risk",
        fact=fact,
        feature=feature.name,
        value=value if known else None,
        contribution=contribution,
    )


def with_unit(value: float, unit: Unit, currency: str) -> str:
    """A number and its unit as a person would write them: `1 day`, `USD 1,204.50`, `35 %`."""
    if unit is CURRENCY:
        return f"{currency} {number(value, unit)}"
    if isinstance(unit, Categories):
        return unit.name(value)
    if unit in WITHOUT_A_WORD:
        return number(value, unit)
    return f"{number(value, unit)} {unit.one if value == 1 else unit.many}"


def number(value: float, unit: Unit) -> str:
    """Money with cents, shares in percent, whole numbers whole, the rest with a tenth."""
    if unit is CURRENCY:
        return f"{value:,.2f}"
    if unit is SHARE:
        return f"{100 * value:,.0f} %"
    if unit is YES_NO:
        return "yes" if value else "no"
    if unit is LEVEL:
        return f"{value:.2f}"
    return _plain(value, exact=unit is NUMBER and abs(value) < LARGE)


def _plain(value: float, *, exact: bool) -> str:
    if float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.4g}" if exact else f"{value:,.1f}"
