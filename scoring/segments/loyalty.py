"""Who is loyal: a mark beside the lifecycle's state, by tenure and by orders in a year."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from features.feature import Words
from scoring.segments.customers import Customers
from scoring.segments.timeline import Timeline

ORDERS = "orders_last_365_days"


@dataclass(frozen=True)
class Loyalty:
    """What it takes.

    Attributes:
        tenure_days: Least days since the first purchase.
        orders: Least orders in 365 days; None where nobody had the tenure to learn it from.
    """

    tenure_days: int
    orders: int | None

    @classmethod
    def fit(
        cls, customers: Customers, *, tenure_days: int, orders: int | None, silent_days: int
    ) -> Self:
        """Settle how many orders it takes.

        Where `orders` is None: the third quartile of those with the tenure who have not churned,
        and at least 2.
        """
        candidates = (customers.column("days_since_first_order") >= tenure_days) & (
            customers.column("days_since_last_order") < silent_days
        )
        if orders is None and candidates.any():
            found = customers.column(ORDERS)[candidates]
            orders = max(2, int(np.quantile(found, 0.75, method="inverted_cdf")))
        return cls(tenure_days, orders)

    def holds(self, customers: Customers, line: Timeline) -> NDArray[np.bool_]:
        """Whether tenure and orders suffice, shape (customers,)."""
        least = np.inf if self.orders is None else self.orders
        unpaused = line.running & (customers.column("pauses") == 0)
        often = (customers.column(ORDERS) >= least) | unpaused
        return np.asarray((line.begun >= self.tenure_days) & often, dtype=np.bool_)

    def in_words(self) -> Words:
        """The condition, without the state that it stands beside."""
        if self.orders is None:
            return Words(
                f"first purchase at least {self.tenure_days} days ago and, never having ordered, "
                "a running subscription never paused; by orders nobody yet, as nobody stayed so "
                "long",
                f"首次购买距今至少{self.tenure_days}天,从未下单但订阅有效且从未中断;"
                "尚无客户下单满此时长,故暂无按订单认定者",
            )
        return Words(
            f"first purchase at least {self.tenure_days} days ago and at least {self.orders} "
            "orders in 365 days or, never having ordered, a running subscription never paused",
            f"首次购买距今至少{self.tenure_days}天,且365天内下单不少于{self.orders}单"
            "(从未下单者:订阅有效且从未中断)",
        )
