"""Labels look at [T + gap, T + gap + horizon) and nowhere else."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from features.build import FeatureRows
from features.catalog import NAMES
from scoring.churn_definition import Cadence, Inactivity, SubscriptionEnd
from tests.features.streams import Row, Stream, opened
from tests.scoring.rows import feature_rows
from training.errors import TrainingError
from training.labels import churned

T = datetime(2024, 3, 1)
DEFINITION = Inactivity(silent_days=90, horizon_days=28, gap_days=7)
SECOND = timedelta(seconds=1)
LAST = T + timedelta(days=200)


def order(customer_id: str, at: datetime, *, is_return: bool = False) -> Row:
    return {"customer_id": customer_id, "ordered_at": at, "amount": 1.0, "is_return": is_return}


def stream(*orders: Row) -> Stream:
    return {"orders": [*orders, order("last", LAST)]}


def rows(*customers: str, at: datetime = T) -> FeatureRows:
    return FeatureRows(
        np.array(customers, dtype=object),
        np.full(len(customers), at, dtype="datetime64[us]"),
        np.zeros((len(customers), len(NAMES))),
    )


@pytest.mark.parametrize(
    ("at", "is_churn"),
    [
        (timedelta(days=7) - SECOND, True),
        (timedelta(days=7), False),
        (timedelta(days=35) - SECOND, False),
        (timedelta(days=35), True),
    ],
)
def test_the_window_holds_its_start_and_not_its_end(
    at: timedelta, is_churn: bool, tmp_path: Path
) -> None:
    tables = opened(stream(order("a", T + at)), tmp_path)
    assert churned(tables, DEFINITION, rows("a")).tolist() == [is_churn]


def test_a_return_is_no_sign_of_life(tmp_path: Path) -> None:
    tables = opened(stream(order("a", T + timedelta(days=10), is_return=True)), tmp_path)
    assert churned(tables, DEFINITION, rows("a")).tolist() == [True]


def test_each_date_has_its_own_label(tmp_path: Path) -> None:
    tables = opened(stream(order("a", T + timedelta(days=10))), tmp_path)
    later = rows("a", at=T + timedelta(days=10))
    both = FeatureRows(
        np.concatenate([rows("a").customer_ids, later.customer_ids]),
        np.concatenate([rows("a").as_of, later.as_of]),
        np.concatenate([rows("a").values, later.values]),
    )
    assert churned(tables, DEFINITION, both).tolist() == [False, True]


def test_a_window_that_ends_after_the_data_is_refused(tmp_path: Path) -> None:
    tables = opened(stream(order("a", T)), tmp_path)
    too_late = LAST - timedelta(days=34)
    with pytest.raises(TrainingError, match=r"its label window ends .* choose an earlier date"):
        churned(tables, DEFINITION, rows("a", at=too_late))


CADENCE = Cadence(usual_gaps=3, silent_days=90, horizon_days=28, gap_days=7)


def paced(silent: float, usual: float, orders: float) -> FeatureRows:
    """Customer c0 at T, with what a cadence reads."""
    found = feature_rows(
        days_since_last_order=[silent],
        mean_days_between_orders=[usual],
        orders_in_total=[orders],
    )
    return FeatureRows(found.customer_ids, np.full(1, T, dtype="datetime64[us]"), found.values)


@pytest.mark.parametrize(
    ("silent", "usual", "orders", "is_churn"),
    [
        pytest.param(25, 20, 4, True, id="60 days of silence are exactly 3 gaps of 20"),
        pytest.param(24, 20, 4, False, id="59 days are not"),
        pytest.param(5, 100, 9, False, id="one of a slow pace is not gone within the horizon"),
        pytest.param(55, 20, 3, True, id="of few orders, 90 days of silence count"),
        pytest.param(54, 20, 3, False, id="of few orders, 89 days do not"),
        pytest.param(55, 0, 4, True, id="all orders on one day are no pace"),
    ],
)
def test_a_cadence_counts_silence_at_the_end_in_own_gaps(
    silent: float, usual: float, orders: float, is_churn: bool, tmp_path: Path
) -> None:
    tables = opened(stream(), tmp_path)
    assert churned(tables, CADENCE, paced(silent, usual, orders)).tolist() == [is_churn]


@pytest.mark.parametrize(
    ("at", "usual", "is_churn"),
    [
        pytest.param(timedelta(days=7), 1, False, id="an order in the window is a stay"),
        pytest.param(timedelta(days=35), 1, True, id="one after it is none"),
        pytest.param(timedelta(days=5), 10, True, id="one in the gap: 30 days of silence, 3 gaps"),
        pytest.param(timedelta(days=5), 10.1, False, id="one in the gap begins the silence anew"),
    ],
)
def test_a_cadence_looks_at_orders_in_the_gap_and_the_window(
    at: timedelta, usual: float, is_churn: bool, tmp_path: Path
) -> None:
    tables = opened(stream(order("c0", T + at)), tmp_path)
    assert churned(tables, CADENCE, paced(50, usual, 9)).tolist() == [is_churn]


ENDS = SubscriptionEnd(horizon_days=28, grace_days=7)
DAY = timedelta(days=1)


def runs(since: timedelta, until: timedelta | None = None, customer: str = "a") -> Row:
    ended = None if until is None else T + until
    row = {"customer_id": customer, "started_at": T + since, "ended_at": ended}
    return {**row, "plan": "basic", "amount_per_month": 5.0}


@pytest.mark.parametrize(
    ("subscriptions", "is_churn"),
    [
        pytest.param([runs(-50 * DAY)], False, id="it runs on"),
        pytest.param([runs(-50 * DAY, 0 * DAY)], True, id="it ends with the window's begin"),
        pytest.param([runs(-50 * DAY, 28 * DAY - SECOND)], True, id="it ends at the very end"),
        pytest.param([runs(-50 * DAY, 28 * DAY)], False, id="it ends after the window"),
        pytest.param(
            [runs(-50 * DAY, 9 * DAY), runs(16 * DAY)], False, id="renewed on the last day of grace"
        ),
        pytest.param(
            [runs(-50 * DAY, 9 * DAY), runs(16 * DAY + SECOND)], True, id="renewed after the grace"
        ),
        pytest.param(
            [runs(-50 * DAY, 9 * DAY), runs(10 * DAY, 12 * DAY)], True, id="the renewal ended, too"
        ),
        pytest.param(
            [runs(-50 * DAY, 9 * DAY), runs(-40 * DAY)], False, id="another one runs beside it"
        ),
        pytest.param(
            [runs(-50 * DAY, 9 * DAY), runs(-40 * DAY, customer="b")],
            True,
            id="another customer's runs",
        ),
        pytest.param(
            [runs(-50 * DAY, 9 * DAY), runs(10 * DAY, 26 * DAY)], True, id="the second end counts"
        ),
    ],
)
def test_a_subscription_that_ends_is_churn_unless_one_runs_after_the_grace(
    subscriptions: list[Row], is_churn: bool, tmp_path: Path
) -> None:
    tables = opened({"subscriptions": [*subscriptions, runs(200 * DAY, None, "last")]}, tmp_path)
    assert churned(tables, ENDS, rows("a")).tolist() == [is_churn]


def test_a_grace_must_have_passed_within_the_data(tmp_path: Path) -> None:
    known = opened({"subscriptions": [runs(-DAY), runs(35 * DAY, None, "last")]}, tmp_path)
    assert churned(known, ENDS, rows("a")).tolist() == [False]
    with pytest.raises(TrainingError, match=r"after the last order or new subscription"):
        churned(known, ENDS, rows("a", at=T + SECOND))


def test_what_a_definition_looks_at_must_be_there(tmp_path: Path) -> None:
    subscriptions = opened({"subscriptions": [runs(-DAY)]}, tmp_path)
    with pytest.raises(TrainingError, match=r'"cadence" looks at orders .* "subscription_end"'):
        churned(subscriptions, CADENCE, rows("a"))
    orders = opened(stream(), tmp_path)
    with pytest.raises(TrainingError, match=r"map ended_at in \[tables.subscriptions.columns\]"):
        churned(orders, ENDS, rows("a"))
