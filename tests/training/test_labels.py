"""Labels look at [T + gap, T + gap + horizon) and nowhere else."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from features.build import FeatureRows
from features.catalog import NAMES
from scoring.churn_definition import Inactivity
from tests.features.streams import Line, opened
from training.errors import TrainingError
from training.labels import churned

T = datetime(2024, 3, 1)
DEFINITION = Inactivity(silent_days=90, horizon_days=28, gap_days=7)
SECOND = timedelta(seconds=1)
END = Line("last", "z", T + timedelta(days=200), T + timedelta(days=200), 1.0, 1, False)


def order(customer_id: str, at: datetime, *, is_return: bool = False) -> Line:
    return Line(customer_id, f"{customer_id}{at}", at, at, 1.0, 1, is_return)


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
    tables = opened([order("a", T + at), END], tmp_path)
    assert churned(tables, DEFINITION, rows("a")).tolist() == [is_churn]


def test_a_return_is_no_sign_of_life(tmp_path: Path) -> None:
    tables = opened([order("a", T + timedelta(days=10), is_return=True), END], tmp_path)
    assert churned(tables, DEFINITION, rows("a")).tolist() == [True]


def test_each_date_has_its_own_label(tmp_path: Path) -> None:
    tables = opened([order("a", T + timedelta(days=10)), END], tmp_path)
    later = rows("a", at=T + timedelta(days=10))
    both = FeatureRows(
        np.concatenate([rows("a").customer_ids, later.customer_ids]),
        np.concatenate([rows("a").as_of, later.as_of]),
        np.concatenate([rows("a").values, later.values]),
    )
    assert churned(tables, DEFINITION, both).tolist() == [False, True]


def test_a_window_that_ends_after_the_data_is_refused(tmp_path: Path) -> None:
    tables = opened([order("a", T), END], tmp_path)
    too_late = END.ordered_at - timedelta(days=34)
    with pytest.raises(TrainingError, match=r"its label window ends .* choose an earlier date"):
        churned(tables, DEFINITION, rows("a", at=too_late))
