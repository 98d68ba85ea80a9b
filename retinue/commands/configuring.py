"""What several commands make of the project file."""

from retinue.project import Project
from training.capacity import Capacity
from training.config import TrainingConfig
from training.value.fit import ValueSettings


def config_of(project: Project) -> TrainingConfig:
    """The training configuration that the project file describes."""
    return TrainingConfig(
        name=project.name,
        currency=project.sections.currency,
        churn=project.churn,
        segments=project.segments,
        value=ValueSettings(**project.sections.value.model_dump()),
        capacity=capacity_of(project),
        **project.training(),
    )


def capacity_of(project: Project) -> Capacity:
    """What the project file assumes of a campaign."""
    return Capacity(**project.sections.capacity.model_dump())
