"""Substantial: is every label large enough, in customers or in money, to be worth an effort?"""

from dataclasses import dataclass
from typing import Self

from features.feature import Words
from scoring.segments.sizes import Size, Sizes
from training.segments.levels import Levels, Status


@dataclass(frozen=True)
class Substantial:
    """The second question.

    Attributes:
        status: Weak if some label is too small, fails if fewer than two are large enough.
        sizes: Customers and money of each label.
        small: Labels below the floor, in the scheme's order.
        levels: That it was judged by.
    """

    status: Status
    sizes: Sizes
    small: tuple[Size, ...]
    levels: Levels

    @classmethod
    def of(cls, sizes: Sizes, levels: Levels) -> Self:
        """Hold each label against the floor."""
        small = tuple(size for size in sizes.labels if not is_substantial(size, levels))
        status: Status = "weak" if small else "passes"
        if len(sizes.labels) - len(small) < 2:
            status = "fails"
        return cls(status, sizes, small, levels)

    @property
    def smallest(self) -> Size | None:
        """The label of the fewest customers; None if there is no label."""
        return min(self.sizes.labels, key=lambda size: size.customers, default=None)

    def in_words(self) -> Words:
        """The smallest label, and those below the floor."""
        levels, smallest = self.levels, self.smallest
        if smallest is None:
            return Words("There is no label.", "没有任何标签。")
        found = Words(
            f"The smallest label, {smallest.label.name.en}, holds {smallest.customers:,} customers "
            f"({smallest.share:.1%}){_money(smallest, ' and ', ' of the money')}.",
            f"最小的标签「{smallest.label.name.zh}」有{smallest.customers:,}位客户"
            f"(占{smallest.share:.1%}{_money(smallest, ',金额占', '')})。",
        )
        floor = Words(
            f"{levels.least_share:.0%} of customers or of money, and {levels.least_customers} "
            "customers, are asked for",
            f"要求客户数或金额占比不低于{levels.least_share:.0%},且不少于"
            f"{levels.least_customers}位客户",
        )
        if not self.small:
            return Words(f"{found.en} {floor.en}.", f"{found.zh}{floor.zh}。")
        names_en = ", ".join(size.label.name.en for size in self.small)
        names_zh = "、".join(size.label.name.zh for size in self.small)
        return Words(
            f"{found.en} {floor.en}; too small: {names_en}.",
            f"{found.zh}{floor.zh};过小的标签:{names_zh}。",
        )


def is_substantial(size: Size, levels: Levels) -> bool:
    """Whether a label has customers enough, and its share of them or of the money."""
    share = max(size.share, size.share_of_money or 0.0)
    return size.customers >= levels.least_customers and share >= levels.least_share


def _money(size: Size, before: str, after: str) -> str:
    share = size.share_of_money
    return "" if share is None else f"{before}{share:.1%}{after}"
