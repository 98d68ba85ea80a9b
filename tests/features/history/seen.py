"""What can be seen of a stream at an as-of date, to compare bit for bit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from features.build import FeatureRows, build_features
from features.history.before import History
from tests.features.streams import TYPES, Stream, T, as_known, opened, without_known_at

if TYPE_CHECKING:
    import ibis.expr.types as ir

TEXT, WHOLE_NUMBERS = TYPES["text"], pa.int64()
Change = Callable[[Stream], Stream]
# Ids as text or as whole numbers, with known_at in every table or in none.
SHAPES: Sequence[tuple[pa.DataType, Change]] = (
    (TEXT, dict),
    (WHOLE_NUMBERS, dict),
    (TEXT, without_known_at),
)
SHAPE_NAMES = ("text ids", "integer ids", "without known_at")


@dataclass(frozen=True)
class Seen:
    """Features, and what else the history holds of an as-of date.

    Attributes:
        rows: The features.
        treatments: Rows of the treatments table, in an order of their own.
        data_until: The latest moment of an order or a subscription.
    """

    rows: FeatureRows
    treatments: list[str]
    data_until: object


def seen(stream: Stream, folder: Path, ids: pa.DataType = TEXT) -> Seen:
    """What can be seen of the stream at T."""
    history = History.before(opened(stream, folder, ids), [T])
    return Seen(
        build_features(history),
        _sorted(history.treatments),
        history.data_until.to_pyarrow().as_py(),
    )


def _sorted(rows: "ir.Table | None") -> list[str]:
    return [] if rows is None else sorted(map(str, rows.to_pyarrow().to_pylist()))


def assert_same_rows(one: FeatureRows, other: FeatureRows) -> None:
    """The same customers with the same features, bit for bit."""
    assert one.customer_ids.tolist() == other.customer_ids.tolist()
    np.testing.assert_array_equal(one.values.view(np.uint64), other.values.view(np.uint64))


def assert_same(one: Seen, other: Seen) -> None:
    """The same to the bit."""
    assert_same_rows(one.rows, other.rows)
    assert (one.treatments, one.data_until) == (other.treatments, other.data_until)


def assert_the_unknown_changes_nothing(
    stream: Stream, folder: Path, ids: pa.DataType = TEXT
) -> Seen:
    """What is seen of all rows is what is seen of what was known at T alone."""
    everything = seen(stream, folder, ids)
    assert_same(everything, seen(as_known(stream), folder, ids))
    return everything
