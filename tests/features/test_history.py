"""No feature knows what was not known: the properties the product stands on."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from features.build import build_features
from features.catalog import NAMES
from features.errors import AsOfDateError
from features.history import cut, orders
from features.history.before import History
from features.history.cut import once_per_date
from tests.features.slow_orders import slow_features
from tests.features.streams import (
    ANCHOR,
    STREAMS,
    Line,
    T,
    features_at,
    known_at_t,
    opened,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Unshrunk, so that a leak turns the suite red in seconds and not after minutes of shrinking.
EXAMPLES = settings(
    max_examples=30, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate)
)

JUST_BEFORE = T - timedelta(seconds=1)
LATER = T + timedelta(days=3)
AT_T = Line("a", "1", T, T, 5.0, 1, False)
AFTER_T = Line("a", "2", LATER, LATER, 7.0, 1, False)
KNOWN_LATE = Line("a", "3", JUST_BEFORE, LATER, 9.0, 1, False)


def assert_unknown_lines_change_nothing(stream: Sequence[Line]) -> None:
    """Features from all lines are, bit for bit, those from the lines known at T alone."""
    with TemporaryDirectory() as folder:
        everything = features_at(stream, Path(folder))
        known = features_at([line for line in stream if known_at_t(line)], Path(folder))
    assert everything.customer_ids.tolist() == known.customer_ids.tolist()
    np.testing.assert_array_equal(everything.values, known.values)


@EXAMPLES
@given(STREAMS)
def test_adding_or_deleting_what_is_unknown_at_t_changes_nothing(stream: list[Line]) -> None:
    assert_unknown_lines_change_nothing(stream)


@EXAMPLES
@given(STREAMS, st.floats(1.0, 1e6), st.integers(0, 10**7))
def test_altering_what_is_unknown_at_t_changes_nothing(
    stream: list[Line], amount: float, later: int
) -> None:
    altered = [
        line
        if known_at_t(line)
        else Line(
            line.customer_id,
            line.order_id,
            T + timedelta(seconds=later),
            T + timedelta(seconds=later),
            amount,
            9,
            False,
        )
        for line in stream
    ]
    with TemporaryDirectory() as folder:
        before = features_at(stream, Path(folder))
        after = features_at(altered, Path(folder))
    np.testing.assert_array_equal(before.values, after.values)


def _inclusive(rows: "ir.Table", as_of_dates: Sequence[datetime], name: str) -> "ir.Table":
    dated = once_per_date(rows, as_of_dates)
    return dated.filter((dated[cut.OCCURRED[name]] <= dated.as_of) & (dated.known_at <= T))


def _no_cut(rows: "ir.Table", as_of_dates: Sequence[datetime], _name: str) -> "ir.Table":
    return once_per_date(rows, as_of_dates)


def _ignores_known_at(rows: "ir.Table", as_of_dates: Sequence[datetime], name: str) -> "ir.Table":
    dated = once_per_date(rows, as_of_dates)
    return dated.filter(dated[cut.OCCURRED[name]] < dated.as_of)


@pytest.mark.parametrize(
    ("planted", "unknown"),
    [(_no_cut, AFTER_T), (_inclusive, AT_T), (_ignores_known_at, KNOWN_LATE)],
)
def test_the_property_is_red_when_the_cut_is_broken(
    planted: Callable[["ir.Table", Sequence[datetime], str], "ir.Table"],
    unknown: Line,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = Line("a", "9", JUST_BEFORE, JUST_BEFORE, 3.0, 1, False)
    assert_unknown_lines_change_nothing([ANCHOR, known, unknown])

    monkeypatch.setattr(orders, "cut", lambda name, rows, dates: planted(rows, dates, name))

    with pytest.raises(AssertionError):
        assert_unknown_lines_change_nothing([ANCHOR, known, unknown])


def test_what_became_known_at_t_itself_counts(tmp_path: Path) -> None:
    known = Line("a", "1", JUST_BEFORE, T, 5.0, 1, False)
    assert "a" in features_at([ANCHOR, known], tmp_path).customer_ids


@EXAMPLES
@given(STREAMS)
def test_every_feature_is_what_a_slow_plain_computation_says(stream: list[Line]) -> None:
    with TemporaryDirectory() as folder:
        rows = features_at(stream, Path(folder))
    for customer_id, values in zip(rows.customer_ids, rows.values, strict=True):
        known = [line for line in stream if line.customer_id == customer_id and known_at_t(line)]
        expected = slow_features(known, T)
        found = [values[NAMES.index(name)] for name in expected]
        np.testing.assert_allclose(found, list(expected.values()), rtol=1e-9, atol=1e-9)


@EXAMPLES
@given(STREAMS)
def test_a_customer_alone_gets_the_row_of_the_batch_bit_for_bit(stream: list[Line]) -> None:
    with TemporaryDirectory() as folder:
        batch = features_at(stream, Path(folder))
        for customer_id, values in zip(batch.customer_ids, batch.values, strict=True):
            own = [line for line in stream if line.customer_id == customer_id]
            alone = features_at(own, Path(folder))
            np.testing.assert_array_equal(alone.values, values[None, :])


@EXAMPLES
@given(STREAMS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(stream: list[Line], shuffler: random.Random) -> None:
    shuffled = list(stream)
    shuffler.shuffle(shuffled)
    with TemporaryDirectory() as folder:
        given_order = features_at(stream, Path(folder))
        other_order = features_at(shuffled, Path(folder))
    np.testing.assert_array_equal(given_order.values, other_order.values)


def test_many_dates_in_one_pass_equal_each_date_alone(tmp_path: Path) -> None:
    day = timedelta(days=1)
    stream = [
        ANCHOR,
        *(
            Line("a", str(i), T - i * 5 * day, T - i * 4 * day, 2.0 + i, i, i % 7 == 3)
            for i in range(30)
        ),
    ]
    tables = opened(stream, tmp_path)
    dates = [T - i * 14 * day for i in range(6)]

    together = build_features(History.before(tables, dates))

    for date in dates:
        alone = build_features(History.before(tables, [date]))
        np.testing.assert_array_equal(together.at(date).values, alone.values)


def test_a_date_before_the_first_order_is_refused(tmp_path: Path) -> None:
    tables = opened([ANCHOR], tmp_path)
    with pytest.raises(AsOfDateError, match="no order is known before 2023-01-01: the first is of"):
        History.before(tables, [datetime(2023, 1, 1)])


def test_no_date_at_all_is_refused(tmp_path: Path) -> None:
    tables = opened([ANCHOR], tmp_path)
    with pytest.raises(AsOfDateError, match="no as-of date was given"):
        History.before(tables, [])
