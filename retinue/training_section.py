"""The `[training]` section: how models are made."""

from datetime import date, datetime, time, timedelta
from typing import Any

from pydantic import Field

from features.sample import Sample
from retinue.churn_section import LONGEST_DAYS
from retinue.table_section import Section


class ModelSection(Section):
    """LightGBM's settings; `retinue train --tune` finds some and prints this section."""

    learning_rate: float = Field(default=0.05, gt=0, le=1, description="Weight of each tree.")
    num_leaves: int = Field(default=8, ge=2, le=1024, description="Of each tree.")
    min_data_in_leaf: int = Field(default=100, ge=1, description="Rows that a leaf needs.")
    feature_fraction: float = Field(
        default=0.5, gt=0, le=1, description="Share of the features that a tree may use."
    )
    bagging_fraction: float = Field(
        default=0.8, gt=0, le=1, description="Share of the rows that a tree learns from."
    )
    lambda_l2: float = Field(default=10.0, ge=0, description="Pull of leaves towards nothing.")
    most_rounds: int = Field(default=2000, ge=1, description="Trees at most.")
    patience: int = Field(
        default=50, ge=1, description="Rounds without a better log loss after which to stop."
    )
    monotone: bool = Field(
        default=False,
        description="Where the field is sure of a sign, such as that complaints raise the risk, "
        "refuse trees that say otherwise.",
    )


class TrainingSection(Section):
    """How models are made."""

    test_as_of: date | None = Field(
        default=None,
        description="As-of date of the test; without one, the latest whose labels are known.",
    )
    snapshot_every_days: int = Field(
        default=14,
        gt=0,
        le=LONGEST_DAYS,
        description="Days between fit dates; with more than 1,000,000 customers times dates, more.",
    )
    warm_up_days: int = Field(
        default=91,
        ge=0,
        le=LONGEST_DAYS,
        description="No snapshot this soon after the first order.",
    )
    bootstrap_samples: int = Field(
        default=1000, ge=100, description="Resamples behind each interval."
    )
    customer_share: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="Train on this share of customers, chosen by a hash of the id at the source; "
        "without it, on everyone, or on about `most_customers`.",
    )
    most_customers: int = Field(
        default=80_000,
        ge=1000,
        description="Where there are more and no `customer_share` is set, train on about so many.",
    )
    least_customers: int = Field(
        default=100,
        ge=1,
        description="With fewer eligible customers at the fit dates a simple rule answers.",
    )
    least_of_each: int = Field(
        default=25,
        ge=1,
        description="Likewise with fewer who churned, or who stayed.",
    )
    allow_features: tuple[str, ...] = Field(
        default=(),
        description="Features known in time although one alone tells who churned, which training "
        "else refuses as a leak.",
    )
    seed: int = Field(default=7, ge=0, description="Of everything drawn at random.")
    model: ModelSection = ModelSection()

    @property
    def sample(self) -> Sample:
        """Whose rows models are made of."""
        if self.customer_share is None:
            return Sample(most=self.most_customers)
        return Sample(self.customer_share)

    def values(self) -> dict[str, Any]:
        """The section in plain types, by the names of the training package."""
        test = self.test_as_of
        return {
            "test_as_of": None if test is None else datetime.combine(test, time()),
            "snapshot_every": timedelta(days=self.snapshot_every_days),
            "warm_up": timedelta(days=self.warm_up_days),
            "bootstrap_samples": self.bootstrap_samples,
            "allow_features": self.allow_features,
            "seed": self.seed,
        }
