"""Engagement: visits, opens, clicks and other events, beside the customer's own habit."""

from typing import TYPE_CHECKING

from features.feature import (
    CLICKS,
    DAYS,
    EVENTS,
    KINDS,
    MINUTES,
    NEVER_NULL,
    OPENS,
    RATIO,
    REDEMPTIONS,
    SHARE,
    VISITS,
    WEEKS,
    Feature,
    Words,
)
from features.history.cut import FULL_WEIGHT
from features.history.events import CLICK, OPEN, REDEMPTION, VISIT

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.history.events import EventHistory

NO_EVENT = Words("no event recorded", "没有互动记录")
NO_VISIT = Words("never visited", "从未访问")
NO_CLICK = Words("never clicked", "从未点击")
NO_REDEMPTION = Words("never redeemed a coupon", "从未使用优惠券")
NO_OPEN = Words("no e-mail opened in the last 91 days", "最近91天没有打开邮件")
ONE_DAY = Words("events on fewer than two days", "有互动的日子不足两天")
NO_DURATION = Words("time of use not known", "使用时长未知")


def days_since_last_event(events: "EventHistory") -> "ir.IntegerScalar":
    """Whole days from the latest event of any kind to the as-of date."""
    return events.days_ago.min()


def days_since_last_visit(events: "EventHistory") -> "ir.IntegerScalar":
    """Whole days from the latest visit to the as-of date."""
    return events.days_ago.min(where=events.of(VISIT))


def days_since_last_click(events: "EventHistory") -> "ir.IntegerScalar":
    """Whole days from the latest click in an e-mail to the as-of date."""
    return events.days_ago.min(where=events.of(CLICK))


def days_since_last_redemption(events: "EventHistory") -> "ir.IntegerScalar":
    """Whole days from the latest coupon redemption to the as-of date."""
    return events.days_ago.min(where=events.of(REDEMPTION))


def events_in_total(events: "EventHistory") -> "ir.IntegerScalar":
    """Number of events of any kind ever known."""
    return events.count()


def events_last_7_days(events: "EventHistory") -> "ir.IntegerScalar":
    """Number of events of any kind in the 7 days before the as-of date."""
    return events.count(events.since(7))


def events_last_28_days(events: "EventHistory") -> "ir.IntegerScalar":
    """Number of events of any kind in the 28 days before the as-of date."""
    return events.count(events.since(28))


def events_last_91_days(events: "EventHistory") -> "ir.IntegerScalar":
    """Number of events of any kind in the 91 days before the as-of date."""
    return events.count(events.since(91))


def events_last_365_days(events: "EventHistory") -> "ir.IntegerScalar":
    """Number of events of any kind in the 365 days before the as-of date."""
    return events.count(events.since(365))


def visits_last_7_days(events: "EventHistory") -> "ir.IntegerScalar":
    """Number of visits in the 7 days before the as-of date."""
    return events.count(events.of(VISIT, 7))


def visits_last_28_days(events: "EventHistory") -> "ir.IntegerScalar":
    """Number of visits in the 28 days before the as-of date."""
    return events.count(events.of(VISIT, 28))


def visits_last_91_days(events: "EventHistory") -> "ir.IntegerScalar":
    """Number of visits in the 91 days before the as-of date."""
    return events.count(events.of(VISIT, 91))


def opens_last_28_days(events: "EventHistory") -> "ir.IntegerScalar":
    """Number of e-mails opened in the 28 days before the as-of date."""
    return events.count(events.of(OPEN, 28))


def opens_last_91_days(events: "EventHistory") -> "ir.IntegerScalar":
    """Number of e-mails opened in the 91 days before the as-of date."""
    return events.count(events.of(OPEN, 91))


def clicks_last_28_days(events: "EventHistory") -> "ir.IntegerScalar":
    """Number of clicks in e-mails in the 28 days before the as-of date."""
    return events.count(events.of(CLICK, 28))


