"""How large each label is: customers, money, risk, and how many may be reached."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from scoring.segments.customers import Customers
from scoring.segments.money import PARTS_PER_UNIT
from scoring.segments.paths import NO_LABEL
from scoring.segments.scheme import Label
from scoring.segments.tally import Tally


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
        return cls.adding_up(labels, Tally.of(len(labels), positions, customers))

    @classmethod
    def adding_up(cls, labels: tuple[Label, ...], tally: Tally) -> Self:
        """The sizes that sums make.

        Args:
            labels: The fitted scheme's.
            tally: Of everyone.
        """
        everyone, money = int(tally.customers.sum()), int(tally.parts.sum())
        risk = _means(tally.churn_probability, tally.scored)
        known = everyone > 0 and tally.consent_known
        reached = _means(tally.reachable, tally.customers if known else np.zeros(len(risk)))
        sizes = tuple(
            Size(
                label,
                int(tally.customers[i]),
                float(tally.customers[i] / max(everyone, 1)),
                int(tally.parts[i]),
                int(tally.parts[i]) / money if money > 0 else None,
                risk[i],
                reached[i],
            )
            for i, label in enumerate((*labels, NO_LABEL))
        )
        share = float(tally.reachable.sum() / everyone) if known else None
        return cls(sizes[:-1], sizes[-1], everyone, money, share)


def _means(sums: NDArray[Any], numbers: NDArray[Any]) -> list[float | None]:
    """Sums over numbers, both of shape (places,); None where there is none."""
    return [float(s / n) if n else None for s, n in zip(sums, numbers, strict=True)]
