"""Satisfaction: what a customer scored, wrote and complained of."""

from typing import TYPE_CHECKING

from features.feature import (
    ANSWERS,
    COMPLAINTS,
    DAYS,
    LEVEL,
    NEVER_NULL,
    POINTS,
    SHARE,
    TICKETS,
    Feature,
    Words,
)
from features.history.feedback import CSAT, NPS, STARS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.history.feedback import FeedbackHistory
    from features.history.tickets import TicketHistory

HALF_LIFE_DAYS = 91
NO_FEEDBACK = Words("never gave feedback", "从未反馈")
NO_CSAT = Words("never gave a satisfaction score", "从未给过满意度评分")
NO_NPS = Words("never said whether to recommend", "从未给过推荐意愿评分")
NO_STARS = Words("never gave a star rating", "从未给过星级评分")
NO_RECENT_SCORE = Words("no score in the last 91 days", "最近91天没有评分")
NO_TWO_SCORES = Words(
    "no scores in both of the last two spans of 91 days", "最近两个91天未都有评分"
)
NO_TEXT = Words("wrote nothing in the last 365 days", "最近365天没有文字反馈")
NO_NEGATIVE_TEXT = Words("never wrote negative words", "从未留下负面文字反馈")
NO_TICKET = Words("never opened a ticket", "从未提交工单")
NO_COMPLAINT = Words("never complained", "从未投诉")
NONE_RESOLVED = Words("no ticket resolved so far", "没有已解决的工单")
NONE_OPEN = Words("no ticket open", "没有未解决的工单")


def feedback_in_total(feedback: "FeedbackHistory") -> "ir.IntegerScalar":
    """Number of answers ever given, scores and texts alike."""
    return feedback.count()


def feedback_last_91_days(feedback: "FeedbackHistory") -> "ir.IntegerScalar":
    """Number of answers given in the 91 days before the as-of date."""
    return feedback.count(feedback.since(91))


def days_since_last_feedback(feedback: "FeedbackHistory") -> "ir.IntegerScalar":
    """Whole days from the latest answer to the as-of date."""
    return feedback.days_ago.min()


def last_csat(feedback: "FeedbackHistory") -> "ir.DecimalScalar":
    """The latest satisfaction score (1 to 5); of two at one moment, the lower."""
    return feedback.score.max(where=feedback.last(CSAT))


def recent_csat(feedback: "FeedbackHistory") -> "ir.FloatingScalar":
    """Average satisfaction score (1 to 5), each halved in weight for every full 91 days."""
    return _weighted(feedback, CSAT)


def last_nps(feedback: "FeedbackHistory") -> "ir.DecimalScalar":
    """The latest recommendation score (0 to 10); of two at one moment, the lower."""
    return feedback.score.max(where=feedback.last(NPS))


def recent_nps(feedback: "FeedbackHistory") -> "ir.FloatingScalar":
    """Average recommendation score (0 to 10), each halved in weight for every full 91 days."""
    return _weighted(feedback, NPS)


def last_stars(feedback: "FeedbackHistory") -> "ir.DecimalScalar":
    """The latest star rating (1 to 5); of two at one moment, the lower."""
    return feedback.score.max(where=feedback.last(STARS))


def recent_stars(feedback: "FeedbackHistory") -> "ir.FloatingScalar":
    """Average star rating (1 to 5), each halved in weight for every full 91 days."""
    return _weighted(feedback, STARS)


def change_in_level_91_days(feedback: "FeedbackHistory") -> "ir.FloatingScalar":
    """Average score of the last 91 days minus that of the 91 before, each from 0 to 1."""
    before = _mean_level(feedback, feedback.since(182, until=91))
    return _mean_level(feedback, feedback.since(91)) - before


def worst_level_last_91_days(feedback: "FeedbackHistory") -> "ir.FloatingScalar":
    """The lowest score of the 91 days before the as-of date, from 0 to 1 on its scale."""
    return feedback.level.min(where=feedback.since(91))


