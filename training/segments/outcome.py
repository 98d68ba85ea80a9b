"""Who left in the last horizon that is over: what labels were followed by."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from features.feature import Words
from scoring.churn_definition import ELIGIBLE
from scoring.segments.customers import Customers
from scoring.segments.scheme import Fitted
from training.labels import churned
from training.segments.standpoint import Standpoint

NO_ORDERS = Words(
    "Whether customers left is read from orders; add [tables.orders].",
    "客户是否流失以订单判断；请添加[tables.orders]。",
)


@dataclass(frozen=True)
class Outcome:
    """What became of those who could still leave.

    Attributes:
        as_of: The date at which they were labelled, one reach before the end.
        until: The date by which they had ordered again or left.
        customers: The eligible at that date.
        churned: Shape (customers,).
        learned_until: Where the champion was made from such outcomes, until when; labels that
            come from its scores then look better than they are.
    """

    as_of: datetime
    until: datetime
    customers: Customers
    churned: NDArray[np.bool_]
    learned_until: datetime | None

    def counts(self, fitted: Fitted) -> NDArray[np.int64]:
        """Eligible and churned of each label, of none last. Shape (labels + 1, 2)."""
        positions = fitted.label(self.customers).positions
        count = len(fitted.labels) + 1
        places = np.where(positions < 0, count - 1, positions)
        return np.column_stack(
            [np.bincount(some, minlength=count) for some in (places, places[self.churned])]
        )

    def in_words(self) -> Words:
        """What the rates rest on."""
        number = len(self.customers)
        rate = f"{self.churned.mean():.1%}" if number else ""
        left = f"{self.churned.sum():,}"
        said = Words(
            f"Observed churn: of {number:,} customers who could still leave at "
            f"{self.as_of:%Y-%m-%d}, labelled as of then, {left}"
            f"{f' ({rate})' if rate else ''} had left by {self.until:%Y-%m-%d}.",
            f"实际流失率：{self.as_of:%Y-%m-%d}可流失的{number:,}位客户（按当日打标）中，"
            f"至{self.until:%Y-%m-%d}有{left}位流失{f'（{rate}）' if rate else ''}。",
        )
        if self.learned_until is None or self.learned_until <= self.as_of:
            return said
        seen = f"{self.learned_until:%Y-%m-%d}"
        return Words(
            f"{said.en} The champion learned from outcomes up to {seen}, so its own tiers look "
            "better here than they are.",
            f"{said.zh}当前模型用到了截至{seen}的结果，由其评分得出的等级在此会显得偏好。",
        )


def last_outcome(standpoint: Standpoint, as_of: datetime) -> Outcome | Words:
    """Label everyone one reach before a date and see who left; or why that cannot be.

    Args:
        standpoint: With the project's churn definition.
        as_of: Outcomes after it are not looked at.
    """
    tables, churn = standpoint.tables, standpoint.config.churn
    if "orders" not in tables.rows:
        return NO_ORDERS
    last = tables.reports["orders"].last
    end = datetime.combine(min(as_of, last) if last else as_of, time())
    start = end - churn.reach
    if start <= tables.first:
        return _too_short(tables.first, churn.reach)
    customers = standpoint.customers(start)
    eligible = customers.where(churn.statuses(customers.rows) == ELIGIBLE)
    left = churned(tables, churn, eligible.rows) if len(eligible) else np.zeros(0, dtype=bool)
    return Outcome(start, end, eligible, left, standpoint.learned_until)


def _too_short(first: datetime, reach: timedelta) -> Words:
    return Words(
        f"No horizon of {reach.days} days is over since the first order on {first:%Y-%m-%d}, so "
        "nobody can be seen to have left.",
        f"自{first:%Y-%m-%d}首单以来尚无完整的{reach.days}天观察期，暂无法得知谁已流失。",
    )
