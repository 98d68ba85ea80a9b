"""Risk tiers: critical, high, medium, low, by churn probability and the money that hangs on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

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

Tier = Literal["critical", "high", "medium", "low"]
LABELS = (
    Label("critical", Words("Critical", "紧急")),
    Label("high", Words("High", "高")),
    Label("medium", Words("Medium", "中")),
    Label("low", Words("Low", "低")),
)
CRITICAL, HIGH, MEDIUM, LOW = range(len(LABELS))
NOT_SCORED = Words("not scored: gone already, or too new to judge", "未评分:已流失或过新无法判断")


class RiskSettings(Settings):
    """Lowest churn probability of each risk tier above low."""

    critical: float = Field(default=0.5, gt=0, lt=1, description="Of critical.")
    high: float = Field(default=0.25, gt=0, lt=1, description="Of high.")
    medium: float = Field(default=0.1, gt=0, lt=1, description="Of medium.")
    critical_value_quantile: float = Field(
        default=0.5,
        ge=0,
        lt=1,
        description="Critical is only whose value at risk is not below this quantile of everyone "
        "scored; the others are high. Without a value model the probability alone decides.",
    )

    @model_validator(mode="after")
    def _descend(self) -> "RiskSettings":
        if not self.critical > self.high > self.medium:
            raise ValueError("critical, high and medium must descend")
        return self


@dataclass(frozen=True)
class RiskTiers:
    """Thresholds of the tiers.

    Attributes:
        critical: Lowest churn probability of critical; critical > high > medium, in (0, 1).
        high: Of high.
        medium: Of medium.
        value_at_risk: Lowest value at risk of critical; None where the probability decides alone.
        currency: Code of the money's currency.
    """

    critical: float
    high: float
    medium: float
    value_at_risk: float | None
    currency: str

    @property
    def labels(self) -> tuple[Label, ...]:
        """Critical, high, medium, low."""
        return LABELS

    def label(self, customers: Customers) -> Labels:
        """The tier of everyone scored; who is on a threshold is in the upper tier."""
        probability = customers.churn_probability
        if probability is None:
            probability = np.full(len(customers), np.nan)
        at_risk = customers.value_at_risk
        worth = (
            np.ones(len(customers), dtype=bool)
            if self.value_at_risk is None
            else np.nan_to_num(at_risk) >= self.value_at_risk
        )
        tiers = np.select(
            [
                np.isnan(probability),
                (probability >= self.critical) & worth,
                probability >= self.high,
                probability >= self.medium,
            ],
            [UNLABELLED, CRITICAL, HIGH, MEDIUM],
            default=LOW,
        )
        return Labels(tiers, {"churn_probability": probability, "value_at_risk": at_risk})

    def rule(self) -> Words:
        """The thresholds."""
        en, zh = "", ""
        if self.value_at_risk is not None:
            money = f"{self.currency} {self.value_at_risk:,.2f}"
            en = f" and a value at risk of {money} or more (else high)"
            zh = f"且风险价值不低于{money}(否则为高)"
        return Words(
            f"By the probability to churn: critical from {self.critical:.0%} on{en}, high from "
            f"{self.high:.0%}, medium from {self.medium:.0%}, low below.",
            f"按流失概率:{self.critical:.0%}起为紧急{zh},{self.high:.0%}起为高,"
            f"{self.medium:.0%}起为中,其余为低。",
        )

    def explain(self, facts: Mapping[str, Fact]) -> Words:
        """The probability, and the money at risk where known."""
        probability, money = facts["churn_probability"], facts["value_at_risk"]
        if probability is None:
            return NOT_SCORED
        at_risk = "" if money is None else f"{self.currency} {money:,.2f}"
        return Words(
            f"churn probability {probability:.1%}" + (f", {at_risk} at risk" if at_risk else ""),
            f"流失概率{probability:.1%}" + (f",风险价值{at_risk}" if at_risk else ""),
        )


def fit(population: Population, settings: RiskSettings) -> Fitted | Off:
    """Probabilities come from the settings; how much money is much, from the population."""
    probability = population.customers.churn_probability
    if probability is None or np.isnan(probability).all():
        return Off(
            Words(
                "nobody is scored; train a churn model: `retinue train`",
                "尚无评分;请先训练流失模型:`retinue train`",
            )
        )
    return RiskTiers(
        settings.critical,
        settings.high,
        settings.medium,
        _quantile(population.customers.value_at_risk, settings.critical_value_quantile),
        population.currency,
    )


def _quantile(at_risk: NDArray[np.float64], share: float) -> float | None:
    known = at_risk[~np.isnan(at_risk)]
    if not len(known):
        return None
    return float(np.quantile(known, share, method="inverted_cdf"))


RISK = Scheme(
    "risk",
    Words("Risk tiers", "流失风险等级"),
    1,
    RiskSettings,
    RiskTiers,
    fit,
    NOT_SCORED,
    order=(("low",), ("medium",), ("high",), ("critical",)),
)
