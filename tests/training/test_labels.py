"""Labels look at [T + gap, T + gap + horizon) and nowhere else."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from features.build import FeatureRows
from features.catalog import NAMES
from scoring.churn_definition import Inactivity
from tests.features.streams import Row, Stream, opened
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
