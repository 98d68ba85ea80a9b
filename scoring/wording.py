"""Numbers and reasons as a person would write them, in English and in Chinese."""

import math
from functools import partial

from features.feature import (
    CURRENCY,
    DAYS,
    LEVEL,
    MINUTES,
    NEVER_NULL,
    NUMBER,
    POINTS,
    RATIO,
    SHARE,
    WEEKS,
    YEARS,
    YES_NO,
    Described,
    Language,
    Unit,
    Words,
)

ASSOCIATED = {
    True: Words("associated with higher risk", "与更高的流失风险相关"),
    False: Words("associated with lower risk", "与更低的流失风险相关"),
}
TYPICALLY = Words(" (typical: {})", "（一般：{}）")
ABOUT = Words(" (about the typical {})", "（与一般的{}相近）")
AS_TYPICAL = Words(" (as is typical)", "（与一般情况相同）")
NEAR = 0.2  # of the typical value: a difference that nobody would call one
LESS_THAN_A_DAY = Words("less than a day", "不到1天")
NOT_KNOWN = Words("not known", "未知")
UNCHANGED = Words("unchanged", "持平")
YES, NO = Words("yes", "是"), Words("no", "否")
LEAST = 0.01  # what is smaller is said to be less than this

WITHOUT_A_WORD = (CURRENCY, SHARE, LEVEL, YES_NO, NUMBER)
# Of what is measured and not counted there are 0, not "no".
MEASURED = (DAYS, WEEKS, YEARS, MINUTES, RATIO, POINTS)
MONEY_IN_CHINESE = {
    "CNY": "元",
    "EUR": "欧元",
    "GBP": "英镑",
    "HKD": "港元",
    "JPY": "日元",
    "TWD": "新台币",
    "USD": "美元",
}


def stated(
    feature: Described,
    value: float | None,
    typical: float | None,
    currency: str,
    language: Language,
) -> str:
    """What is so of a customer, beside what is typical: `61 days since ... (typical: 5 days)`.

    Args:
        feature: What the value is of.
        value: The customer's; None for null.
        typical: Of other customers; None where null is typical.
        currency: Code of the currency that money is in.
        language: Of the words.
    """
    nothing = (NOT_KNOWN if feature.null is NEVER_NULL else feature.null).said(language)
    if value is None:
        return nothing if typical is not None else f"{nothing}{AS_TYPICAL.said(language)}"
    phrase = feature.phrase.said(language)
    said = partial(_said, feature, changing="{change}" in phrase, money=currency, language=language)
    own = said(value)
    fact = phrase.format(value=own, change=own)
    if typical is None:
        return f"{fact}{TYPICALLY.said(language).format(nothing)}"
    usual = said(typical)
    if usual == own:
        return f"{fact}{AS_TYPICAL.said(language)}"
    near = "{value}" in phrase and abs(value - typical) <= NEAR * abs(typical)
    return f"{fact}{(ABOUT if near else TYPICALLY).said(language).format(usual)}"


def _said(
    feature: Described, value: float, *, changing: bool, money: str, language: Language
) -> str:
    if changing:
        return changed(value, feature.unit, money, language)
    if value == 0 and feature.name.startswith("days_since_"):
        return LESS_THAN_A_DAY.said(language)
    return with_unit(value, feature.unit, money, language)


def with_unit(value: float, unit: Unit, currency: str, language: Language) -> str:
    """A number and its unit: `1 day`, `no orders`, `USD 1,204.50`; `1天`, `0单`, `1,204.50美元`."""
    written = number(value, unit, language)
    if language == "zh":
        if unit is CURRENCY:
            return f"{written}{MONEY_IN_CHINESE.get(currency, ' ' + currency)}"
        return f"{written}{unit.zh}"
    if unit is CURRENCY:
        return f"{currency} {written}"
    if unit in WITHOUT_A_WORD:
        return written
    if written == "0" and unit not in MEASURED:
        return f"no {unit.many}"
    return f"{written} {unit.one if written == '1' else unit.many}"


def changed(value: float, unit: Unit, currency: str, language: Language) -> str:
    """A difference and its direction: `down 3 orders`, `unchanged`; `减少3单`, `持平`."""
    if value == 0:
        return UNCHANGED.said(language)
    size = with_unit(abs(value), unit, currency, language)
    if language == "en":
        return f"{'up' if value > 0 else 'down'} {size}"
    if unit is LEVEL:
        return f"{'上升' if value > 0 else '下降'}{size}"
    return f"{'增加' if value > 0 else '减少'}{size}"


def number(value: float, unit: Unit, language: Language) -> str:
    """Money with cents, shares in percent, whole numbers whole, the rest rounded."""
    if unit is YES_NO:
        return (YES if value else NO).said(language)
    if unit is CURRENCY:
        return f"{value:,.2f}"
    if unit is SHARE:
        return f"{100 * value:,.0f} %" if language == "en" else f"{100 * value:,.0f}%"
    if unit is LEVEL:
        return f"{value:.2f}"
    if 0 < abs(value) < LEAST:
        return "less than 0.01" if language == "en" else "不到0.01"
    decimals = 2 if abs(value) < 1 else 1 if abs(value) < 100 else 0
    written = f"{value:,.{decimals}f}"
    return written.rstrip("0").rstrip(".") if decimals and math.isfinite(value) else written
