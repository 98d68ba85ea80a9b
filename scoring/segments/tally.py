"""What a scheme's sizes are made of, as sums: those of parts of a population add up."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from scoring.segments.customers import Customers
from scoring.segments.money import in_parts, sums_of_parts

CONSENTS = ("consents_to_email", "consents_to_phone")


@dataclass(frozen=True)
class Tally:
    """Sums per label of a scheme; the last place is that of customers without one.

    Attributes:
        customers: Shape (labels + 1,): how many.
        parts: Likewise, a year's money in whole ten-thousandths.
        scored: Likewise, how many have a churn probability.
        churn_probability: Likewise, the sum of these.
        reachable: Likewise, how many consent to e-mail or phone.
        consent_known: Whether anybody's consent is known.
    """

    customers: NDArray[np.int64]
    parts: NDArray[np.int64]
    scored: NDArray[np.int64]
    churn_probability: NDArray[np.float64]
    reachable: NDArray[np.int64]
    consent_known: bool

    @classmethod
    def of(cls, labels: int, positions: NDArray[np.int64], customers: Customers) -> Self:
        """Add up customers.

        Args:
            labels: How many the scheme has.
            positions: Shape (customers,): place among the labels, or `UNLABELLED`.
            customers: Whom they label.
        """
        # UNLABELLED becomes the place after the last label.
        places = np.where(positions < 0, labels, positions)
        count = labels + 1
        risk = customers.churn_probability
        risk = np.full(len(places), np.nan) if risk is None else risk
        scored = ~np.isnan(risk)
        return cls(
            customers=np.bincount(places, minlength=count),
            parts=sums_of_parts(places, in_parts(customers.money), count),
            scored=np.bincount(places[scored], minlength=count),
            churn_probability=np.bincount(
                places[scored], weights=risk[scored], minlength=count
            ).astype(np.float64),
            reachable=np.bincount(places[_consents(customers)], minlength=count),
            consent_known=any(customers.knows(name) for name in CONSENTS),
        )

    def __add__(self, other: "Tally") -> "Tally":
        """Of both together, who must be different customers."""
        return Tally(
            self.customers + other.customers,
            self.parts + other.parts,
            self.scored + other.scored,
            self.churn_probability + other.churn_probability,
            self.reachable + other.reachable,
            self.consent_known or other.consent_known,
        )


def _consents(customers: Customers) -> NDArray[np.bool_]:
    """Who consents to e-mail or phone, shape (customers,); whose consent is not known does not."""
    consents = np.column_stack([customers.column(name) for name in CONSENTS])
    return np.asarray((consents == 1).any(axis=1), dtype=np.bool_)
