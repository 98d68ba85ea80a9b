"""A silence runs from an order to the next; what was not watched to its end does not count."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from features.history.cut import MICROSECONDS_PER_DAY as DAY
from tests.features.streams import Row, opened
from training.advice.silences import NEVER, Silences, microseconds, read_silences

T = datetime(2024, 6, 1)


def silences(*days: list[float], watched: float = 100) -> Silences:
    """One list of days for each customer."""
    starts = [place == 0 for customer in days for place in range(len(customer))]
    moments = [day * DAY for customer in days for day in customer]
    return Silences.of(np.array(starts), np.array(moments, dtype=np.int64), int(watched * DAY))


def order(customer_id: str, days: float, *, is_return: bool = False, late: float = 0) -> Row:
    at = T - timedelta(days=days)
    known = at + timedelta(days=late)
    return {
        "customer_id": customer_id,
        "ordered_at": at,
        "known_at": known,
        "amount": 1.0,
        "is_return": is_return,
    }


def test_each_order_begins_a_silence_and_the_last_one_runs() -> None:
    found = silences([0, 10, 40], [20])

    assert (found.ended // DAY).tolist()[:2] == [10, 40]
    assert (found.ended == NEVER).tolist() == [False, False, True, True]
    assert found.customers == 2
    assert found.gaps_before.tolist() == [0, 1, 2, 0]
    np.testing.assert_array_equal(found.usual_gap, [np.nan, 10, 20, np.nan])


def test_lengths_are_whole_days_and_a_day_that_the_data_cuts_is_not_known() -> None:
    # Ends within day 10; ends within day 4, of which only half was watched; runs for 5.5 days.
    found = silences([0, 10.9], [95.5, 99.9], [94.5])

    lengths, ended = found.lengths()

    assert lengths.tolist() == [10, 89, 4, 0, 5]
    assert ended.tolist() == [True, False, False, False, False]


def test_a_silence_that_ends_on_the_last_whole_day_is_seen() -> None:
    lengths, ended = silences([90, 99]).lengths()
    assert (lengths[0], ended[0]) == (9, True)


def test_lengths_in_own_gaps_and_no_longer_than_asked() -> None:
    found = silences([0, 10, 45])

    lengths, ended = found.lengths(np.array([5.0, 10.0, 1.0]), most=40)

    assert lengths.tolist() == [2, 3, 40]
    assert ended.tolist() == [True, True, False]


def test_the_silence_that_runs_at_a_moment_is_one_per_customer_who_had_ordered() -> None:
    found = silences([0, 10, 40], [5], [20, 30]).running_at(20 * DAY)
    assert (found.began // DAY).tolist() == [10, 5]


def test_an_order_at_the_moment_was_not_yet_known() -> None:
    assert (silences([0, 20]).running_at(20 * DAY).began // DAY).tolist() == [0]


def test_only_orders_known_at_the_date_count_and_each_moment_once(tmp_path: Path) -> None:
    tables = opened(
        {
            "orders": [
                order("b", 3),
                order("a", 30),
                order("a", 30),
                order("a", 10),
                order("a", 8, is_return=True),
                order("a", 5, late=6),
                order("a", 0),
                order("c", -3),
            ]
        },
        tmp_path,
    )

    found = read_silences(tables, T)

    assert ((microseconds(T) - found.began) // DAY).tolist() == [30, 10, 3]
    assert (found.ended == NEVER).tolist() == [False, True, True]
