"""What a bundle holds of a model whose features the project brought: columns, recipe, caveats."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from features.feature import Language, Words
from features.own.schema import UNKNOWN, OwnColumn, OwnFeatures
from scoring.reasons import Reason
from scoring.segments.scheme import Off
from scoring.wording import stated

NO_KNOWLEDGE = Words(
    "the table has no dates, so nothing can tell whether a column knows the future: one that was "
    "written after a customer left makes every figure too good",
    "该表没有日期，无法判断某一列是否包含未来信息：若某列是在客户流失之后才写入的，所有指标都会虚高",
)
NO_TIME = Words(
    "customers were held out, not later dates: that the model will hold for a later time is not "
    "tested",
    "验证时留出的是客户而非更晚的日期：模型在以后是否依然有效，未经检验",
)
NO_DAY = Words(
    "the day that the table describes is not known, nor within how long those marked have left; "
    "say as_of in [own_features]",
    "不知道该表描述的是哪一天，也不知道流失客户是在多长时间内离开的；请在[own_features]中填写as_of",
)
NO_SPAN = Words(
    "the table describes {as_of}, and does not say within how long those marked as churned left",
    "该表描述的是{as_of}，但没有说明流失客户是在多长时间内离开的",
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
        value: The column whose money the risk tiers were made with; None for none.
        trials: Of the search that begins with the settings; None where there was none.
    """

    features: OwnFeatures
    group: str | None
    settings: Mapping[str, bool | int | float]
    seed: int
    value: str | None = None
    trials: int | None = None

    @property
    def caveats(self) -> tuple[Words, ...]:
        """What cannot be promised without dates."""
        return caveats(self.features.as_of)

    def told(self, reason: Reason) -> Reason:
        """A reason with what it says of the project's own column; categories have no middle."""
        column = next(one for one in self.features.columns if one.name == reason.feature)
        if column.kind == "category":
            reason = replace(reason, typical=None)
        return replace(reason, told=Words(_fact(column, reason, "en"), _fact(column, reason, "zh")))


def caveats(as_of: str) -> tuple[Words, ...]:
    """What cannot be promised of a table of one row per customer.

    Args:
        as_of: ISO 8601 date that it describes, or `unknown`.
    """
    if as_of == UNKNOWN:
        return (NO_KNOWLEDGE, NO_TIME, NO_DAY)
    span = Words(NO_SPAN.en.format(as_of=as_of), NO_SPAN.zh.format(as_of=as_of))
    return (NO_KNOWLEDGE, NO_TIME, span)


def _fact(column: OwnColumn, reason: Reason, language: Language) -> str:
    if column.kind == "number":
        return stated(column, reason.value, reason.typical, "", language)
    if reason.value is None:
        return column.null.said(language)
    name = column.category(reason.value).said(language)
    return column.phrase.said(language).format(value=name)
