"""Accessible: may the customers of a label be reached by a channel that they consented to?"""

from dataclasses import dataclass
from typing import Self

from features.feature import Words
from scoring.segments.sizes import Size, Sizes
from training.segments.levels import Levels, Status
from training.segments.substantial import is_substantial

UNKNOWN = Words(
    "Nobody's consent is known; map consent_email or consent_phone in [tables.customers], "
    "timeless or beside a known_at.",
    "没有任何客户的联系许可记录;请在[tables.customers]中映射consent_email或consent_phone,"
    "并声明为timeless或同时提供known_at。",
)


@dataclass(frozen=True)
class Accessible:
    """The third question.

    Attributes:
        status: Weak if some substantial label is out of reach, fails if all are; unknown without
            consents, or where no label is substantial.
        reachable_share: Of all customers; None where nobody's consent is known.
        out_of_reach: Substantial labels below the level, in the scheme's order.
        levels: That it was judged by.
    """

    status: Status
    reachable_share: float | None
    out_of_reach: tuple[Size, ...]
    levels: Levels

    @classmethod
    def of(cls, sizes: Sizes, levels: Levels) -> Self:
        """Hold each substantial label's reach against the level."""
        if sizes.reachable_share is None:
            return cls("unknown", None, (), levels)
        large = [size for size in sizes.labels if is_substantial(size, levels)]
        if not large:
            return cls("unknown", sizes.reachable_share, (), levels)
        below = tuple(
            size for size in large if (size.reachable_share or 0) < levels.least_reachable
        )
        status: Status = "weak" if below else "passes"
        if len(below) == len(large):
            status = "fails"
        return cls(status, sizes.reachable_share, below, levels)

    def in_words(self) -> Words:
        """Who may be reached, and which labels hardly can."""
        if self.reachable_share is None:
            return UNKNOWN
        least = self.levels.least_reachable
        found = Words(
            f"{self.reachable_share:.1%} of customers consent to e-mail or phone",
            f"{self.reachable_share:.1%}的客户同意邮件或电话联系",
        )
        if self.status == "unknown":
            return Words(
                f"{found.en}; no label is large enough to ask it of.",
                f"{found.zh};没有足够大的标签可供判断。",
            )
        if not self.out_of_reach:
            return Words(
                f"{found.en}, and at least {least:.0%} of each label that is large enough.",
                f"{found.zh},各规模足够的标签均不低于{least:.0%}。",
            )
        names_en = ", ".join(_reach(size, "en") for size in self.out_of_reach)
        names_zh = "、".join(_reach(size, "zh") for size in self.out_of_reach)
        return Words(
            f"{found.en}; fewer than {least:.0%} of {names_en}.",
            f"{found.zh};低于{least:.0%}的标签:{names_zh}。",
        )


def _reach(size: Size, language: str) -> str:
    share = f"({size.reachable_share or 0:.1%})"
    return f"{size.label.name.en} {share}" if language == "en" else f"{size.label.name.zh}{share}"
