"""What a finding says to write into the project file works when it is written there."""

from pathlib import Path

import pytest

from features.sources.source import SqlExpression
from tests.features.readiness.company import clean
from tests.features.readiness.spoiling import LATER, LONG_AGO, Spoil, change


@pytest.mark.parametrize(
    ("name", "spoil", "column", "table"),
    [
        (
            "future_dates orders",
            change("orders", 1, ordered_at=LATER, known_at=LATER), "ordered_at", "orders",
        ),
        (
            "far_off_dates events",
            change("events", 1, occurred_at=LONG_AGO), "occurred_at", "events",
        ),
        ("returns orders", change("orders", 6, amount=-5.0), "amount", "orders"),
        ("negative_values treatments", change("treatments", 1, cost=-1.0), "cost", "treatments"),
        ("no_purchases orders", change("orders", 60, amount=-5.0), "amount", "orders"),
    ],
)  # fmt: skip
def test_the_line_that_a_finding_says_to_write_mends_it(
    name: str, spoil: Spoil, column: str, table: str, tmp_path: Path
) -> None:
    company = clean().beside_orders(table)
    spoil(company)
    remedy = company.findings(tmp_path)[name].remedy
    sql = remedy.partition(f"{column} = {{ sql = '''")[2].partition("'''")[0]
    assert sql

    mapped = company.sources(tmp_path)[table].columns
    company.keys[table] = {"columns": {**mapped, column: SqlExpression(sql)}}

    assert name not in company.findings(tmp_path)