def clicks_last_91_days(events: "EventHistory") -> "ir.IntegerScalar":
    """Number of clicks in e-mails in the 91 days before the as-of date."""
    return events.count(events.of(CLICK, 91))


def redemptions_last_91_days(events: "EventHistory") -> "ir.IntegerScalar":
    """Number of coupons redeemed in the 91 days before the as-of date."""
    return events.count(events.of(REDEMPTION, 91))


def redemptions_last_365_days(events: "EventHistory") -> "ir.IntegerScalar":
    """Number of coupons redeemed in the 365 days before the as-of date."""
    return events.count(events.of(REDEMPTION, 365))


def redemptions_in_total(events: "EventHistory") -> "ir.IntegerScalar":
    """Number of coupons ever redeemed."""
    return events.count(events.of(REDEMPTION))


def clicks_per_open_last_91_days(events: "EventHistory") -> "ir.FloatingScalar":
    """Clicks in e-mails divided by e-mails opened, in the 91 days before the as-of date."""
    opens = opens_last_91_days(events).nullif(0)
    return clicks_last_91_days(events).cast("float64") / opens


def events_halved_every_28_days(events: "EventHistory") -> "ir.FloatingScalar":
    """Number of events, each counting half as much for every full 28 days since."""
    return events.weight(28).sum().cast("float64") / FULL_WEIGHT


def active_days_last_28_days(events: "EventHistory") -> "ir.IntegerScalar":
    """Number of the 28 days before the as-of date with an event."""
    return events.days_ago.nunique(where=events.since(28))


def active_days_last_91_days(events: "EventHistory") -> "ir.IntegerScalar":
    """Number of the 91 days before the as-of date with an event."""
    return events.days_ago.nunique(where=events.since(91))


def active_event_weeks_last_13_weeks(events: "EventHistory") -> "ir.IntegerScalar":
    """Number of the 13 weeks before the as-of date with an event."""
    return events.weeks(events.since(91))


def kinds_of_events_last_91_days(events: "EventHistory") -> "ir.IntegerScalar":
    """Number of different kinds of events in the 91 days before the as-of date."""
    return events.kind.nunique(where=events.since(91))


def change_in_events_28_days(events: "EventHistory") -> "ir.IntegerScalar":
    """Events in the last 28 days minus events in the 28 days before those."""
    return events_last_28_days(events) - events.count(events.since(56, until=28))


def change_in_events_91_days(events: "EventHistory") -> "ir.IntegerScalar":
    """Events in the last 91 days minus events in the 91 days before those."""
    return events_last_91_days(events) - events.count(events.since(182, until=91))


def mean_days_between_active_days(events: "EventHistory") -> "ir.FloatingScalar":
    """Average number of days from one day with an event to the next."""
    span = events.days_ago.max() - events.days_ago.min()
    return span.cast("float64") / (events.days_ago.nunique() - 1).nullif(0)


def event_silence_over_usual_gap(events: "EventHistory") -> "ir.FloatingScalar":
    """Days since the latest event divided by the customer's own average gap between active days."""
    return days_since_last_event(events) / mean_days_between_active_days(events)


def minutes_last_28_days(events: "EventHistory") -> "ir.FloatingScalar":
    """Minutes that the events of the 28 days before the as-of date took."""
    return events.duration_s.sum(where=events.since(28)).cast("float64") / 60.0


def minutes_last_91_days(events: "EventHistory") -> "ir.FloatingScalar":
    """Minutes that the events of the 91 days before the as-of date took."""
    return events.duration_s.sum(where=events.since(91)).cast("float64") / 60.0


