"""Everything that the page says of a project's classifications."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from features.feature import Words
from scoring.segments.abc import ABC
from training.segments.campaigns import campaign_answers
from training.segments.examination import Examination, cases_of, examine
from training.segments.movement import Movement, Told, movement_of
from training.segments.overview import Overview, SchemeOverview, overview_of
from training.segments.standpoint import Standpoint

PERIOD = timedelta(days=91)

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Report:
    """What is written.

    Attributes:
        name: The project's.
        overview: Sizes, money and churn.
        examinations: By scheme, the four questions.
        movements: By scheme, since a quarter of a year before; empty where the data is younger.
        still: Why there are no movements, or what to allow for in reading them; None if nothing.
    """

    name: str
    overview: Overview
    examinations: Mapping[str, Examination]
    movements: Mapping[str, Movement]
    still: Words | None

    @property
    def abc(self) -> SchemeOverview | None:
        """The scheme behind the Pareto curve; None where it is off or was not asked for."""
        return self.scheme(ABC.name)

    def scheme(self, name: str) -> SchemeOverview | None:
        """One scheme that is on."""
        return next((one for one in self.overview.schemes if one.scheme.name == name), None)


def report_of(standpoint: Standpoint, as_of: datetime, only: str | None, tell: Tell) -> Report:
    """Measure, examine and follow every scheme.

    Args:
        standpoint: Whose customers.
        as_of: At which date.
        only: Name of the one scheme to report on; all if None.
        tell: Called with a sentence as each step begins.

    Raises:
        TrainingError: There is no such scheme, or the date lies after the data.
        AsOfDateError: The date lies before the data.
    """
    tell(f"classifying everyone known at {as_of:%Y-%m-%d}")
    overview = overview_of(standpoint, as_of, only)
    segmentation = overview.dated.segmentation
    answers = campaign_answers(standpoint, segmentation, as_of, tell)
    shown = {one.scheme.name for one in overview.schemes}
    cases = cases_of(segmentation, standpoint.config.segments, answers)
    examinations = examine(
        [case for case in cases if case.scheme.name in shown],
        standpoint.population(overview.dated.customers),
        tell=lambda name: tell(f"four questions of {name}"),
    )
    before = as_of - PERIOD
    if before <= standpoint.tables.first:
        return Report(standpoint.config.name, overview, examinations, {}, _too_young(before))
    tell(f"movement since {before:%Y-%m-%d}")
    customers = (standpoint.customers(before), overview.dated.customers)
    told = Told(overview.currency, overview.origin, standpoint.caution(before))
    movements = {
        one.scheme.name: movement_of(one.scheme, one.fitted, customers, told)
        for one in overview.schemes
    }
    return Report(standpoint.config.name, overview, examinations, movements, told.caution)


def _too_young(before: datetime) -> Words:
    return Words(
        f"The data does not reach back to {before:%Y-%m-%d}, {PERIOD.days} days before, so no "
        "movement is shown.",
        f"数据未覆盖到{PERIOD.days}天前的{before:%Y-%m-%d}，因此不显示迁移情况。",
    )
