"""Feedback: positive, neutral or negative by what a customer last wrote, or else last scored."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from features.feature import Words
from features.traits import DAYS_SINCE_LAST_TEXT, LAST_TONE, NEGATIVE_TEXTS, POSITIVE_TEXTS
from scoring.segments.customers import Customers
from scoring.segments.scales import NO_SCORE, SCALES, Bounds, said, worst
from scoring.segments.scheme import (
    Fact,
    Fitted,
    Label,
    Labels,
    Off,
    Population,
    Scheme,
    Settings,
)

PREFIX = "last_"
SILENCE = "days_since_last_feedback"
TEXT_FACTS = (POSITIVE_TEXTS, NEGATIVE_TEXTS, LAST_TONE, DAYS_SINCE_LAST_TEXT)
LABELS = (
    Label("positive", Words("Positive feedback", "好评")),
    Label("neutral", Words("Neutral feedback", "中评")),
    Label("negative", Words("Negative feedback", "差评")),
    Label("none", Words("No recent feedback", "近期无反馈")),
)
NEUTRAL, NONE = 1, 3
TONES = {
    1: Words("positive", "正面"),
    0: Words("neutral", "中性"),
    -1: Words("negative", "负面"),
}
# What one answer on a scale says; averages have other bounds (see satisfaction.py).
BOUNDS = (Bounds("csat", 4, 3), Bounds("nps", 9, 7), Bounds("stars", 4, 3))


class FeedbackSettings(Settings):
    """What customers last said."""

    fresh_days: int = Field(
        default=365, gt=0, description="Feedback of so many days ago no longer counts."
    )


@dataclass(frozen=True)
class Feedback:
    """Whether texts and scores are positive, neutral or negative.

    Attributes:
        fresh_days: Feedback of so many days ago no longer counts.
    """

    fresh_days: int

    @property
    def labels(self) -> tuple[Label, ...]:
        """Positive, neutral, negative and none."""
        return LABELS

    def label(self, customers: Customers) -> Labels:
        """Everyone has a class: who said nothing, or long ago, has none."""
        texts = {name: _trait(customers, name) for name in TEXT_FACTS}
        scores = {PREFIX + scale: customers.column(PREFIX + scale) for scale in SCALES}
        silence = customers.column(SILENCE)
        wrote = texts[DAYS_SINCE_LAST_TEXT] < self.fresh_days
        balance = texts[POSITIVE_TEXTS] - texts[NEGATIVE_TEXTS]
        tone = np.sign(np.where(balance == 0, texts[LAST_TONE], balance))
        scored = worst(customers, BOUNDS, PREFIX)
        said_something = (scored != NO_SCORE) & (silence < self.fresh_days)
        by_score = np.where(said_something, scored, NONE)
        by_text = NEUTRAL - np.nan_to_num(tone).astype(np.int64)
        return Labels(np.where(wrote, by_text, by_score), texts | scores | {SILENCE: silence})

    def rule(self) -> Words:
        """What counts before what."""
        bounds_en = "; ".join(bound.said.en for bound in BOUNDS)
        bounds_zh = ";".join(bound.said.zh for bound in BOUNDS)
        return Words(
            f"Who wrote within {self.fresh_days} days: whether positive or negative texts of the "
            "last 365 days prevail, and where they balance, the latest text. Who did not: the "
            f"latest score, if feedback came within {self.fresh_days} days; high is positive, "
            f"medium neutral, low negative ({bounds_en}); of several scales the worst counts. "
            "Everyone else: none.",
            f"{self.fresh_days}天内有文字反馈的:看最近365天正面与负面文字孰多,相等则以最近一条为准。"
            f"没有的:若{self.fresh_days}天内有反馈,看最近评分,高为好评、中为中评、低为差评"
            f"({bounds_zh}),有多种评分时以最差者为准。其余为近期无反馈。",
        )

    def explain(self, facts: Mapping[str, Fact]) -> Words:
        """The texts that decided, or the scores, or that there is neither."""
        days = facts[DAYS_SINCE_LAST_TEXT]
        if isinstance(days, float) and days < self.fresh_days:
            good, bad = (facts[name] or 0 for name in (POSITIVE_TEXTS, NEGATIVE_TEXTS))
            tone = TONES[int(facts[LAST_TONE] or 0)]
            return Words(
                f"{good:.0f} positive and {bad:.0f} negative texts in 365 days, "
                f"the latest {tone.en}, {days:,.0f} days ago",
                f"365天内正面{good:.0f}条、负面{bad:.0f}条,最近一条为{tone.zh},在{days:,.0f}天前",
            )
        scores, silence = said(facts, BOUNDS, PREFIX), facts[SILENCE]
        if scores is None or not isinstance(silence, float) or silence >= self.fresh_days:
            return Words("no text or score of late", "近期无文字反馈和评分")
        return Words(
            f"{scores.en}; last feedback {silence:,.0f} days ago",
            f"{scores.zh};上次反馈在{silence:,.0f}天前",
        )


def fit(population: Population, settings: FeedbackSettings) -> Fitted | Off:
    """Takes the rule as it is, where anyone ever wrote or scored."""
    customers = population.customers
    wrote = not np.isnan(_trait(customers, LAST_TONE)).all()
    if not wrote and not any(customers.knows(PREFIX + scale) for scale in SCALES):
        return Off(
            Words(
                "nobody wrote a text or gave a score; map text, or score and scale, in "
                "[tables.feedback]",
                "没有任何客户写过文字反馈或评过分;请在[tables.feedback]中映射text,或映射score和scale",
            )
        )
    return Feedback(settings.fresh_days)


def _trait(customers: Customers, name: str) -> NDArray[np.float64]:
    """The trait; all unknown where the project has no texts."""
    found = customers.number(name)
    return np.full(len(customers), np.nan) if found is None else found


FEEDBACK = Scheme(
    "feedback",
    Words("Feedback", "反馈倾向"),
    1,
    FeedbackSettings,
    Feedback,
    fit,
    unlabelled=Words("nobody: who said nothing has none", "无:无反馈者归入近期无反馈"),
    order=(("positive",), ("neutral",), ("negative",)),
)
