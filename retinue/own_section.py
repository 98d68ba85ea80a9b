"""The `[own_features]` section: one table of one row per customer, in place of dated tables."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic import Field

from features.feature import Words
from features.own.reading import OwnSource
from features.own.schema import UNKNOWN
from retinue.table_section import PlaceSection, Section, place_of


class SpokenSection(Section):
    """How reasons call a column."""

    en: str = Field(description="In English.")
    zh: str | None = Field(default=None, description="In Chinese; as in English if absent.")


class OwnFeaturesSection(PlaceSection):
    """Features of your own: a table of one row per customer with a label, and no dates."""

    customer_id: str = Field(description="The column of ids.")
    label: str = Field(description="The column that says who churned.")
    churned: str | int | bool = Field(description="What it says of those who churned.")
    group: str | None = Field(
        default=None,
        description="Customers alike in this column, a household or a shop, are held out together.",
    )
    as_of: date | None = Field(
        default=None, description="The day that the table describes; not known if absent."
    )
    exclude: list[str] = Field(
        default_factory=list, description="Columns that are no features of the model."
    )
    names: dict[str, SpokenSection] = Field(
        default_factory=dict, description="How reasons call a column."
    )
    value: str | None = Field(
        default=None,
        description="The column that says what a customer brings in a period, such as a monthly "
        "fee, in `currency`: value at risk is churn probability times it.",
    )


def own_source_of(
    section: OwnFeaturesSection, folder: Path, environment: Mapping[str, str]
) -> OwnSource:
    """What the section describes.

    Raises:
        ProjectError: A password stands in the file, a `${NAME}` is not in the environment, or a
            database's table is not named.
    """
    return OwnSource(
        place=place_of("[own_features]", section, folder, environment),
        customer_id=section.customer_id,
        label=section.label,
        churned=as_text(section.churned),
        group=section.group,
        as_of=section.as_of.isoformat() if section.as_of else UNKNOWN,
        exclude=tuple(section.exclude),
        names={
            column: Words(spoken.en, spoken.zh or spoken.en)
            for column, spoken in section.names.items()
        },
        value=section.value,
    )


def as_text(churned: str | int | bool) -> str:
    """The value as the table's text has it."""
    return str(churned).lower() if isinstance(churned, bool) else str(churned)
