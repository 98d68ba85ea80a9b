"""Movement of customers and money between the labels of one scheme, from one date to another."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from features.feature import Words
from scoring.segments.money import PARTS_PER_UNIT, sums_of_parts
from scoring.segments.paths import ENTERED, LEFT, NO_LABEL, Labelled, Paths
from scoring.segments.scheme import Label


@dataclass(frozen=True)
class Cell:
    """Customers who moved from one label to another, or stayed.

    Attributes:
        before: Label at the first date; `NO_LABEL` or `ENTERED` where there was none.
        after: Label at the second date; `NO_LABEL` or `LEFT`.
        customers: How many.
        money_before: Their year's money at the first date.
        money_after: At the second.
    """

    before: Label
    after: Label
    customers: int
    money_before: float
    money_after: float


@dataclass(frozen=True)
class Total:
    """All customers of one label at one date; money in whole ten-thousandths is exact."""

    label: Label
    customers: int
    parts: int

    @property
    def money(self) -> float:
        """Money in the project's currency."""
        return self.parts / PARTS_PER_UNIT


@dataclass(frozen=True)
class Migration:
    """The matrix of all movement between two dates.

    Attributes:
        from_date: The first date, ISO 8601.
        to_date: The second.
        rows: Where customers came from: the labels, `NO_LABEL`, `ENTERED`.
        columns: Where they went: the same labels, `NO_LABEL`, `LEFT`.
        customers: Shape (rows, columns), int64.
        parts_before: Likewise, their money at the first date in whole ten-thousandths.
        parts_after: Likewise at the second.
    """

    from_date: str
    to_date: str
    rows: tuple[Label, ...]
    columns: tuple[Label, ...]
    customers: NDArray[np.int64]
    parts_before: NDArray[np.int64]
    parts_after: NDArray[np.int64]

    @classmethod
    def between(cls, before: Labelled, after: Labelled) -> Self:
        """Count customers and money by where they came from and went.

        Raises:
            MigrationError: A customer stands twice at one date.
        """
        return cls.of(Paths.between(before, after))

    @classmethod
    def of(cls, paths: Paths) -> Self:
        """Count customers and money by the ways that were found."""
        side = len(paths.labels) + 2
        cells = paths.places @ np.array([side, 1])
        money = (sums_of_parts(cells, paths.parts[:, date], side**2) for date in (0, 1))
        return cls(
            paths.before.as_of,
            paths.after.as_of,
            (*paths.labels, NO_LABEL, ENTERED),
            (*paths.labels, NO_LABEL, LEFT),
            np.bincount(cells, minlength=side**2).reshape(side, side),
            *(parts.reshape(side, side) for parts in money),
        )

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Those that hold anyone, row by row."""
        return tuple(self._cell(i, j) for i, j in np.argwhere(self.customers).tolist())

    @property
    def before(self) -> tuple[Total, ...]:
        """Sizes at the first date, `NO_LABEL` last: row totals without who entered."""
        sums = zip(
            self.rows, self.customers.sum(axis=1), self.parts_before.sum(axis=1), strict=True
        )
        return tuple(Total(label, int(n), int(parts)) for label, n, parts in sums)[:-1]

    @property
    def after(self) -> tuple[Total, ...]:
        """Sizes at the second date, `NO_LABEL` last: column totals without who left."""
        sums = zip(
            self.columns, self.customers.sum(axis=0), self.parts_after.sum(axis=0), strict=True
        )
        return tuple(Total(label, int(n), int(parts)) for label, n, parts in sums)[:-1]

    @property
    def entered(self) -> Total:
        """Who was not known at the first date, with their money at the second."""
        return Total(ENTERED, int(self.customers[-1].sum()), int(self.parts_after[-1].sum()))

    @property
    def left(self) -> Total:
        """Who is no longer known at the second date, with their money at the first."""
        return Total(LEFT, int(self.customers[:, -1].sum()), int(self.parts_before[:, -1].sum()))

    @property
    def known_at_both(self) -> int:
        """Customers who neither entered nor left."""
        return int(self.customers[:-1, :-1].sum())

    @property
    def moved(self) -> int:
        """Customers known at both dates whose label is another, or came or went."""
        return self.known_at_both - int(np.trace(self.customers[:-1, :-1]))

    @property
    def share_moved(self) -> float | None:
        """Share of `known_at_both`; None where nobody is."""
        return self.moved / self.known_at_both if self.known_at_both else None

    def in_words(self) -> Words:
        """How many moved, entered and left."""
        both, moved, entered, left = (
            self.known_at_both,
            self.moved,
            self.entered.customers,
            self.left.customers,
        )
        share_en = f" ({self.share_moved:.1%})" if both else ""
        return Words(
            f"From {self.from_date} to {self.to_date}, {moved:,}{share_en} of {both:,} customers "
            f"known at both dates changed their label; {entered:,} entered and {left:,} left.",
            f"{self.from_date}至{self.to_date}:两个日期均在册的{both:,}位客户中,"
            f"{moved:,}位的标签有变化{share_en.strip()};另有{entered:,}位新进入、{left:,}位已离开。",
        )

    def _cell(self, i: int, j: int) -> Cell:
        return Cell(
            self.rows[i],
            self.columns[j],
            int(self.customers[i, j]),
            int(self.parts_before[i, j]) / PARTS_PER_UNIT,
            int(self.parts_after[i, j]) / PARTS_PER_UNIT,
        )
