"""Needs: functional, emotional or social, by what a customer buys and writes more than others.

Every shop sells mostly one kind of thing, so the plain majority would put everyone in one class:
a theme's share in a customer's matches is held against its share in everyone's. A theme needs a
few matches of its own, as a single word of a rare theme would be many times everyone's share.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from pydantic import Field, field_validator

from features.feature import Words
from features.themes import Theme
from scoring.segments import need_themes
from scoring.segments.customers import Customers
from scoring.segments.scheme import (
    Fact,
    Fitted,
    Label,
    Labels,
    Off,
    Population,
    Scheme,
    Settings,
)

NAMES = {
    "functional": Words("Functional needs", "功能需求"),
    "emotional": Words("Emotional needs", "情感需求"),
    "social": Words("Social needs", "社交需求"),
}
LABELS = (
    *(Label(code, name) for code, name in NAMES.items()),
    Label("unknown", Words("Unknown needs", "需求未知")),
)
UNKNOWN = 3
COLUMNS = tuple(Theme(name).column for name in NAMES)


class ThemeSettings(Settings):
    """What tells a theme."""

    keywords: tuple[str, ...] = Field(
        default=(), description="Words in texts and in names of categories, in any language."
    )
    categories: tuple[str, ...] = Field(
        default=(), description="Whole names of categories of the shop."
    )

    @field_validator("keywords", "categories")
    @classmethod
    def _not_blank(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        if any(not word.strip() for word in words):
            raise ValueError("a keyword or category must not be blank")
        return words


class NeedsSettings(Settings):
    """The theme table; a theme that is given here replaces the one that comes with Retinue."""

    functional: ThemeSettings = Field(
        default=ThemeSettings(keywords=need_themes.FUNCTIONAL), description="What works and saves."
    )
    emotional: ThemeSettings = Field(
        default=ThemeSettings(keywords=need_themes.EMOTIONAL), description="What pleases."
    )
    social: ThemeSettings = Field(
        default=ThemeSettings(keywords=need_themes.SOCIAL), description="What is shared or shown."
    )
    least_matches: int = Field(
        default=3, ge=1, description="Fewer order lines and texts of a theme are no sign of it."
    )
    least_lean: float = Field(
        default=1.1, ge=1, description="A theme's share, as a multiple of everyone's, that tells."
    )

    @property
    def themes(self) -> tuple[Theme, ...]:
        """What tables are opened with and features/traits.py counts."""
        return tuple(
            Theme(name, getattr(self, name).keywords, getattr(self, name).categories)
            for name in NAMES
        )


@dataclass(frozen=True)
class Needs:
    """How common each theme is.

    Attributes:
        shares: Of all matches of the population, by theme in the order of `NAMES`; they sum to 1.
        least_matches: Fewer matches of a theme are no sign of it.
        least_lean: From which multiple of the share a customer leans to a theme.
    """

    shares: tuple[float, ...]
    least_matches: int
    least_lean: float

    @property
    def labels(self) -> tuple[Label, ...]:
        """Functional, emotional, social and unknown."""
        return LABELS

    def label(self, customers: Customers) -> Labels:
        """Everyone has a class: who leans nowhere, or is hardly known, is unknown."""
        zero = np.zeros(len(customers))
        counts = np.column_stack([customers.traits.get(name, zero) for name in COLUMNS])
        total = counts.sum(axis=1)
        expected = total[:, None] * np.array(self.shares)
        enough = (counts >= self.least_matches) & (expected > 0)
        # Shares are rounded: a lean just on the bound counts as reaching it.
        leans = np.divide(counts, expected, out=np.zeros(counts.shape), where=enough).round(9)
        lean = leans.max(axis=1)
        return Labels(
            np.where(lean >= self.least_lean, leans.argmax(axis=1), UNKNOWN),
            dict(zip(COLUMNS, counts.T, strict=True)) | {"lean": np.where(lean > 0, lean, np.nan)},
        )

    def rule(self) -> Words:
        """How common each theme is, and how much more tells."""
        shares = list(zip(NAMES.values(), self.shares, strict=True))
        return Words(
            "Order lines by category and texts of the last 365 days are matched with the theme "
            "table of [segments.needs]. Of everyone's matches "
            + ", ".join(f"{share:.0%} are {name.en.lower()}" for name, share in shares)
            + f". Of the themes with at least {self.least_matches} matches, a customer has the "
            "need whose share in all their matches is the largest multiple of that, if it is at "
            f"least {self.least_lean:g} times; everyone else is unknown.",
            "将最近365天的订单行(按品类)和文字反馈与[segments.needs]主题表匹配。全体匹配中"
            + "、".join(f"{name.zh}占{share:.0%}" for name, share in shares)
            + f"。在匹配不少于{self.least_matches}次的主题中,取客户自身占比相对全体占比倍数最高者,"
            f"且须不低于{self.least_lean:g}倍;其余为未知。",
        )

    def explain(self, facts: Mapping[str, Fact]) -> Words:
        """Matches by theme and how far the largest is from everyone's."""
        counts = [(name, facts[column] or 0) for name, column in zip(NAMES, COLUMNS, strict=True)]
        found = Words(
            "matches: " + ", ".join(f"{count:,.0f} {name}" for name, count in counts),
            "匹配:" + "、".join(f"{NAMES[name].zh}{count:,.0f}次" for name, count in counts),
        )
        if facts["lean"] is None:
            return Words(f"{found.en}; too few to tell", f"{found.zh};次数太少,无法判断")
        return Words(
            f"{found.en}; the strongest lean is {facts['lean']:.2f} times everyone's share",
            f"{found.zh};最强倾向为全体占比的{facts['lean']:.2f}倍",
        )


def fit(population: Population, settings: NeedsSettings) -> Fitted | Off:
    """Each theme's share in everyone's matches."""
    traits = population.customers.traits
    sums = [float(np.sum(traits[name])) if name in traits else 0.0 for name in COLUMNS]
    if sum(found > 0 for found in sums) < 2:
        return Off(_too_little(sums))
    total = sum(sums)
    return Needs(
        tuple(found / total for found in sums), settings.least_matches, settings.least_lean
    )


def _too_little(sums: list[float]) -> Words:
    found = [name for name, matches in zip(NAMES.values(), sums, strict=True) if matches]
    seen = Words(
        f"only {found[0].en.lower()} were found" if found else "no theme was found",
        f"只发现了{found[0].zh}" if found else "未发现任何主题",
    )
    return Words(
        f"{seen.en} in the categories bought and texts written in 365 days, and a lean needs two; "
        "map category in [tables.orders] or text in [tables.feedback], and add your own keywords "
        "and categories to [segments.needs]",
        f"最近365天的购买品类和文字反馈中{seen.zh},而判断倾向至少需要两个主题;请在[tables.orders]中映射"
        "category或在[tables.feedback]中映射text,并在[segments.needs]中补充关键词和品类",
    )


NEEDS = Scheme(
    "needs",
    Words("Needs", "需求类型"),
    1,
    NeedsSettings,
    Needs,
    fit,
    unlabelled=Words("nobody: who leans nowhere is unknown", "无:没有明显倾向者归入未知"),
)
