"""Random streams of order lines and what is made of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pyarrow as pa
from hypothesis import strategies as st
from pyarrow import parquet

from features.build import FeatureRows, build_features
from features.engines import connect
from features.history.before import History
from features.sources.source import Source
from features.tables import Tables, open_tables

T = datetime(2024, 6, 1)
# Window edges to the day, and moments around the as-of date itself.
DAYS_BEFORE = st.sampled_from([0, 1, 6, 7, 13, 14, 28, 29, 55, 56, 91, 92, 200, -1, -7])
SECONDS = st.sampled_from([0, 1, -1, 3_600, 43_200])


@dataclass(frozen=True)
class Line:
    """One order line as a user's file would hold it."""

    customer_id: str
    order_id: str
    ordered_at: datetime
    known_at: datetime
    amount: float
    quantity: int
    is_return: bool


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """A line before, at or after T; often known late; orders shared between lines."""
    ordered_at = T - timedelta(days=draw(DAYS_BEFORE), seconds=draw(SECONDS))
    late = draw(st.sampled_from([0, 0, 0, 1, 86_400, 40 * 86_400]))
    return Line(
        customer_id=draw(st.sampled_from(["a", "b", "c"])),
        order_id=draw(st.sampled_from(["1", "2", "3", "4", "5", "6"])),
        ordered_at=ordered_at,
        known_at=ordered_at + timedelta(seconds=late),
        amount=draw(st.sampled_from([0.0, 0.1, 0.2, 19.99, 250.5, -19.99])),
        quantity=draw(st.integers(0, 5)),
        is_return=draw(st.sampled_from([False, False, False, True])),
    )


# Someone is always known, so that T is never before the data.
ANCHOR = Line("anchor", "0", T - timedelta(days=300), T - timedelta(days=300), 1.0, 1, False)
STREAMS = st.lists(lines(), max_size=25).map(lambda drawn: [ANCHOR, *drawn])


def known_at_t(line: Line) -> bool:
    """The rule of the design: it had happened before T, and was known by T."""
    return line.ordered_at < T and line.known_at <= T


# One connection for all examples: opening tables replaces those of the example before.
CONNECTION = connect()
NUMBERS = count()


def opened(stream: Sequence[Line], folder: Path) -> Tables:
    """The stream as a project's tables."""
    # A name of its own each time: DuckDB keeps what it read of a file, by name and time.
    path = folder / f"orders-{next(NUMBERS)}.parquet"
    rows = [asdict(line) for line in stream]
    schema = pa.schema(
        [
            ("customer_id", pa.string()),
            ("order_id", pa.string()),
            ("ordered_at", pa.timestamp("us")),
            ("known_at", pa.timestamp("us")),
            ("amount", pa.float64()),
            ("quantity", pa.int64()),
            ("is_return", pa.bool_()),
        ]
    )
    parquet.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    columns = {name: name for name in schema.names}
    return open_tables(CONNECTION, {"orders": Source(path, columns)})


def features_at(stream: Sequence[Line], folder: Path, as_of: datetime = T) -> FeatureRows:
    """The features of the stream as of one date."""
    return build_features(History.before(opened(stream, folder), [as_of]))
