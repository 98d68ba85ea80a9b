"""No feature knows what was not known: the properties the product stands on."""

import random
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.features.history.seen import (
    SHAPE_NAMES,
    SHAPES,
    Change,
    assert_same,
    assert_same_rows,
    assert_the_unknown_changes_nothing,
    seen,
)
from tests.features.streams import (
    AROUND_T,
    CHOICES,
    EXAMPLES,
    SEEDS,
    TABLES,
    TIMELESS,
    Row,
    Stream,
    T,
    as_known,
    is_known,
    random_stream,
)

IN_EVERY_SHAPE = pytest.mark.parametrize(("ids", "change"), SHAPES, ids=SHAPE_NAMES)
TO_COME = (None, *(moment for moment in AROUND_T if moment >= T))


def with_another_future(stream: Stream, other: Stream, rng: random.Random) -> Stream:
    """What is known at T as in the one stream, and all that is not as in the other."""
    known = as_known(stream)
    return {
        name: [
            *(_with_another_future(name, row, rng) for row in known[name]),
            *(row for row in rows if not is_known(TABLES[name], row)),
        ]
        for name, rows in other.items()
    }


def _with_another_future(name: str, known: Row, rng: random.Random) -> Row:
    moments = [later for later in TABLES[name].later if known[later] is None]
    may_change = set(CHOICES[name]) - set(TIMELESS)
    changed = may_change if name == "customers" and "known_at" not in known else set()
    return (
        known
        | {moment: rng.choice(TO_COME) for moment in moments}
        | {column: rng.choice(CHOICES[name][column]) for column in sorted(changed)}
    )


@IN_EVERY_SHAPE
@EXAMPLES
@given(seed=SEEDS, rng=st.randoms(use_true_random=True))
def test_adding_altering_or_deleting_what_is_unknown_at_t_changes_nothing(
    seed: int, rng: random.Random, ids: pa.DataType, change: Change, folder: Path
) -> None:
    stream, other = change(random_stream(seed)), change(random_stream(seed + 1))

    everything = assert_the_unknown_changes_nothing(stream, folder, ids)

    assert_same(seen(with_another_future(stream, other, rng), folder, ids), everything)


@EXAMPLES
@given(seed=SEEDS, rng=st.randoms(use_true_random=True))
def test_the_order_of_rows_does_not_matter(seed: int, rng: random.Random, folder: Path) -> None:
    stream = random_stream(seed)
    shuffled = {name: rng.sample(rows, len(rows)) for name, rows in stream.items()}

    assert_same(seen(shuffled, folder), seen(stream, folder))


@pytest.mark.parametrize(("ids", "change"), SHAPES[1:], ids=SHAPE_NAMES[1:])
@EXAMPLES
@given(seed=SEEDS, chosen=st.integers(0, 39))
def test_a_customer_alone_gets_the_row_of_the_batch(
    seed: int, chosen: int, ids: pa.DataType, change: Change, folder: Path
) -> None:
    stream = change(random_stream(seed))
    batch = seen(stream, folder, ids).rows

    customer_id = batch.customer_ids[chosen % len(batch)]

    # A table without a row is refused: there, another customer's is kept.
    own = {
        name: [row for row in rows if row["customer_id"] == customer_id] or rows[:1]
        for name, rows in stream.items()
    }
    alone = seen(own, folder, ids).rows

    assert_same_rows(
        alone.where(alone.customer_ids == customer_id),
        batch.where(batch.customer_ids == customer_id),
    )
