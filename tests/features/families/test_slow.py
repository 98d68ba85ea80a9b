"""Every feature beside those of a window is what a slow plain computation says."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given

from features.build import build_features
from features.catalog import NAMES
from features.history.before import History
from tests.features.families.slow_baskets import slow_baskets
from tests.features.families.slow_customers import slow_customers
from tests.features.families.slow_events import slow_events
from tests.features.families.slow_feedback import slow_feedback
from tests.features.families.slow_orders import slow_orders
from tests.features.families.slow_subscriptions import slow_subscriptions
from tests.features.families.slow_tickets import slow_tickets
from tests.features.families.windows import OF_A_WINDOW
from tests.features.streams import (
    EXAMPLES,
    SEEDS,
    TYPES,
    Row,
    Stream,
    T,
    as_known,
    opened,
    random_stream,
    without_known_at,
)

SLOW: tuple[tuple[str, Callable[[Sequence[Row], datetime], dict[str, float]]], ...] = (
    ("orders", slow_orders),
    ("orders", slow_baskets),
    ("events", slow_events),
    ("feedback", slow_feedback),
    ("tickets", slow_tickets),
    ("subscriptions", slow_subscriptions),
    ("customers", slow_customers),
)


def slowly(known: Stream, customer_id: str) -> dict[str, float]:
    """Every feature of one customer that is not of a window."""
    values: dict[str, float] = {}
    for name, compute in SLOW:
        own = [row for row in known[name] if row["customer_id"] == customer_id]
        values |= compute(own, T)
    return values


@pytest.mark.parametrize(
    ("ids", "change"),
    [(TYPES["text"], dict), (pa.int64(), dict), (TYPES["text"], without_known_at)],
    ids=["text ids", "integer ids", "without known_at"],
)
@EXAMPLES
@given(seed=SEEDS)
def test_every_feature_is_what_a_slow_plain_computation_says(
    seed: int, ids: pa.DataType, change: Callable[[Stream], Stream], folder: Path
) -> None:
    stream = change(random_stream(seed))
    rows = build_features(History.before(opened(stream, folder, ids), [T]))

    known = as_known(stream)
    for customer_id, values in zip(rows.customer_ids, rows.values, strict=True):
        expected = slowly(known, customer_id)
        found = {name: values[NAMES.index(name)] for name in expected}
        wrong = {
            name: (found[name], value)
            for name, value in expected.items()
            if not np.isclose(found[name], value, rtol=1e-9, atol=1e-9, equal_nan=True)
        }
        assert not wrong, customer_id


def test_the_oracles_together_cover_the_catalog() -> None:
    of_a_window = {name for name in NAMES if OF_A_WINDOW.search(name)}
    assert slowly(as_known({name: [] for name in dict(SLOW)}), "1").keys() | of_a_window == set(
        NAMES
    )
