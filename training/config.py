"""How to train, as one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scoring.churn_definition import ChurnDefinition
from scoring.segments.scheme import Settings
from training.capacity import Capacity
from training.value.fit import ValueSettings


@dataclass(frozen=True)
class ModelSettings:
    """LightGBM's settings; the defaults are cautious, for thousands of customers and up."""

    learning_rate: float = 0.05
    num_leaves: int = 8
    min_data_in_leaf: int = 100
    feature_fraction: float = 0.5
    bagging_fraction: float = 0.8
    lambda_l2: float = 10.0
    most_rounds: int = 2000
    patience: int = 50
    monotone: bool = False


@dataclass(frozen=True)
class LeastToBoost:
    """With fewer distinct customers at the fit dates a simple rule answers (decision 13).

    Attributes:
        customers: Who were eligible.
        of_each: Who churned, and who stayed.
    """

    customers: int = 100
    of_each: int = 25


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that decides what model comes out of given tables.

    Attributes:
        name: The registered model's name.
        currency: Code of the currency that money is in.
        churn: Who is eligible and what the label is.
        segments: By scheme, its settings; a scheme without has its defaults.
        test_as_of: As-of date of the test snapshot; None for the latest whose labels are known.
        snapshot_every: Distance between fit dates.
        warm_up: No snapshot within this time of the first order, when windows are half empty.
        bootstrap_samples: Resamples behind each interval.
        seed: Of everything drawn at random.
        allow_features: Features that may tell the label almost by themselves; see leaks.py.
        model: LightGBM's settings.
        least_to_boost: With fewer customers nothing is boosted.
        value: How remaining value is counted.
        capacity: What is assumed of a campaign, for the profit at capacity.
    """

    name: str
    currency: str
    churn: ChurnDefinition
    segments: Mapping[str, Settings] = field(default_factory=dict)
    test_as_of: datetime | None = None
    snapshot_every: timedelta = timedelta(days=14)
    warm_up: timedelta = timedelta(days=91)
    bootstrap_samples: int = 1000
    seed: int = 7
    allow_features: tuple[str, ...] = ()
    model: ModelSettings = field(default_factory=ModelSettings)
    least_to_boost: LeastToBoost = field(default_factory=LeastToBoost)
    value: ValueSettings = field(default_factory=ValueSettings)
    capacity: Capacity = field(default_factory=Capacity)
