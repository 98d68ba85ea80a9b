"""Satisfaction: bounds of each scale, the worst of several, and what is too old."""

from typing import Any

import numpy as np
import pytest

from scoring.segments.customers import Customers
from scoring.segments.satisfaction import Satisfaction, SatisfactionSettings, fit
from scoring.segments.scheme import Off
from tests.scoring.segments.populations import codes, customers_with, population_of

NONE = float("nan")


def scored(**scores: list[float]) -> Customers:
    count = len(next(iter(scores.values())))
    columns: dict[str, Any] = {f"recent_{scale}": values for scale, values in scores.items()}
    return customers_with(**columns, days_since_last_feedback=[9] * count)


def fitted(customers: Customers, **changed: Any) -> Satisfaction:
    found = fit(population_of(customers), SatisfactionSettings(**changed))
    assert isinstance(found, Satisfaction)
    return found


def labelled(customers: Customers) -> list[str | None]:
    return codes(fitted(customers), customers)


def test_recommendations_are_cut_as_promoters_passives_and_detractors() -> None:
    assert labelled(scored(nps=[10, 9, 8.99, 7, 6.99, 0])) == [
        *("high", "high", "medium", "medium", "low", "low")
    ]


@pytest.mark.parametrize("scale", ["csat", "stars"])
def test_scores_to_five_are_high_from_four_and_medium_from_three(scale: str) -> None:
    assert labelled(scored(**{scale: [5, 4, 3.9, 3, 2.9, 1]})) == [
        *("high", "high", "medium", "medium", "low", "low")
    ]


def test_the_worst_of_several_scales_counts() -> None:
    customers = scored(csat=[5, 5, NONE, 2], nps=[10, 8, NONE, 10], stars=[5, 5, 1, NONE])

    assert labelled(customers) == ["high", "medium", "low", "low"]


def test_without_a_score_or_a_year_after_it_it_is_unknown() -> None:
    customers = customers_with(
        recent_csat=[5, 5, NONE, NONE], days_since_last_feedback=[364, 365, 1, NONE]
    )

    assert labelled(customers) == ["high", "unknown", "unknown", "unknown"]


def test_a_project_sets_its_own_bounds() -> None:
    customers = scored(csat=[4.5, 4.4])

    assert codes(fitted(customers, csat_high=4.5), customers) == ["high", "medium"]
    with pytest.raises(ValueError, match="csat_medium must be below csat_high"):
        SatisfactionSettings(csat_high=3)


def test_a_customer_alone_is_as_satisfied_as_among_others() -> None:
    customers = scored(nps=np.linspace(0, 10, 80).tolist())
    satisfaction = fitted(customers)

    alone = [codes(satisfaction, customers.where(np.array([i])))[0] for i in range(80)]

    assert alone == codes(satisfaction, customers)


def test_without_any_score_the_scheme_says_what_to_map() -> None:
    found = fit(population_of(customers_with(orders_in_total=[1, 2])), SatisfactionSettings())

    assert isinstance(found, Off)
    assert "map score and scale" in found.why.en
    assert "score和scale" in found.why.zh


def test_the_explanation_names_the_scores_and_how_old_they_are() -> None:
    customers = customers_with(
        recent_nps=[6.25, 9, NONE],
        recent_stars=[NONE, 4, NONE],
        days_since_last_feedback=[12, 365, NONE],
    )
    satisfaction = fitted(customers)
    labels = satisfaction.label(customers)

    said = [satisfaction.explain(labels.facts_of(i)).en for i in range(3)]

    assert said == [
        "recommendation score 6.25 of 10; last feedback 12 days ago",
        "recommendation score 9 of 10, stars 4 of 5; last feedback 365 days ago, too old to tell",
        "never gave a score",
    ]
    assert satisfaction.explain(labels.facts_of(0)).zh == "推荐意愿分6.25/10;上次反馈在12天前"


def test_the_rule_holds_the_bounds() -> None:
    rule = fitted(scored(nps=[1]), nps_high=8.5).rule()

    assert "recommendation score (to 10) from 8.5 high, from 7 medium" in rule.en
    assert "推荐意愿分(满分10)不低于8.5为高,不低于7为中" in rule.zh