def texts_last_365_days(feedback: "FeedbackHistory") -> "ir.IntegerScalar":
    """Number of texts with words to judge, written in the 365 days before the as-of date."""
    return feedback.tone.count(where=feedback.since(365))


def negative_texts_last_91_days(feedback: "FeedbackHistory") -> "ir.IntegerScalar":
    """Number of negative texts written in the 91 days before the as-of date."""
    return feedback.count((feedback.tone < 0) & feedback.since(91))


def share_of_texts_negative(feedback: "FeedbackHistory") -> "ir.FloatingScalar":
    """Negative texts divided by all texts, in the 365 days before the as-of date."""
    negative = feedback.count((feedback.tone < 0) & feedback.since(365))
    return negative.cast("float64") / texts_last_365_days(feedback).nullif(0)


def days_since_last_negative_text(feedback: "FeedbackHistory") -> "ir.IntegerScalar":
    """Whole days from the latest negative text to the as-of date."""
    return feedback.days_ago.min(where=feedback.tone < 0)


def tickets_in_total(tickets: "TicketHistory") -> "ir.IntegerScalar":
    """Number of tickets ever opened."""
    return tickets.count()


def tickets_last_28_days(tickets: "TicketHistory") -> "ir.IntegerScalar":
    """Number of tickets opened in the 28 days before the as-of date."""
    return tickets.count(tickets.since(28))


def tickets_last_91_days(tickets: "TicketHistory") -> "ir.IntegerScalar":
    """Number of tickets opened in the 91 days before the as-of date."""
    return tickets.count(tickets.since(91))


def tickets_last_365_days(tickets: "TicketHistory") -> "ir.IntegerScalar":
    """Number of tickets opened in the 365 days before the as-of date."""
    return tickets.count(tickets.since(365))


def tickets_unresolved(tickets: "TicketHistory") -> "ir.IntegerScalar":
    """Number of tickets unresolved at the as-of date."""
    return tickets.count(tickets.is_open)


def days_unresolved(tickets: "TicketHistory") -> "ir.IntegerScalar":
    """Whole days for which the oldest unresolved ticket has been open."""
    return tickets.days_ago.max(where=tickets.is_open)


def mean_days_to_resolve(tickets: "TicketHistory") -> "ir.FloatingScalar":
    """Average number of days from opening a ticket to its resolution."""
    days = tickets.days_to_resolve
    return days.sum().cast("float64") / days.count().nullif(0)


def longest_days_to_resolve(tickets: "TicketHistory") -> "ir.IntegerScalar":
    """The longest a resolved ticket took, in days."""
    return tickets.days_to_resolve.max()


def days_since_last_ticket(tickets: "TicketHistory") -> "ir.IntegerScalar":
    """Whole days from the latest ticket to the as-of date."""
    return tickets.days_ago.min()


def complaints_last_91_days(tickets: "TicketHistory") -> "ir.IntegerScalar":
    """Number of tickets of the category complaint opened in the 91 days before the as-of date."""
    return tickets.count(tickets.is_complaint & tickets.since(91))


def complaints_in_total(tickets: "TicketHistory") -> "ir.IntegerScalar":
    """Number of tickets of the category complaint ever opened."""
    return tickets.count(tickets.is_complaint)


def days_since_last_complaint(tickets: "TicketHistory") -> "ir.IntegerScalar":
    """Whole days from the latest ticket of the category complaint to the as-of date."""
    return tickets.days_ago.min(where=tickets.is_complaint)


def _weighted(feedback: "FeedbackHistory", scale: str) -> "ir.FloatingScalar":
    weight = feedback.weight(HALF_LIFE_DAYS, least=1)
    scored = feedback.on(scale)
    total = (feedback.score * weight).sum(where=scored).cast("float64")
    return total / weight.sum(where=scored).cast("float64")


def _mean_level(feedback: "FeedbackHistory", window: "ir.BooleanValue") -> "ir.FloatingScalar":
    # Levels are of whole scores on short scales: counted in 40ths they are whole numbers, so that
    # the sum is the same in any order; other scores are rounded to a 4000th.
    parts = (feedback.level * 4000).round().cast("int64")
    total = parts.sum(where=window).cast("float64")
    return total / (feedback.level.count(where=window).nullif(0) * 4000.0)


