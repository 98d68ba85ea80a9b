"""The advice finds the silence that was planted, and says so when there is none to find."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from features.errors import TableError
from features.tables import Tables
from scoring.churn_definition import Cadence, Inactivity, SubscriptionEnd
from tests.features.streams import Row, opened
from training.advice.advise import Advice, advise
from training.advice.picture import plot_advice
from training.advice.record import as_record
from training.advice.words import finding, sentences
from training.errors import TrainingError
from training.simulation.truths import Truths

T = datetime(2024, 6, 1)
CHURN = Inactivity(silent_days=50, horizon_days=28)


@pytest.fixture(scope="module")
def advice(planted: Tables) -> Advice:
    return advise(planted, Inactivity(silent_days=40, horizon_days=42))


def test_it_recovers_the_planted_silence_in_days_and_in_own_gaps(advice: Advice) -> None:
    truths = Truths()
    planted = truths.dormant_after_gaps * truths.usual_gap_days  # 70 days, of the median customer
    assert advice.suggested == pytest.approx(planted, abs=7)
    assert advice.rhythm is not None
    assert advice.rhythm.suggested_gaps == pytest.approx(truths.dormant_after_gaps, abs=0.5)


def test_it_moves_with_the_level(planted: Tables, advice: Advice) -> None:
    stricter = advise(planted, advice.definition, level=0.05)
    assert (stricter.suggested or 0) > (advice.suggested or 0) + 14


def test_the_suggestion_is_the_first_day_below_the_level(advice: Advice) -> None:
    shares = advice.returning.within(42)
    assert advice.suggested is not None
    assert shares[advice.suggested] < advice.level <= shares[advice.suggested - 1]


def test_fewer_come_back_the_longer_they_were_silent(advice: Advice) -> None:
    assert (np.diff(advice.returning.ever()) <= 1e-12).all()
    gone = [line.stability.gone for line in advice.lines]
    assert gone == sorted(gone, reverse=True)
    at = advice.line(advice.suggested or 0)
    assert at is not None
    assert (at.stability.came_back_share or 0) < 0.05


def test_the_words_say_what_to_set_and_what_it_is_now(advice: Advice) -> None:
    first, second, *_ = sentences(advice)
    assert first.startswith(f"After {advice.suggested} days of silence fewer than 20% order")
    assert f"set [churn] silent_days = {advice.suggested}. It is 40 now, after which 6" in first
    assert "would have called" in second


def test_the_record_is_plain_and_whole(advice: Advice) -> None:
    record = json.loads(json.dumps(as_record(advice)))
    assert record["suggested_silent_days"] == advice.suggested
    assert record["curve"][9]["silent_days"] == 10
    assert len(record["curve"]) == advice.returning.longest(42)
    assert {40, advice.suggested} <= {row["silent_days"] for row in record["candidates"]}
    assert "no order within 42 days" in record["definition"]


def test_the_picture_is_written(advice: Advice, tmp_path: Path) -> None:
    path = plot_advice(advice, tmp_path / "made" / "silences.png")
    assert path.read_bytes().startswith(b"\x89PNG")


def test_what_happened_after_the_date_does_not_count(planted: Tables) -> None:
    date = datetime(2024, 1, 1)
    found = advise(planted, CHURN, date)
    assert found.returning.units <= (date - datetime(2023, 1, 2)).days
    assert found.past < found.as_of == date


def shop(tmp_path: Path, every: int, orders: int, customers: int = 60) -> Tables:
    """Customers who order every so many days, for ever."""
    rows: list[Row] = [
        {
            "customer_id": f"c{customer}",
            "ordered_at": T - timedelta(days=every * order + customer % every, hours=3),
            "amount": 1.0,
        }
        for customer in range(customers)
        for order in range(orders)
    ]
    return opened({"orders": rows}, tmp_path)


def test_where_everybody_always_comes_back_nothing_is_suggested(tmp_path: Path) -> None:
    found = advise(shop(tmp_path, 40, 9), Inactivity(silent_days=50, horizon_days=14))

    assert found.suggested is None
    assert finding(found).startswith("After no silence seen do, for good, fewer than 20% order")
    assert "bring a longer one, or accept a higher --level" in sentences(found)[0]


def test_too_short_a_history_is_refused(tmp_path: Path) -> None:
    tables = shop(tmp_path, 5, 4)
    with pytest.raises(TrainingError, match=r"fewer than 30 silences .* shorter \[churn\] horizon"):
        advise(tables, CHURN)


@pytest.mark.parametrize("date", [datetime(2020, 1, 1), datetime(2030, 1, 1)])
def test_a_date_outside_the_orders_is_refused(planted: Tables, date: datetime) -> None:
    with pytest.raises(TrainingError, match=r"lies outside the orders, .* choose a date between"):
        advise(planted, CHURN, date)


def test_a_project_without_orders_is_told_so(tmp_path: Path) -> None:
    row: Row = {"customer_id": "a", "started_at": T, "plan": "basic", "amount_per_month": 5.0}
    tables = opened({"subscriptions": [row]}, tmp_path)
    with pytest.raises(TableError, match=r"no \[tables.orders\]"):
        advise(tables, CHURN)


def test_it_says_what_it_means_for_other_definitions(planted: Tables, advice: Advice) -> None:
    cadence = Cadence(usual_gaps=4, silent_days=40, horizon_days=42)
    ends = SubscriptionEnd(horizon_days=42, silent_days=40)
    assert advice.rhythm is not None
    assert advice.rhythm.suggested_gaps is not None

    of_cadence = sentences(replace(advice, definition=cadence))[-1]
    of_ends = sentences(replace(advice, definition=ends))[-1]

    assert "with usual_gaps = 4" in of_cadence
    assert of_cadence.endswith(f"and usual_gaps = {advice.rhythm.suggested_gaps:.1f}.")
    assert "does not depend on silence between orders" in of_ends
    assert "definition is" not in " ".join(sentences(advice))
