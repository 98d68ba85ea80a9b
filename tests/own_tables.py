"""A simulated table of one row per customer: who leaves follows from plan, months and fee."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from features.engines import connect
from features.own.reading import OwnSource, OwnTable, read_own_table
from features.sources.source import Files
from scoring.churn import probability

PLANS = ("Monthly", "Yearly", "Two years")
SECTION = """
name = "members"
currency = "EUR"

[own_features]
source = "members.csv"
customer_id = "member"
label = "left"
churned = "yes"
names = { fee = { en = "monthly fee", zh = "月费" } }

[training]
bootstrap_samples = 100

[training.model]
learning_rate = 0.2
min_data_in_leaf = 20
most_rounds = 20
patience = 5
"""


def lines(count: int = 600, seed: int = 1, effect: float = 1.0) -> list[dict[str, str]]:
    """Rows of text; without an effect the label is a coin."""
    random = np.random.default_rng(seed)
    plan, months = random.integers(0, 3, count), random.integers(0, 60, count)
    fee = random.normal(40, 10, count).round(2)
    odds = effect * (1.5 - 1.5 * plan - (months - 30) / 15 + (fee - 40) / 10) - 0.3
    left = random.random(count) < probability(odds)
    return [
        {
            "member": f"m{i:04}",
            "plan": PLANS[plan[i]],
            "months": str(months[i]),
            "fee": " " if i % 50 == 0 else f"{fee[i]:.2f}",
            "household": f"h{i // 3:03}",
            "joined": f"20{10 + i % 10}-0{1 + i % 9}-11",
            "country": "FR",
            "left": "yes" if left[i] else "no",
        }
        for i in range(count)
    ]


def write(rows: list[dict[str, str]], path: Path) -> Path:
    """The rows as a CSV."""
    text = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return path


def source_of(path: Path) -> OwnSource:
    """What a project file says of such a table."""
    return OwnSource(Files(path), "member", "left", "yes")


def read(rows: list[dict[str, str]], folder: Path, **said: object) -> tuple[OwnTable, OwnSource]:
    """The rows as they are read back from a CSV."""
    source = replace(source_of(write(rows, folder / "members.csv")), **said)  # type: ignore[arg-type]
    return read_own_table(connect(), source), source
