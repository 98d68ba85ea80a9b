"""Every order feature once more, slowly and plainly: the oracle the catalog is tested against."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from tests.features.streams import Line

NAN = float("nan")


@dataclass
class Order:
    """The known lines of one order, or of the returns under one order id."""

    at: datetime
    amount: float
    units: float
    order_id: str


def slow_features(known: Sequence[Line], as_of: datetime) -> dict[str, float]:
    """Features of one customer from the lines known at `as_of`."""
    purchases, returns = _orders(known, returned=False), _orders(known, returned=True)
    purchases.sort(key=lambda order: (order.at, order.order_id))
    ago = [(as_of - order.at) // timedelta(days=1) for order in purchases]
    gaps = [float(earlier - later) for earlier, later in pairwise(ago)]
    mean_gap = sum(gaps) / len(gaps) if gaps else NAN
    money = [((as_of - o.at) // timedelta(days=1), o.amount) for o in purchases + returns]
    return {
        "days_since_last_order": min(ago, default=NAN),
        "days_since_first_order": max(ago, default=NAN),
        "mean_days_between_orders": mean_gap,
        "longest_days_between_orders": max(gaps, default=NAN),
        "spread_of_days_between_orders": _spread(gaps),
        "silence_over_usual_gap": min(ago) / mean_gap if gaps and mean_gap else NAN,
        "orders_in_total": len(ago),
        **{f"orders_last_{n}_days": sum(d < n for d in ago) for n in (7, 14, 28, 56, 91)},
        "active_weeks_last_13_weeks": len({d // 7 for d in ago if d < 91}),
        "change_in_orders_28_days": sum(d < 28 for d in ago) - sum(28 <= d < 56 for d in ago),
        "spend_in_total": sum(amount for _, amount in money),
        "spend_last_28_days": _spent(money, 0, 28),
        "spend_last_91_days": _spent(money, 0, 91),
        "mean_order_value": sum(o.amount for o in purchases) / len(ago) if ago else NAN,
        "largest_order_value": max((o.amount for o in purchases), default=NAN),
        "change_in_spend_28_days": _zero(_spent(money, 0, 28)) - _zero(_spent(money, 28, 56)),
        "units_per_order": sum(o.units for o in purchases) / len(ago) if ago else NAN,
    }


def _orders(known: Sequence[Line], *, returned: bool) -> list[Order]:
    grouped: dict[str, list[Line]] = defaultdict(list)
    for line in known:
        if (line.is_return or line.amount < 0) == returned:
            grouped[line.order_id].append(line)
    sign = -1 if returned else 1
    return [
        Order(
            at=min(line.ordered_at for line in order),
            amount=sum(sign * abs(line.amount) for line in order),
            units=sum(line.quantity for line in order),
            order_id=order_id,
        )
        for order_id, order in grouped.items()
    ]


def _spread(gaps: list[float]) -> float:
    if len(gaps) < 2:
        return NAN
    mean = sum(gaps) / len(gaps)
    return math.sqrt(sum((gap - mean) ** 2 for gap in gaps) / (len(gaps) - 1))


def _spent(money: list[tuple[int, float]], since: int, until: int) -> float:
    inside = [amount for days, amount in money if since <= days < until]
    return sum(inside) if inside else NAN


def _zero(value: float) -> float:
    return 0.0 if math.isnan(value) else value
