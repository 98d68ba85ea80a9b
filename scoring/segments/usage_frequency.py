"""Usage frequency: how many engagement events a customer has in a week with any.

An active week is one of the 13 weeks before the as-of date with an event
(`active_event_weeks_last_13_weeks`); weeks are counted back from it, like every window.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from features.feature import Words
from scoring.segments.customers import Customers
from scoring.segments.scheme import (
    UNLABELLED,
    Fact,
    Fitted,
    Label,
    Labels,
    Off,
    Population,
    Scheme,
    Settings,
)

EVENTS, WEEKS, RATE = (
    "events_last_91_days",
    "active_event_weeks_last_13_weeks",
    "events_per_active_week",
)
LABELS = (
    Label("heavy", Words("Heavy", "重度用户")),
    Label("regular", Words("Regular", "普通用户")),
    Label("light", Words("Light", "轻度用户")),
    Label("none", Words("None", "未使用")),
)
HEAVY, REGULAR, LIGHT, NONE = range(4)
MOST_WEEKS = 13


class UsageFrequencySettings(Settings):
    """Engagement events per active week of the last 13."""

    light_events: float | None = Field(
        default=None, gt=0, description="Light up to so many; without, by light_share."
    )
    heavy_events: float | None = Field(
        default=None, gt=0, description="Heavy beyond so many; without, by heavy_share."
    )
    light_share: float = Field(
        default=1 / 3, gt=0, lt=1, description="Share of engaged customers who are light."
    )
    heavy_share: float = Field(
        default=0.2, gt=0, lt=1, description="Share of engaged customers who are heavy."
    )
    heavy_weeks: int = Field(
        default=4,
        ge=1,
        le=MOST_WEEKS,
        description="Least active weeks of a heavy user: one burst is no heavy use.",
    )
    least_customers: int = Field(
        default=25, ge=3, description="Fewer engaged customers are too few for shares of them."
    )
    least_engaged: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="Where a smaller share of the customers of the last 91 days engaged, events "
        "record something rare and no use.",
    )


@dataclass(frozen=True)
class UsageFrequency:
    """Events per active week.

    Attributes:
        light: Up to so many is light.
        heavy: More is heavy.
        heavy_weeks: Least active weeks of a heavy user.
    """

    light: float
    heavy: float
    heavy_weeks: int

    @property
    def labels(self) -> tuple[Label, ...]:
        """Heavy, regular, light and none."""
        return LABELS

    def label(self, customers: Customers) -> Labels:
        """The use of everyone whose events would be known."""
        events, weeks, rate = _rate(customers)
        positions = np.select(
            [
                np.isnan(events),
                events == 0,
                rate <= self.light,
                (rate > self.heavy) & (weeks >= self.heavy_weeks),
            ],
            [UNLABELLED, NONE, LIGHT, HEAVY],
            default=REGULAR,
        )
        return Labels(positions, {RATE: rate, EVENTS: events, WEEKS: weeks})

    def rule(self) -> Words:
        """The thresholds."""
        return Words(
            f"Events per week with any, of the 13 weeks before the as-of date: light up to "
            f"{self.light:,.4g}, heavy beyond {self.heavy:,.4g} in at least {self.heavy_weeks} "
            "such weeks, regular all others with an event; none without.",
            f"截至日前13周中,有互动的周平均每周互动次数:不超过{self.light:,.4g}次为轻度,"
            f"超过{self.heavy:,.4g}次且至少{self.heavy_weeks}周有互动为重度,"
            "其余有互动者为普通;无互动者为未使用。",
        )

    def explain(self, facts: Mapping[str, Fact]) -> Words:
        """Events, weeks and their quotient."""
        if facts[EVENTS] is None:
            return NOT_KNOWN
        if not facts[EVENTS]:
            return Words("no event in the last 13 weeks", "最近13周无互动")
        rate, events, weeks = facts[RATE], facts[EVENTS], facts[WEEKS]
        return Words(
            f"{rate:,.1f} events per active week ({events:,.0f} in {weeks:.0f} of 13 weeks)",
            f"活跃周平均每周互动{rate:,.1f}次(13周中有{weeks:.0f}周互动,共{events:,.0f}次)",
        )


NOT_KNOWN = Words("events are not known", "互动情况未知")


def fit(population: Population, settings: UsageFrequencySettings) -> Fitted | Off:
    """Quantiles of those who engaged, where the settings name no thresholds."""
    customers = population.customers
    if not customers.knows(EVENTS):
        return Off(NO_TABLE)
    events, _, rate = _rate(customers)
    engaged = events > 0
    share = float(engaged[_current(customers)].mean())
    if not engaged.any() or share < settings.least_engaged:
        return Off(_rare(share, settings.least_engaged))
    used = rate[engaged]
    given = settings.light_events is not None and settings.heavy_events is not None
    if not given and (len(used) < settings.least_customers or used.min() == used.max()):
        return Off(_too_few(len(used), settings.least_customers))
    light, heavy = np.quantile(
        used, [settings.light_share, 1 - settings.heavy_share], method="inverted_cdf"
    ).tolist()
    light, heavy = settings.light_events or light, settings.heavy_events or heavy
    # A threshold by hand may lie beyond a learned one: light is light first.
    return UsageFrequency(light, max(light, heavy), settings.heavy_weeks)


def _rate(
    customers: Customers,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Events, active weeks and events per active week, NaN without one."""
    events, weeks = customers.column(EVENTS), customers.column(WEEKS)
    return events, weeks, events / np.where(weeks > 0, weeks, np.nan)


def _current(customers: Customers) -> NDArray[np.bool_]:
    """Who ordered in the same weeks or has a subscription; everyone where nobody did."""
    bought = np.asarray(
        (customers.column("orders_last_91_days") > 0)
        | (customers.column("subscriptions_active") > 0),
        dtype=np.bool_,
    )
    return bought if bought.any() else np.ones(len(customers), dtype=np.bool_)


NO_TABLE = Words(
    "no events: map visits, opens, app use or the like in [tables.events]",
    "没有互动数据:请在[tables.events]中映射访问、打开邮件、应用使用等记录",
)


def _rare(share: float, least: float) -> Words:
    return Words(
        f"{share:.1%} of the customers of the last 91 days left an event, fewer than {least:.0%}: "
        "what [tables.events] holds is no regular use; add visits, opens or app use, or lower "
        "[segments.usage_frequency] least_engaged",
        f"最近91天的客户中仅{share:.1%}有互动,不足{least:.0%}:[tables.events]中的记录不足以反映"
        "使用情况;请补充访问、打开邮件、应用使用等记录,或调低[segments.usage_frequency] "
        "least_engaged",
    )


def _too_few(found: int, needed: int) -> Words:
    return Words(
        f"{found} customers engaged in the last 91 days; shares of them need {needed} who do not "
        "all engage alike; or set light_events and heavy_events in [segments.usage_frequency]",
        f"最近91天仅{found}位客户有互动;划分比例至少需要{needed}位且互动次数有差异;"
        "也可在[segments.usage_frequency]中设置light_events与heavy_events",
    )


USAGE_FREQUENCY = Scheme(
    "usage_frequency",
    Words("Usage frequency", "使用频率"),
    1,
    UsageFrequencySettings,
    UsageFrequency,
    fit,
    unlabelled=NOT_KNOWN,
    order=(("heavy",), ("regular",), ("light",), ("none",)),
)
