"""Features of orders said slowly, in plain Python over one customer's known lines."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from statistics import fmean, stdev

from tests.features.families.plain import NAN, halved, least, most, over, whole_days
from tests.features.streams import Row


@dataclass
class Order:
    """The known lines of one order, or of the returns under one order id."""

    days_ago: int
    amount: Decimal
    units: Decimal | None
    discount: Decimal | None
    lines: int


def slow_orders(lines: Sequence[Row], as_of: datetime) -> dict[str, float]:
    """Features of one customer from the lines known at `as_of`."""
    bought, returned = _orders(lines, as_of, returned=False), _orders(lines, as_of, returned=True)
    ago = sorted((order.days_ago for order in bought), reverse=True)
    gaps = [float(earlier - later) for earlier, later in pairwise(ago)]
    usual = fmean(gaps) if gaps else NAN
    spread = stdev(gaps) if len(gaps) > 1 else NAN
    money = [float(order.amount) for order in bought]
    saved = [order.discount for order in bought if order.discount is not None]
    units = [float(order.units) for order in bought if order.units is not None]
    refunds = -float(sum(order.amount for order in returned))
    every = bought + returned
    return {
        "days_since_last_order": least(ago),
        "days_since_first_order": most(ago),
        "days_since_last_return": least([order.days_ago for order in returned]),
        "mean_days_between_orders": usual,
        "longest_days_between_orders": most(gaps),
        "spread_of_days_between_orders": spread,
        "variation_of_days_between_orders": over(spread, usual),
        "silence_over_usual_gap": over(least(ago), usual),
        "silence_over_longest_gap": over(least(ago), most(gaps)),
        "orders_in_total": len(bought),
        "orders_halved_every_28_days": sum(halved(days, 28) for days in ago),
        "returns_in_total": len(returned),
        "returns_per_order": over(len(returned), len(bought)),
        "spend_in_total": float(sum(order.amount for order in every)),
        "spend_halved_every_28_days": sum(
            float(order.amount) * halved(order.days_ago, 28) for order in every
        ),
        "mean_order_value": fmean(money) if money else NAN,
        "largest_order_value": most(money),
        "spread_of_order_value": stdev(money) if len(money) > 1 else NAN,
        "refunds_in_total": refunds,
        "share_of_spend_returned": over(refunds, sum(money)),
        "share_discounted": over(float(sum(saved)), float(sum(saved)) + sum(money))
        if saved
        else NAN,
        "share_of_orders_discounted": over(sum(discount > 0 for discount in saved), len(saved)),
        "units_per_order": fmean(units) if units else NAN,
        "lines_per_order": over(sum(order.lines for order in bought), len(bought)),
    }


def is_return(line: Row) -> bool:
    """A line is a return if it says so, or if its amount is negative."""
    return bool(line["is_return"]) or (line["amount"] or 0) < 0


def _orders(lines: Sequence[Row], as_of: datetime, *, returned: bool) -> list[Order]:
    """Lines without an order's id are one order if they share a moment."""
    grouped: dict[object, list[Row]] = defaultdict(list)
    for line in lines:
        if is_return(line) == returned:
            grouped[line["order_id"] or line["ordered_at"]].append(line)
    sign = -1 if returned else 1
    return [
        Order(
            days_ago=whole_days(min(line["ordered_at"] for line in order), as_of),
            amount=sign * (_sum([abs(line["amount"] or 0) for line in order]) or Decimal(0)),
            units=_sum([line["quantity"] for line in order]),
            discount=_sum([line["discount"] for line in order]),
            lines=len(order),
        )
        for order in grouped.values()
    ]


def _sum(values: Sequence[float | None]) -> Decimal | None:
    known = [Decimal(str(value)) for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None
