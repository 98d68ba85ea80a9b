"""Whom schemes classify: features, traits and scores of everyone known at one as-of date."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.build import FeatureRows

MONTHS_PER_YEAR = 12


@dataclass(frozen=True)
class Customers:
    """Customers at one as-of date, array by array in the order of `rows`.

    Attributes:
        rows: Features; of someone who never ordered or subscribed all may be null.
        traits: What is known beside features, by name (see features/traits.py), shape
            (customers,): texts as objects with None for unknown, counts as float64. A trait that
            the project has no column for is absent.
        churn_probability: NaN where not scored; None where no model was asked.
        remaining_value: Predicted money still to come; None where no model was asked.
    """

    rows: FeatureRows
    traits: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    churn_probability: NDArray[np.float64] | None = None
    remaining_value: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        """Number of customers."""
        return len(self.rows)

    def column(self, feature: str) -> NDArray[np.float64]:
        """One feature's values, NaN for null and for a feature that the rows do not have."""
        if feature not in self.rows.names:  # of a model of other features than the catalog's
            return np.full(len(self), np.nan)
        return self.rows.column(feature)

    def number(self, trait: str) -> NDArray[np.float64] | None:
        """A trait that is a number, NaN for unknown; None where the project lacks it.

        Of a few customers who all lack it nothing tells that it is one: it may be objects here.
        """
        found = self.traits.get(trait)
        return None if found is None else found.astype(np.float64, copy=False)

    def knows(self, feature: str) -> bool:
        """Whether any customer has a value of the feature."""
        return not bool(np.isnan(self.column(feature)).all())

    @property
    def money(self) -> NDArray[np.float64]:
        """A year's money of each customer, shape (customers,), 0 where nothing is known.

        What was spent on orders in the last 365 days, and twelve times what the customer's
        subscriptions cost a month now. Where orders hold the subscription's payments too, leave
        amount_per_month unmapped.
        """
        a_year = MONTHS_PER_YEAR * np.nan_to_num(self.column("amount_per_month"))
        return np.nan_to_num(self.column("spend_last_365_days")) + a_year

    @property
    def value_at_risk(self) -> NDArray[np.float64]:
        """Churn probability times remaining value, shape (customers,); NaN without both."""
        if self.churn_probability is None or self.remaining_value is None:
            return np.full(len(self), np.nan)
        return self.churn_probability * self.remaining_value

    def where(self, chosen: NDArray[Any]) -> "Customers":
        """The customers at which `chosen`, a mask or positions, points."""
        return Customers(
            self.rows.where(chosen),
            {name: values[chosen] for name, values in self.traits.items()},
            None if self.churn_probability is None else self.churn_probability[chosen],
            None if self.remaining_value is None else self.remaining_value[chosen],
        )
