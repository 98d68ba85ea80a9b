"""How large each label is: customers, money, risk, and how many may be reached."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from scoring.segments.customers import Customers
from scoring.segments.money import PARTS_PER_UNIT, in_parts, sums_of_parts
from scoring.segments.paths import NO_LABEL
from scoring.segments.scheme import Label

CONSENTS = ("consents_to_email", "consents_to_phone")


@dataclass(frozen=True)
class Size:
    """One label at one date.

    Attributes:
        label: Its class; `NO_LABEL` for those of whom the scheme says nothing.
        customers: How many.
        share: Of all customers, labelled or not; 0 where there are none.
        parts: A year's money in whole ten-thousandths.
        share_of_money: Of all customers' money; None where that is not above 0.
        mean_churn_probability: Of those who were scored; None where nobody was.
        reachable_share: Share of its customers who consent to e-mail or phone; whose consent is
            not known may not be reached. None where it holds nobody, or nobody's consent is known
            in the whole population.
    """

    label: Label
    customers: int
    share: float
    parts: int
    share_of_money: float | None
    mean_churn_probability: float | None
    reachable_share: float | None

    @property
    def money(self) -> float:
        """A year's money in the project's currency."""
        return self.parts / PARTS_PER_UNIT


@dataclass(frozen=True)
class Sizes:
    """Every label of a scheme, those that hold nobody too.

    Attributes:
        labels: In the scheme's order.
        unlabelled: Of whom it says nothing.
        customers: Everyone.
        parts: Everyone's money in whole ten-thousandths.
        reachable_share: Of everyone; None where nobody's consent is known.
    """

    labels: tuple[Size, ...]
    unlabelled: Size
    customers: int
    parts: int
    reachable_share: float | None

    @property
    def money(self) -> float:
        """Everyone's money in the project's currency."""
        return self.parts / PARTS_PER_UNIT

    @classmethod
    def of(
        cls, labels: tuple[Label, ...], positions: NDArray[np.int64], customers: Customers
    ) -> Self:
        """Measure each label.

        Args:
            labels: The fitted scheme's.
            positions: Shape (customers,): place in `labels`, or `UNLABELLED`.
            customers: Whom they label.
        """
        # UNLABELLED becomes the place after the last label.
        places = np.where(positions < 0, len(labels), positions)
        count = len(labels) + 1
        counts = np.bincount(places, minlength=count)
        parts = sums_of_parts(places, in_parts(customers.money), count)
        risk = _means(places, customers.churn_probability, count)
        reachable = reachable_customers(customers)
        reached = _means(places, reachable, count)
        money = int(parts.sum())
        sizes = tuple(
            Size(
                label,
                int(counts[i]),
                float(counts[i] / max(len(places), 1)),
                int(parts[i]),
                int(parts[i]) / money if money > 0 else None,
                risk[i],
                reached[i],
            )
            for i, label in enumerate((*labels, NO_LABEL))
        )
        share = None if reachable is None or not len(places) else float(reachable.mean())
        return cls(sizes[:-1], sizes[-1], len(places), money, share)


def reachable_customers(customers: Customers) -> NDArray[np.float64] | None:
    """Who consents to e-mail or phone: 1 or 0, shape (customers,); None if nobody's is known."""
    if not any(customers.knows(name) for name in CONSENTS):
        return None
    consents = np.column_stack([customers.column(name) for name in CONSENTS])
    return np.asarray((consents == 1).any(axis=1), dtype=np.float64)


def _means(
    places: NDArray[np.int64], values: NDArray[np.float64] | None, count: int
) -> list[float | None]:
    """Mean of the known values at each place; None where there is none."""
    if values is None:
        return [None] * count
    known = ~np.isnan(values)
    numbers = np.bincount(places[known], minlength=count)
    sums = np.bincount(places[known], weights=values[known], minlength=count)
    return [float(s / n) if n else None for s, n in zip(sums, numbers, strict=True)]
