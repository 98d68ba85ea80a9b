"""Satisfaction: high, medium or low by recent scores, each on its own scale.

Recommendation scores are cut as their author does (promoters 9-10, passives 7-8, detractors 0-6:
Reichheld, "The One Number You Need to Grow", Harvard Business Review, December 2003).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from pydantic import Field, model_validator

from features.feature import Words
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

PREFIX = "recent_"
SILENCE = "days_since_last_feedback"
LABELS = (
    Label("high", Words("High satisfaction", "满意度高")),
    Label("medium", Words("Medium satisfaction", "满意度中")),
    Label("low", Words("Low satisfaction", "满意度低")),
    Label("unknown", Words("Unknown satisfaction", "满意度未知")),
)
UNKNOWN = 3
NEEDS_SCORES = Words(
    "nobody gave a score; map score and scale (csat_1_5, nps_0_10 or stars_1_5) in "
    "[tables.feedback]",
    "没有任何客户评过分;请在[tables.feedback]中映射score和scale(csat_1_5、nps_0_10或stars_1_5)",
)


class SatisfactionSettings(Settings):
    """Recent scores; each is an average in which a score counts half after every 91 days."""

    csat_high: float = Field(default=4, ge=1, le=5, description="Satisfaction score that is high.")
    csat_medium: float = Field(default=3, ge=1, le=5, description="Satisfaction score, medium.")
    nps_high: float = Field(default=9, ge=0, le=10, description="Recommendation that is high.")
    nps_medium: float = Field(default=7, ge=0, le=10, description="Recommendation, medium.")
    stars_high: float = Field(default=4, ge=1, le=5, description="Stars that are high.")
    stars_medium: float = Field(default=3, ge=1, le=5, description="Stars that are medium.")
    fresh_days: int = Field(
        default=365, gt=0, description="After so many days without feedback it is unknown."
    )

    @model_validator(mode="after")
    def _ascend(self) -> "SatisfactionSettings":
        for bound in self.bounds:
            if not bound.medium < bound.high:
                raise ValueError(f"{bound.scale}_medium must be below {bound.scale}_high")
        return self

    @property
    def bounds(self) -> tuple[Bounds, ...]:
        """Per scale."""
        return tuple(
            Bounds(
                scale,
                float(getattr(self, f"{scale}_high")),
                float(getattr(self, f"{scale}_medium")),
            )
            for scale in SCALES
        )


@dataclass(frozen=True)
class Satisfaction:
    """From which average score satisfaction is high or medium.

    Attributes:
        bounds: Per scale.
        fresh_days: After so many days without feedback it is unknown.
    """

    bounds: tuple[Bounds, ...]
    fresh_days: int

    @property
    def labels(self) -> tuple[Label, ...]:
        """High, medium, low and unknown."""
        return LABELS

    def label(self, customers: Customers) -> Labels:
        """Everyone has a class: who gave no score, or long ago, is unknown."""
        found = worst(customers, self.bounds, PREFIX)
        silence = customers.column(SILENCE)
        known = (found != NO_SCORE) & (silence < self.fresh_days)
        scores = {
            PREFIX + bound.scale: customers.column(PREFIX + bound.scale) for bound in self.bounds
        }
        return Labels(np.where(known, found, UNKNOWN), scores | {SILENCE: silence})

    def rule(self) -> Words:
        """The bounds of each scale and which counts."""
        return Words(
            "The average of a customer's scores, each counting half for every full 91 days since: "
            f"{'; '.join(bound.said.en for bound in self.bounds)}; below that low. Of several "
            f"scales the worst counts. Without a score, or {self.fresh_days} days after the last "
            "feedback, it is unknown.",
            "取客户评分的加权平均(每满91天权重减半):"
            f"{';'.join(bound.said.zh for bound in self.bounds)};更低为低。"
            "有多种评分时以最差者为准。"
            f"从未评分,或距上次反馈已满{self.fresh_days}天,则为未知。",
        )

    def explain(self, facts: Mapping[str, Fact]) -> Words:
        """The scores and how old the latest feedback is."""
        scores = said(facts, self.bounds, PREFIX)
        if scores is None:
            return Words("never gave a score", "从未评分")
        days = facts[SILENCE]
        old = isinstance(days, float) and days >= self.fresh_days
        return Words(
            f"{scores.en}; last feedback {days:,.0f} days ago"
            + (", too old to tell" if old else ""),
            f"{scores.zh};上次反馈在{days:,.0f}天前" + (",时间过久,不作判断" if old else ""),
        )


def fit(population: Population, settings: SatisfactionSettings) -> Fitted | Off:
    """Takes the bounds as the project has them, where anyone gave a score."""
    if not any(population.customers.knows(PREFIX + scale) for scale in SCALES):
        return Off(NEEDS_SCORES)
    return Satisfaction(settings.bounds, settings.fresh_days)


SATISFACTION = Scheme(
    "satisfaction",
    Words("Satisfaction", "满意度"),
    1,
    SatisfactionSettings,
    Satisfaction,
    fit,
    unlabelled=Words("nobody: who gave no score is unknown", "无:未评分者归入未知"),
    order=(("high",), ("medium",), ("low",)),
)
