"""What a bundle holds of a model whose features the project brought: columns, recipe, caveats."""

from collections.abc import Mapping
from dataclasses import dataclass

from features.feature import Words
from features.own.schema import UNKNOWN, OwnFeatures
from scoring.segments.scheme import Off

NO_KNOWLEDGE = (
    "the table has no dates, so nothing can tell whether a column knows the future: one that was "
    "written after a customer left makes every figure too good"
)
NO_TIME = (
    "customers were held out, not later dates: that the model will hold for a later time is not "
    "tested"
)
NO_DAY = (
    "the day that the table describes is not known, nor within how long those marked have left; "
    "say as_of in [own_features]"
)
NO_SPAN = (
    "the table describes {as_of}, and does not say within how long those marked as churned left"
)
NO_ORDERS = Off(
    Words(
        "it needs dated orders or subscriptions, and [own_features] brings none; map [tables.*]",
        "需要带日期的订单或订阅，而[own_features]没有提供；请改用[tables.*]",
    )
)


@dataclass(frozen=True)
class OwnPart:
    """The content of a bundle's own_features.json.

    Attributes:
        features: The columns, with the stored vocabularies.
        group: The column by which customers were held out; None for each by itself.
        settings: LightGBM's, by which the model can be made and judged again.
        seed: Likewise.
    """

    features: OwnFeatures
    group: str | None
    settings: Mapping[str, bool | int | float]
    seed: int

    @property
    def caveats(self) -> tuple[str, ...]:
        """What cannot be promised without dates."""
        return caveats(self.features.as_of)


def caveats(as_of: str) -> tuple[str, ...]:
    """What cannot be promised of a table of one row per customer.

    Args:
        as_of: ISO 8601 date that it describes, or `unknown`.
    """
    day = NO_DAY if as_of == UNKNOWN else NO_SPAN.format(as_of=as_of)
    return (NO_KNOWLEDGE, NO_TIME, day)