ENGAGEMENT = (
    Feature(
        days_since_last_event,
        "events",
        "engagement",
        DAYS,
        NO_EVENT,
        Words("{value} since the last event", "距上次互动{value}"),
        "最近一次任意互动距截至日的整天数。",
    ),
    Feature(
        days_since_last_visit,
        "events",
        "engagement",
        DAYS,
        NO_VISIT,
        Words("{value} since the last visit", "距上次访问{value}"),
        "最近一次访问距截至日的整天数。",
    ),
    Feature(
        days_since_last_click,
        "events",
        "engagement",
        DAYS,
        NO_CLICK,
        Words("{value} since the last click", "距上次点击{value}"),
        "最近一次点击邮件距截至日的整天数。",
    ),
    Feature(
        days_since_last_redemption,
        "events",
        "engagement",
        DAYS,
        NO_REDEMPTION,
        Words("{value} since the last coupon was redeemed", "距上次使用优惠券{value}"),
        "最近一次核销优惠券距截至日的整天数。",
    ),
    Feature(
        events_in_total,
        "events",
        "engagement",
        EVENTS,
        NEVER_NULL,
        Words("{value} so far", "累计互动{value}"),
        "截至日已知的互动总次数。",
    ),
    Feature(
        events_last_7_days,
        "events",
        "engagement",
        EVENTS,
        NEVER_NULL,
        Words("{value} in the last 7 days", "最近7天互动{value}"),
        "截至日前7天内的互动次数。",
    ),
    Feature(
        events_last_28_days,
        "events",
        "engagement",
        EVENTS,
        NEVER_NULL,
        Words("{value} in the last 28 days", "最近28天互动{value}"),
        "截至日前28天内的互动次数。",
    ),
    Feature(
        events_last_91_days,
        "events",
        "engagement",
        EVENTS,
        NEVER_NULL,
        Words("{value} in the last 91 days", "最近91天互动{value}"),
        "截至日前91天内的互动次数。",
    ),
    Feature(
        events_last_365_days,
        "events",
        "engagement",
        EVENTS,
        NEVER_NULL,
        Words("{value} in the last 365 days", "最近365天互动{value}"),
        "截至日前365天内的互动次数。",
    ),
    Feature(
        visits_last_7_days,
        "events",
        "engagement",
        VISITS,
        NEVER_NULL,
        Words("{value} in the last 7 days", "最近7天访问{value}"),
        "截至日前7天内的访问次数。",
    ),
    Feature(
        visits_last_28_days,
        "events",
        "engagement",
        VISITS,
        NEVER_NULL,
        Words("{value} in the last 28 days", "最近28天访问{value}"),
        "截至日前28天内的访问次数。",
    ),
    Feature(
        visits_last_91_days,
        "events",
        "engagement",
        VISITS,
        NEVER_NULL,
        Words("{value} in the last 91 days", "最近91天访问{value}"),
        "截至日前91天内的访问次数。",
    ),
    Feature(
        opens_last_28_days,
        "events",
        "engagement",
        OPENS,
        NEVER_NULL,
        Words("{value} of e-mails in the last 28 days", "最近28天打开邮件{value}"),
        "截至日前28天内的打开邮件次数。",
    ),
    Feature(
        opens_last_91_days,
        "events",
        "engagement",
        OPENS,
        NEVER_NULL,
        Words("{value} of e-mails in the last 91 days", "最近91天打开邮件{value}"),
        "截至日前91天内的打开邮件次数。",
    ),
    Feature(
        clicks_last_28_days,
        "events",
        "engagement",
        CLICKS,
        NEVER_NULL,
        Words("{value} in the last 28 days", "最近28天点击{value}"),
        "截至日前28天内的点击邮件次数。",
    ),
    Feature(
        clicks_last_91_days,
        "events",
        "engagement",
        CLICKS,
        NEVER_NULL,
        Words("{value} in the last 91 days", "最近91天点击{value}"),
        "截至日前91天内的点击邮件次数。",
    ),
    Feature(
        redemptions_last_91_days,
        "events",
        "engagement",
        REDEMPTIONS,
        NEVER_NULL,
        Words("{value} of coupons in the last 91 days", "最近91天使用优惠券{value}"),
        "截至日前91天内的核销优惠券次数。",
    ),
    Feature(
        redemptions_last_365_days,
        "events",
        "engagement",
        REDEMPTIONS,
        NEVER_NULL,
        Words("{value} of coupons in the last 365 days", "最近365天使用优惠券{value}"),
        "截至日前365天内的核销优惠券次数。",
    ),
    Feature(
        redemptions_in_total,
        "events",
        "engagement",
        REDEMPTIONS,
        NEVER_NULL,
        Words("{value} of coupons so far", "累计使用优惠券{value}"),
        "累计核销优惠券次数。",
    ),
    Feature(
        clicks_per_open_last_91_days,
        "events",
        "engagement",
        SHARE,
        NO_OPEN,
        Words(
            "clicks amount to {value} of the e-mails opened in the last 91 days",
            "最近91天邮件点击数为打开数的{value}",
        ),
        "最近91天的点击次数除以打开次数。",
    ),
    Feature(
        events_halved_every_28_days,
        "events",
        "engagement",
        EVENTS,
        NEVER_NULL,
        Words(
            "{value}, each counting half for every 28 days since",
            "互动按时间加权（每过28天减半）计{value}",
        ),
        "互动次数,每满28天权重减半。",
    ),
    Feature(
        active_days_last_28_days,
        "events",
        "engagement",
        DAYS,
        NEVER_NULL,
        Words("active on {value} of the last 28", "最近28天中有{value}活跃"),
        "截至日前28天中有互动的天数。",
    ),
    Feature(
        active_days_last_91_days,
        "events",
        "engagement",
        DAYS,
        NEVER_NULL,
        Words("active on {value} of the last 91", "最近91天中有{value}活跃"),
        "截至日前91天中有互动的天数。",
    ),
    Feature(
        active_event_weeks_last_13_weeks,
        "events",
        "engagement",
        WEEKS,
        NEVER_NULL,
        Words("active in {value} of the last 13", "最近13周中有{value}活跃"),
        "截至日前13周中有互动的周数。",
    ),
    Feature(
        kinds_of_events_last_91_days,
        "events",
        "engagement",
        KINDS,
        NEVER_NULL,
        Words("{value} of activity in the last 91 days", "最近91天有{value}互动方式"),
        "截至日前91天内互动的种类数。",
    ),
    Feature(
        change_in_events_28_days,
        "events",
        "engagement",
        EVENTS,
        NEVER_NULL,
        Words(
            "events of the last 28 days against the 28 before: {change}",
            "最近28天的互动与之前28天相比{change}",
        ),
        "最近28天的互动次数减去此前28天的次数。",
    ),
    Feature(
        change_in_events_91_days,
        "events",
        "engagement",
        EVENTS,
        NEVER_NULL,
        Words(
            "events of the last 91 days against the 91 before: {change}",
            "最近91天的互动与之前91天相比{change}",
        ),
        "最近91天的互动次数减去此前91天的次数。",
    ),
    Feature(
        mean_days_between_active_days,
        "events",
        "engagement",
        DAYS,
        ONE_DAY,
        Words("{value} between active days on average", "平均每{value}活跃一次"),
        "相邻活跃日之间的平均天数。",
    ),
    Feature(
        event_silence_over_usual_gap,
        "events",
        "engagement",
        RATIO,
        ONE_DAY,
        Words("no event for {value} the usual pause", "未互动的时间为平常间隔的{value}"),
        "距上次互动的天数除以该客户自己的平均活跃间隔。",
    ),
    Feature(
        minutes_last_28_days,
        "events",
        "engagement",
        MINUTES,
        NO_DURATION,
        Words("{value} of use in the last 28 days", "最近28天使用{value}"),
        "截至日前28天内互动的分钟数。",
    ),
    Feature(
        minutes_last_91_days,
        "events",
        "engagement",
        MINUTES,
        NO_DURATION,
        Words("{value} of use in the last 91 days", "最近91天使用{value}"),
        "截至日前91天内互动的分钟数。",
    ),
)
