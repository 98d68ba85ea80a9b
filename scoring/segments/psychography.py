"""Psychography: the combination of interests, lifestyle or values that the project names."""

from pydantic import Field

from features.feature import Words
from scoring.segments.combinations import (
    INCOMPLETE,
    Combinations,
    CombinationSettings,
    fit_combinations,
)
from scoring.segments.scheme import Fitted, Off, Population, Scheme


class PsychographySettings(CombinationSettings):
    """What customers care for."""

    attributes: tuple[str, ...] = Field(
        default=(), description='Of the customers table: ["lifestyle", "values"]; none is off.'
    )


def fit(population: Population, settings: PsychographySettings) -> Fitted | Off:
    """Labels for the most common combinations; off until the project names attributes."""
    if settings.attributes:
        return fit_combinations(population.customers, settings)
    return Off(
        Words(
            "off until the project asks for it: map attributes such as interests, lifestyle or "
            "values in [tables.customers.columns], and name them in [segments.psychography], "
            'say attributes = ["lifestyle"]',
            "默认关闭:请在[tables.customers.columns]中映射兴趣、生活方式、价值观等属性,"
            '并在[segments.psychography]中列出,如attributes = ["lifestyle"]',
        )
    )


PSYCHOGRAPHY = Scheme(
    "psychography",
    Words("Psychography", "心理特征"),
    1,
    PsychographySettings,
    Combinations,
    fit,
    unlabelled=INCOMPLETE,
)
