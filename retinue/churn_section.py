"""The `[churn]` section: one of several definitions, each with keys of its own."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import Discriminator, Field, StringConstraints, Tag, model_validator

from retinue.table_section import Section
from scoring.churn_definition import Cadence, ChurnDefinition, Event, Inactivity, SubscriptionEnd

LONGEST_DAYS = 3650
NAMES = ("inactivity", "cadence", "subscription_end", "event")
Kind = Annotated[str, StringConstraints(min_length=1)]
Horizon = Annotated[int, Field(gt=0, le=LONGEST_DAYS, description="Length of the label window.")]
Gap = Annotated[
    int,
    Field(
        ge=0,
        le=LONGEST_DAYS,
        description="Days from the as-of date to the label window, to act in.",
    ),
]


class InactivitySection(Section):
    """What churn means: no order in the horizon."""

    definition: Literal["inactivity"] = Field(
        default="inactivity", description="Churn is no order in the horizon."
    )
    silent_days: int = Field(
        gt=0,
        le=LONGEST_DAYS,
        description="Days without an order after which a customer counts as gone already.",
    )
    horizon_days: Horizon
    gap_days: Gap = 0
    minimum_tenure_days: int = Field(
        default=0,
        ge=0,
        le=LONGEST_DAYS,
        description="A customer whose first order is more recent is too new.",
    )


class CadenceSection(Section):
    """What churn means: silence of so many of one's own usual gaps between orders."""

    definition: Literal["cadence"] = Field(
        description="Churn is no order in the horizon and, by its end, so long a silence."
    )
    usual_gaps: float = Field(
        ge=1,
        le=100,
        description="Silence in one's own usual gaps after which a customer counts as gone.",
    )
    silent_days: int = Field(
        gt=0,
        le=LONGEST_DAYS,
        description="Silence in days that counts for customers with fewer than least_orders.",
    )
    horizon_days: Horizon
    least_orders: int = Field(
        default=4, ge=2, le=1000, description="With fewer orders nobody has a usual gap."
    )
    gap_days: Gap = 0
    minimum_tenure_days: int = Field(
        default=0,
        ge=0,
        le=LONGEST_DAYS,
        description="A customer whose first order is more recent is too new.",
    )


class SubscriptionEndSection(Section):
    """What churn means: a subscription ends and none runs after a grace."""

    definition: Literal["subscription_end"] = Field(
        description="Churn is the end of a subscription in the horizon, if none runs afterwards."
    )
    horizon_days: Horizon
    grace_days: int = Field(
        default=0,
        ge=0,
        le=LONGEST_DAYS,
        description="A subscription that runs so many days after that end undoes it.",
    )
    silent_days: int = Field(
        default=91,
        gt=0,
        le=LONGEST_DAYS,
        description="Days without an order after which the lifecycle calls a customer churned.",
    )
    minimum_tenure_days: int = Field(
        default=0,
        ge=0,
        le=LONGEST_DAYS,
        description="A subscriber whose first subscription is more recent is too new.",
    )


class EventSection(Section):
    """What churn means: that a customer does something, or no longer does it."""

    definition: Literal["event"] = Field(
        description="Churn is an event of some kind in the horizon, or the want of one."
    )
    kind: Kind | Annotated[list[Kind], Field(min_length=1)] = Field(
        description="The kind in [tables.events], or a list of kinds of which any counts."
    )
    means: Literal["did", "did_not"] = Field(
        description="`did`: churn is such an event in the horizon; `did_not`: churn is none in it."
    )
    horizon_days: Horizon
    recent_days: int | None = Field(
        default=None,
        gt=0,
        le=LONGEST_DAYS,
        description="With `did_not`, required: who did none in so many days counts as gone already."
        " With `did`: who did one in so many days counts as gone; absent: ever.",
    )
    gap_days: Gap = 0
    silent_days: int = Field(
        default=91,
        gt=0,
        le=LONGEST_DAYS,
        description="Days without an order after which the lifecycle calls a customer churned.",
    )
    minimum_tenure_days: int = Field(
        default=0,
        ge=0,
        le=LONGEST_DAYS,
        description="A customer whose first order or subscription is more recent is too new.",
    )

    @model_validator(mode="after")
    def _did_not_needs_recent_days(self) -> Self:
        if self.means == "did_not" and self.recent_days is None:
            raise ValueError(
                'means = "did_not" needs recent_days: who did none in so many days counts as gone'
            )
        return self


def _name_of(found: Any) -> str:
    if isinstance(found, Mapping):
        return str(found.get("definition", "inactivity"))
    return str(getattr(found, "definition", "inactivity"))


ChurnSection: TypeAlias = Annotated[
    Annotated[InactivitySection, Tag("inactivity")]
    | Annotated[CadenceSection, Tag("cadence")]
    | Annotated[SubscriptionEndSection, Tag("subscription_end")]
    | Annotated[EventSection, Tag("event")],
    Discriminator(
        _name_of,
        custom_error_type="churn_definition",
        custom_error_message=f"definition must be one of {', '.join(NAMES)}",
    ),
]


def definition_of(section: ChurnSection) -> ChurnDefinition:
    """The definition that a section describes."""
    values = section.model_dump()
    if isinstance(section, CadenceSection):
        return Cadence(**values)
    if isinstance(section, SubscriptionEndSection):
        return SubscriptionEnd(**values)
    if isinstance(section, EventSection):
        kind = values.pop("kind")
        kinds = tuple(sorted({kind} if isinstance(kind, str) else {*kind}))
        return Event(kinds=kinds, **values)
    return Inactivity(**values)