SATISFACTION = (
    Feature(
        feedback_in_total,
        "feedback",
        "satisfaction",
        ANSWERS,
        NEVER_NULL,
        Words("{value} so far", "累计反馈{value}"),
        "累计反馈条数,评分与文字均计。",
    ),
    Feature(
        feedback_last_91_days,
        "feedback",
        "satisfaction",
        ANSWERS,
        NEVER_NULL,
        Words("{value} in the last 91 days", "最近91天反馈{value}"),
        "截至日前91天内的反馈条数。",
    ),
    Feature(
        days_since_last_feedback,
        "feedback",
        "satisfaction",
        DAYS,
        NO_FEEDBACK,
        Words("{value} since the last feedback", "距上次反馈{value}"),
        "最近一次反馈距截至日的整天数。",
    ),
    Feature(
        last_csat,
        "feedback",
        "satisfaction",
        POINTS,
        NO_CSAT,
        Words(
            "latest satisfaction score {value} (of 1 to 5)", "最近一次满意度评分{value}（1至5分）"
        ),
        "最近一次满意度评分;同一时刻取较低者。",
    ),
    Feature(
        recent_csat,
        "feedback",
        "satisfaction",
        POINTS,
        NO_CSAT,
        Words(
            "recent satisfaction score {value} on average (of 1 to 5)",
            "近期满意度评分平均{value}（1至5分）",
        ),
        "满意度评分的加权平均,每满91天权重减半。",
    ),
    Feature(
        last_nps,
        "feedback",
        "satisfaction",
        POINTS,
        NO_NPS,
        Words(
            "latest willingness to recommend {value} (of 0 to 10)",
            "最近一次推荐意愿评分{value}（0至10分）",
        ),
        "最近一次推荐意愿评分;同一时刻取较低者。",
    ),
    Feature(
        recent_nps,
        "feedback",
        "satisfaction",
        POINTS,
        NO_NPS,
        Words(
            "recent willingness to recommend {value} on average (of 0 to 10)",
            "近期推荐意愿评分平均{value}（0至10分）",
        ),
        "推荐意愿评分的加权平均,每满91天权重减半。",
    ),
    Feature(
        last_stars,
        "feedback",
        "satisfaction",
        POINTS,
        NO_STARS,
        Words("latest star rating {value} (of 1 to 5)", "最近一次星级评分{value}（1至5分）"),
        "最近一次星级评分;同一时刻取较低者。",
    ),
    Feature(
        recent_stars,
        "feedback",
        "satisfaction",
        POINTS,
        NO_STARS,
        Words(
            "recent star rating {value} on average (of 1 to 5)", "近期星级评分平均{value}（1至5分）"
        ),
        "星级评分的加权平均,每满91天权重减半。",
    ),
    Feature(
        change_in_level_91_days,
        "feedback",
        "satisfaction",
        LEVEL,
        NO_TWO_SCORES,
        Words(
            "scores of the last 91 days against the 91 before, from 0 to 1: {change}",
            "最近91天的评分（折算为0至1）与之前91天相比{change}",
        ),
        "最近91天平均评分减去此前91天,均换算到0至1。",
    ),
    Feature(
        worst_level_last_91_days,
        "feedback",
        "satisfaction",
        LEVEL,
        NO_RECENT_SCORE,
        Words(
            "worst score of the last 91 days {value} (of 0 to 1)",
            "最近91天最低评分{value}（折算为0至1）",
        ),
        "截至日前91天内的最低评分,换算到0至1。",
    ),
    Feature(
        texts_last_365_days,
        "feedback",
        "satisfaction",
        ANSWERS,
        NEVER_NULL,
        Words("{value} in words in the last 365 days", "最近365天文字反馈{value}"),
        "截至日前365天内可判断的文字反馈条数。",
        needs="tone",
    ),
    Feature(
        negative_texts_last_91_days,
        "feedback",
        "satisfaction",
        ANSWERS,
        NEVER_NULL,
        Words("{value} in negative words in the last 91 days", "最近91天负面文字反馈{value}"),
        "截至日前91天内的负面文字条数。",
        needs="tone",
    ),
    Feature(
        share_of_texts_negative,
        "feedback",
        "satisfaction",
        SHARE,
        NO_TEXT,
        Words(
            "{value} of what was written in the last 365 days is negative",
            "最近365天的文字反馈中{value}为负面",
        ),
        "截至日前365天内负面文字占全部文字的比例。",
    ),
    Feature(
        days_since_last_negative_text,
        "feedback",
        "satisfaction",
        DAYS,
        NO_NEGATIVE_TEXT,
        Words("{value} since the last negative words", "距上次负面文字反馈{value}"),
        "最近一次负面文字距截至日的整天数。",
    ),
    Feature(
        tickets_in_total,
        "tickets",
        "satisfaction",
        TICKETS,
        NEVER_NULL,
        Words("{value} so far", "累计提交工单{value}"),
        "累计工单数。",
    ),
    Feature(
        tickets_last_28_days,
        "tickets",
        "satisfaction",
        TICKETS,
        NEVER_NULL,
        Words("{value} in the last 28 days", "最近28天提交工单{value}"),
        "截至日前28天内提交的工单数。",
    ),
    Feature(
        tickets_last_91_days,
        "tickets",
        "satisfaction",
        TICKETS,
        NEVER_NULL,
        Words("{value} in the last 91 days", "最近91天提交工单{value}"),
        "截至日前91天内提交的工单数。",
    ),
    Feature(
        tickets_last_365_days,
        "tickets",
        "satisfaction",
        TICKETS,
        NEVER_NULL,
        Words("{value} in the last 365 days", "最近365天提交工单{value}"),
        "截至日前365天内提交的工单数。",
    ),
    Feature(
        tickets_unresolved,
        "tickets",
        "satisfaction",
        TICKETS,
        NEVER_NULL,
        Words("{value} still open", "未解决的工单{value}"),
        "截至日未解决的工单数。",
        needs="resolved_at",
    ),
    Feature(
        days_unresolved,
        "tickets",
        "satisfaction",
        DAYS,
        NONE_OPEN,
        Words("oldest open ticket waiting for {value}", "最早的未解决工单已等待{value}"),
        "最久未解决工单已开启的整天数。",
        needs="resolved_at",
    ),
    Feature(
        mean_days_to_resolve,
        "tickets",
        "satisfaction",
        DAYS,
        NONE_RESOLVED,
        Words("tickets resolved within {value} on average", "工单平均{value}解决"),
        "工单从提交到解决的平均天数。",
    ),
    Feature(
        longest_days_to_resolve,
        "tickets",
        "satisfaction",
        DAYS,
        NONE_RESOLVED,
        Words("slowest ticket took {value}", "最慢的工单用了{value}解决"),
        "已解决工单的最长用时(天)。",
    ),
    Feature(
        days_since_last_ticket,
        "tickets",
        "satisfaction",
        DAYS,
        NO_TICKET,
        Words("{value} since the last ticket", "距上次提交工单{value}"),
        "最近一次工单距截至日的整天数。",
    ),
    Feature(
        complaints_last_91_days,
        "tickets",
        "satisfaction",
        COMPLAINTS,
        NEVER_NULL,
        Words("{value} in the last 91 days", "最近91天投诉{value}"),
        "截至日前91天内投诉类工单数。",
        needs="category",
    ),
    Feature(
        complaints_in_total,
        "tickets",
        "satisfaction",
        COMPLAINTS,
        NEVER_NULL,
        Words("{value} so far", "累计投诉{value}"),
        "累计投诉类工单数。",
        needs="category",
    ),
    Feature(
        days_since_last_complaint,
        "tickets",
        "satisfaction",
        DAYS,
        NO_COMPLAINT,
        Words("{value} since the last complaint", "距上次投诉{value}"),
        "最近一次投诉类工单距截至日的整天数。",
    ),
)
