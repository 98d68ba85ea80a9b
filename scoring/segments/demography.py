"""Demography: the combination of attributes such as income band that the project names."""

from pydantic import Field

from features.feature import Words
from scoring.segments.combinations import (
    INCOMPLETE,
    Combinations,
    CombinationSettings,
    fit_combinations,
)
from scoring.segments.scheme import Fitted, Off, Population, Scheme


class DemographySettings(CombinationSettings):
    """Who customers are."""

    attributes: tuple[str, ...] = Field(
        default=(), description='Of the customers table: ["income_band"]; none is off.'
    )


def fit(population: Population, settings: DemographySettings) -> Fitted | Off:
    """Labels for the most common combinations; off until the project names attributes."""
    if settings.attributes:
        return fit_combinations(population.customers, settings)
    return Off(
        Words(
            'off until the project asks for it: set attributes = ["income_band"], say, in '
            "[segments.demography]; age_band, gender and the like also take sensitive = true",
            '默认关闭:请在[segments.demography]中设置,如attributes = ["income_band"];'
            "age_band、gender等敏感属性还须设置sensitive = true",
        )
    )


DEMOGRAPHY = Scheme(
    "demography",
    Words("Demography", "人口特征"),
    1,
    DemographySettings,
    Combinations,
    fit,
    unlabelled=INCOMPLETE,
)
