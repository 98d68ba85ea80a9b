"""Feedback: texts before scores, majorities and ties, and what is too old."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from scoring.segments.customers import Customers
from scoring.segments.feedback import Feedback, FeedbackSettings, fit
from scoring.segments.scheme import Off
from tests.scoring.segments.populations import codes, customers_with, population_of

NONE = float("nan")


def wrote(*texts: tuple[float, float, float, float], **columns: Any) -> Customers:
    """Positive and negative texts, the last one's tone and its age in days."""
    positive, negative, last, days = zip(*texts, strict=True)
    traits: dict[str, Sequence[Any]] = {
        "positive_texts_last_365_days": positive,
        "negative_texts_last_365_days": negative,
        "last_tone": last,
        "days_since_last_text": days,
    }
    return customers_with(traits, **columns)


def fitted(customers: Customers, fresh_days: int = 365) -> Feedback:
    found = fit(population_of(customers), FeedbackSettings(fresh_days=fresh_days))
    assert isinstance(found, Feedback)
    return found


def labelled(customers: Customers) -> list[str | None]:
    return codes(fitted(customers), customers)


def test_the_majority_of_texts_decides_and_the_last_one_where_they_balance() -> None:
    customers = wrote((2, 1, -1, 5), (1, 2, 1, 5), (1, 1, -1, 5), (1, 1, 1, 5), (1, 1, 0, 5))

    assert labelled(customers) == ["positive", "negative", "negative", "positive", "neutral"]


def test_only_neutral_texts_are_neutral() -> None:
    assert labelled(wrote((0, 0, 0, 5))) == ["neutral"]


def test_texts_count_before_scores_and_scores_where_texts_are_old() -> None:
    customers = wrote(
        (1, 0, 1, 364),
        (0, 0, 1, 365),
        (0, 0, NONE, NONE),
        (0, 0, NONE, NONE),
        last_stars=[1, 1, 3, 5],
        days_since_last_feedback=[364, 2, 2, 2],
    )

    assert labelled(customers) == ["positive", "negative", "neutral", "positive"]


def test_the_worst_of_the_latest_scores_counts_and_old_ones_do_not() -> None:
    customers = customers_with(
        last_csat=[5, 5, 5, NONE],
        last_nps=[6, 8, NONE, NONE],
        days_since_last_feedback=[1, 1, 365, NONE],
    )

    assert labelled(customers) == ["negative", "neutral", "none", "none"]


def test_who_said_nothing_has_none() -> None:
    customers = wrote((1, 0, 1, 5), (0, 0, NONE, NONE))

    assert labelled(customers) == ["positive", "none"]


def test_a_customer_alone_has_the_class_of_the_population() -> None:
    random = np.random.default_rng(5)
    customers = wrote(
        *zip(
            *(random.integers(0, 4, 60) for _ in range(2)),
            random.integers(-1, 2, 60),
            random.choice([1, 400, NONE], 60),
            strict=True,
        ),
        last_nps=random.choice([3, 8, 10, NONE], 60).tolist(),
        days_since_last_feedback=random.choice([3, 365, NONE], 60).tolist(),
    )
    feedback = fitted(customers)

    alone = [codes(feedback, customers.where(np.array([i])))[0] for i in range(60)]

    assert alone == codes(feedback, customers)
    assert len(set(alone)) == 4


def test_a_stored_customer_alone_who_wrote_nothing_has_none() -> None:
    # Kept as JSON, what is unknown of one customer does not tell that it is a number.
    scheme = fitted(wrote((2, 1, -1, 5), (0, 0, NONE, NONE)))
    alone = wrote((0, 0, NONE, NONE))
    unknown = {name: np.array([None]) for name in ("last_tone", "days_since_last_text")}

    assert codes(scheme, replace(alone, traits={**alone.traits, **unknown})) == ["none"]


def test_without_texts_and_scores_the_scheme_says_what_to_map() -> None:
    for customers in (customers_with(orders_in_total=[1]), wrote((0, 0, NONE, NONE))):
        found = fit(population_of(customers), FeedbackSettings())
        assert isinstance(found, Off)
        assert "map text, or score and scale" in found.why.en


def test_the_explanation_says_which_texts_or_scores_decided() -> None:
    customers = wrote(
        (2, 1, -1, 5),
        (0, 0, NONE, NONE),
        (0, 0, NONE, NONE),
        last_nps=[NONE, 9, 9],
        days_since_last_feedback=[5, 30, 365],
    )
    feedback = fitted(customers)
    labels = feedback.label(customers)

    said = [feedback.explain(labels.facts_of(i)) for i in range(3)]

    assert [words.en for words in said] == [
        "2 positive and 1 negative texts in 365 days, the latest negative, 5 days ago",
        "recommendation score 9 of 10; last feedback 30 days ago",
        "no text or score of late",
    ]
    assert said[0].zh == "365天内正面2条、负面1条,最近一条为负面,在5天前"


def test_the_rule_says_how_long_feedback_counts() -> None:
    assert "within 90 days" in fitted(wrote((1, 0, 1, 5)), 90).rule().en
