"""What several commands make of the project file."""

from retinue.project import Project
from training.capacity import Capacity
from training.config import LeastToBoost, ModelSettings, TrainingConfig
from training.value.fit import ValueSettings


def config_of(project: Project) -> TrainingConfig:
    """The training configuration that the project file describes."""
    training = project.sections.training
    return TrainingConfig(
        name=project.name,
        currency=project.sections.currency,
        churn=project.churn,
        segments=project.segments,
        value=ValueSettings(**project.sections.value.model_dump()),
        capacity=capacity_of(project),
        model=ModelSettings(**training.model.model_dump()),
        least_to_boost=LeastToBoost(training.least_customers, training.least_of_each),
        **training.values(),
    )


def capacity_of(project: Project) -> Capacity:
    """What the project file assumes of a campaign."""
    return Capacity(**project.sections.capacity.model_dump())


def attributes_of(project: Project) -> tuple[str, ...]:
    """Columns of the customers' table that the project file maps."""
    customers = project.sources.get("customers")
    return () if customers is None else tuple(customers.columns)
