"""Each subscription stands beside the one before it."""

from datetime import datetime
from itertools import permutations
from pathlib import Path

import pytest

from features.build import build_features
from features.history.before import History
from tests.features.streams import DAY, Row, T, opened

BEGIN = T - 90 * DAY


def subscription(amount: float, plan: str | None, ended_at: datetime | None) -> Row:
    return {
        "customer_id": "a",
        "started_at": BEGIN if plan != "first" else BEGIN - DAY,
        "plan": plan,
        "amount_per_month": amount,
        "ended_at": ended_at,
    }


FIRST = subscription(5.0, "first", None)
ENDED, RUNNING = subscription(20.0, "plus", T - DAY), subscription(20.0, "plus", None)
NAMELESS = subscription(8.0, None, None)


@pytest.mark.parametrize(
    ("begun", "change"),
    [
        ((FIRST, ENDED, RUNNING), 0.0),  # the running one comes last
        ((FIRST, RUNNING, RUNNING), 0.0),  # a row that stands twice
        ((FIRST, RUNNING, NAMELESS), -12.0),  # the one without a plan comes last
    ],
)
def test_the_latest_of_one_moment_is_compared_with_the_one_before_it(
    begun: tuple[Row, ...], change: float, folder: Path
) -> None:
    for rows in permutations(begun):
        tables = opened({"subscriptions": list(rows)}, folder)
        found = build_features(History.before(tables, [T]))
        assert found.column("latest_price_change").tolist() == [change]
