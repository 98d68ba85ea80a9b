"""What clusters are made of: a few features, each brought to a scale on which distance is fair."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from features.build import FeatureRows
from features.feature import Words

Transform = Literal["log1p", "as_is"]
SATISFACTION = "satisfaction_level"
RECENCY, FREQUENCY, ORDER_VALUE = (
    "days_since_last_order",
    "orders_last_365_days",
    "mean_order_value",
)
ENGAGEMENT, TICKETS = "events_last_365_days", "tickets_last_365_days"
# Scores that satisfaction is the average of, with the lowest and the highest of their scales.
SCORES = (("recent_csat", 1.0, 5.0), ("recent_nps", 0.0, 10.0), ("recent_stars", 1.0, 5.0))


@dataclass(frozen=True)
class Input:
    """One axis of the clustering.

    Attributes:
        name: The feature's, or `SATISFACTION`.
        transform: `log1p` is log(1 + x), of what is below 0 log(1): counts, days and money are
            skewed, and what matters is how many times as much; `as_is` leaves the value.
        title: What it measures, before a number.
        number: How its numbers are written; `{money}` is the currency, and `{count}`
            a value with a decimal only where it is small and no whole number.
        null: What an unknown value becomes, and why.
        source: Where it comes from, for projects without it.
    """

    name: str
    transform: Transform
    title: Words
    number: Words
    null: Words
    source: Words


_UNLABELLED = Words("(never ordered): no cluster", "（从未下单）：不参与聚类")
_AVERAGE = Words(
    "counts as average, which draws nobody to a cluster or away",
    "按平均值计，不影响归类",
)
_ORDERS = Words("[tables.orders]", "[tables.orders]")
INPUTS = (
    Input(
        RECENCY,
        "log1p",
        Words("days since the last order", "距上次下单"),
        Words("{count}", "{count}天"),
        _UNLABELLED,
        _ORDERS,
    ),
    Input(
        FREQUENCY,
        "log1p",
        Words("orders in 365 days", "365天订单数"),
        Words("{count}", "{count}单"),
        _AVERAGE,
        _ORDERS,
    ),
    Input(
        ORDER_VALUE,
        "log1p",
        Words("money per order", "客单价"),
        Words("{money} {value:,.2f}", "{money} {value:,.2f}"),
        _AVERAGE,
        _ORDERS,
    ),
    Input(
        ENGAGEMENT,
        "log1p",
        Words("events in 365 days", "365天互动次数"),
        Words("{count}", "{count}次"),
        _AVERAGE,
        Words("[tables.events]", "[tables.events]"),
    ),
    Input(
        SATISFACTION,
        "as_is",
        Words("satisfaction from 0 to 1", "满意度（0至1）"),
        Words("{value:.2f}", "{value:.2f}"),
        Words(
            "counts as average: silence is no opinion, and a cluster of people who were never "
            "asked would tell of the survey, not of them",
            "按平均值计：沉默不代表态度，把从未被询问的人聚成一类只能反映调查方式",
        ),
        Words("score in [tables.feedback]", "[tables.feedback]的score"),
    ),
    Input(
        TICKETS,
        "log1p",
        Words("tickets in 365 days", "365天工单数"),
        Words("{count}", "{count}张"),
        _AVERAGE,
        Words("[tables.tickets]", "[tables.tickets]"),
    ),
)
BY_NAME = {one.name: one for one in INPUTS}


@dataclass(frozen=True)
class Axis:
    """An input with its scale settled on a population, all numbers after the transform.

    Attributes:
        name: Of the input.
        transform: As in `Input`, kept beside the numbers that it leads to.
        low: Values below count as this: a quantile, so that one outlier is no cluster.
        high: Values above count as this.
        mean: Of those whose value is known, capped.
        scale: Their standard deviation.
    """

    name: str
    transform: Transform
    low: float
    high: float
    mean: float
    scale: float

    def standardised(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Standard deviations from the mean; what is unknown lies on the mean."""
        capped = np.clip(transformed(raw, self.transform), self.low, self.high)
        return np.nan_to_num((capped - self.mean) / self.scale)

    def typical(self, standardised: float) -> float:
        """The raw value at a place on the axis."""
        value = self.mean + self.scale * standardised
        return max(float(np.expm1(value)), 0.0) if self.transform == "log1p" else value


def transformed(raw: NDArray[np.float64], transform: Transform) -> NDArray[np.float64]:
    """An input on the scale on which it is standardised; unknown stays unknown."""
    if transform == "as_is":
        return raw
    # Contiguous, as a vectorised logarithm may round otherwise than that of a strided view.
    logs: NDArray[np.float64] = np.log1p(np.ascontiguousarray(np.maximum(raw, 0)))
    return logs


def raw_values(rows: FeatureRows, name: str) -> NDArray[np.float64]:
    """An input before its transform, shape (rows,), NaN where unknown."""
    return _satisfaction(rows) if name == SATISFACTION else rows.column(name)


def points(rows: FeatureRows, axes: Sequence[Axis]) -> NDArray[np.float64]:
    """Customers in standard deviations, shape (rows, axes)."""
    return np.column_stack([axis.standardised(raw_values(rows, axis.name)) for axis in axes])


def written(name: str, value: float, currency: str) -> Words:
    """An input's value in words."""
    value = round(value, 6) + 0.0  # nothing is 0, not -0
    number = BY_NAME[name].number
    # The typical number of something rare is a fraction, and must not be written as none.
    count = f"{value:,.0f}" if value >= 10 or value == round(value) else f"{value:.1f}"
    said = {"value": value, "count": count, "money": currency}
    return Words(number.en.format(**said), number.zh.format(**said))


def _satisfaction(rows: FeatureRows) -> NDArray[np.float64]:
    """The average of a customer's scores that are known, each from 0 to 1 on its scale."""
    total, known = np.zeros(len(rows)), np.zeros(len(rows))
    for name, lowest, highest in SCORES:
        level = (rows.column(name) - lowest) / (highest - lowest)
        total += np.nan_to_num(level)
        known += ~np.isnan(level)
    average: NDArray[np.float64] = np.full(len(rows), np.nan)
    return np.divide(total, known, out=average, where=known > 0)
