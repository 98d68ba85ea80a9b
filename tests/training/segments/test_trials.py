"""Treatments after a date, answers in time, and labels that cannot know them."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from scoring.segments.scheme import Labels
from tests.features.streams import Row, Stream, opened
from tests.scoring.segments.populations import customers_with
from training.errors import TrainingError
from training.segments.response import Answers
from training.segments.trials import TrialWindow, campaign_dates, trials_after

T = datetime(2024, 1, 1)  # of the customers made by hand
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)
WINDOW = TrialWindow(days=30, answer_days=14)
BY_ORDER = TrialWindow(days=30, answer_days=14, outcome="order")


def treatment(
    customer_id: str,
    at: datetime,
    converted_at: datetime | None = None,
    arm: str | None = "mail",
    campaign_id: str = "one",
) -> Row:
    return {
        "customer_id": customer_id,
        "campaign_id": campaign_id,
        "treated_at": at,
        "arm": arm,
        "converted_at": converted_at,
    }


def order(customer_id: str, at: datetime, *, is_return: bool = False) -> Row:
    return {"customer_id": customer_id, "ordered_at": at, "amount": 1.0, "is_return": is_return}


def stream(*rows: Row) -> Stream:
    treatments = [row for row in rows if "arm" in row]
    orders = [row for row in rows if "arm" not in row]
    around = [order("x", T - 90 * DAY), order("x", T + 200 * DAY)]
    return {"orders": [*around, *orders], "treatments": treatments}


@pytest.mark.parametrize(
    ("at", "is_counted"),
    [(T - TICK, False), (T, True), (T + 30 * DAY - TICK, True), (T + 30 * DAY, False)],
)
def test_treatments_lie_in_the_window_from_the_date_on(
    at: datetime, is_counted: bool, tmp_path: Path
) -> None:
    (trials,) = trials_after(opened(stream(treatment("a", at)), tmp_path), [T], WINDOW)

    assert len(trials) == int(is_counted)


@pytest.mark.parametrize(
    ("after", "has_answered"),
    [(-TICK, False), (timedelta(0), True), (14 * DAY - TICK, True), (14 * DAY, False)],
)
def test_a_conversion_counts_within_the_days_to_answer(
    after: timedelta, has_answered: bool, tmp_path: Path
) -> None:
    at = T + DAY
    tables = opened(stream(treatment("a", at, at + after), treatment("b", at)), tmp_path)

    (trials,) = trials_after(tables, [T], WINDOW)

    found = dict(zip(trials.customer_ids, trials.answered.tolist(), strict=True))
    assert found == {"a": has_answered, "b": False}


@pytest.mark.parametrize(
    ("after", "is_return", "has_answered"),
    [
        (timedelta(0), False, False),
        (TICK, False, True),
        (TICK, True, False),
        (14 * DAY - TICK, False, True),
        (14 * DAY, False, False),
    ],
)
def test_an_order_after_the_treatment_may_count_as_the_answer(
    after: timedelta, is_return: bool, has_answered: bool, tmp_path: Path
) -> None:
    at = T + DAY
    tables = opened(
        stream(
            treatment("a", at, at + DAY),
            treatment("b", at),
            order("b", at + after, is_return=is_return),
            order("b", at + 20 * DAY),
        ),
        tmp_path,
    )

    (trials,) = trials_after(tables, [T], BY_ORDER)

    found = dict(zip(trials.customer_ids, trials.answered.tolist(), strict=True))
    assert found == {"a": False, "b": has_answered}


def test_what_is_left_out_is_counted_by_cause(tmp_path: Path) -> None:
    late = T + 195 * DAY
    tables = opened(
        stream(
            treatment("a", late - 10 * DAY),
            treatment("a", late - 9 * DAY, arm="none"),
            treatment("b", late - 10 * DAY, arm=None),
            treatment("c", late),
        ),
        tmp_path,
    )

    (trials,) = trials_after(tables, [late - 20 * DAY], WINDOW)

    assert Counter(trials.left_out) == Counter(no_arm=1, repeated=1, unfinished=1)
    assert (trials.customer_ids.tolist(), trials.arms.tolist()) == (["a"], ["mail"])


def test_each_treatment_belongs_to_the_latest_date_before_it(tmp_path: Path) -> None:
    tables = opened(
        stream(
            treatment("a", T + 5 * DAY),
            treatment("b", T + 10 * DAY, campaign_id="two"),
            treatment("c", T + 70 * DAY, campaign_id="three"),
        ),
        tmp_path,
    )

    first, second = trials_after(tables, [T + 10 * DAY, T], WINDOW)

    assert (first.as_of, first.customer_ids.tolist()) == (T, ["a"])
    assert (second.as_of, second.customer_ids.tolist()) == (T + 10 * DAY, ["b"])
    assert campaign_dates(tables) == [T + 5 * DAY, T + 10 * DAY, T + 70 * DAY]


def test_labels_are_found_by_id_and_strangers_have_none(tmp_path: Path) -> None:
    tables = opened(
        stream(
            treatment("c1", T + DAY), treatment("stranger", T + DAY, arm="Control"),
            treatment("c0", T + DAY, T + 2 * DAY),
        ),
        tmp_path,
    )  # fmt: skip
    (trials,) = trials_after(tables, [T], WINDOW)
    customers = customers_with(days_since_last_order=[1, 2])

    answers = Answers.of(trials, customers, Labels(np.array([5, 6]), {}))

    assert answers.customer_ids.tolist() == ["c0", "c1", "stranger"]
    assert answers.positions.tolist() == [5, 6, -1]
    assert answers.treated.tolist() == [True, True, False]
    assert answers.answered.tolist() == [True, False, False]


def test_labels_of_a_later_date_are_refused(tmp_path: Path) -> None:
    tables = opened(stream(treatment("c0", T - DAY)), tmp_path)
    (trials,) = trials_after(tables, [T - 2 * DAY], WINDOW)
    customers = customers_with(days_since_last_order=[1])

    with pytest.raises(TrainingError, match=r"labels of 2024-01-01 already know .* 2023-12-30"):
        trials.positions(customers, Labels(np.array([0]), {}))


def test_a_project_without_campaigns_is_told_where_they_would_come_from(tmp_path: Path) -> None:
    tables = opened({"orders": [order("a", T)]}, tmp_path)

    with pytest.raises(TrainingError, match=r"there is no \[tables.treatments\]"):
        campaign_dates(tables)


def test_without_conversions_orders_are_suggested_as_answers(tmp_path: Path) -> None:
    rows = stream(treatment("a", T))
    rows["treatments"] = [{k: v for k, v in row.items() if k != "converted_at"} for row in
                          rows["treatments"]]  # fmt: skip
    tables = opened(rows, tmp_path)

    with pytest.raises(TrainingError, match=r"map converted_at .* or count orders as answers"):
        trials_after(tables, [T], WINDOW)
    assert [len(trials) for trials in trials_after(tables, [T], BY_ORDER)] == [1]
