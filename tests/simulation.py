"""A small simulated shop: customers order at their own pace and some of them stop."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

START = datetime(2024, 1, 1)
DAYS = 300

PROJECT = """
name = "simulated"
currency = "EUR"

[churn]
silent_days = 60
horizon_days = 28

[training]
snapshot_every_days = 14
warm_up_days = 56
bootstrap_samples = 100

[segments.cluster]
most = 4
bootstrap_fits = 4

[tables.orders]
source = "orders.parquet"

[tables.orders.columns]
customer_id = "customer"
order_id = "order"
ordered_at = "at"
amount = "amount"
quantity = "pieces"

[tables.customers]
source = "customers.parquet"

[tables.customers.columns]
customer_id = "customer"
region = "region"

[tables.events]
source = "events.parquet"

[tables.events.columns]
customer_id = "customer"
occurred_at = "at"
kind = { sql = "'visit'" }
"""


def simulate(folder: Path, customers: int = 600, seed: int = 1) -> Path:
    """Write orders, customers, events and a retinue.toml into `folder`; return the folder.

    Each customer orders at a pace of their own until a day of leaving, which comes sooner for
    those who order rarely. Two customers have never ordered; some lines are returns.
    """
    random = np.random.default_rng(seed)
    pace = random.gamma(2.0, 4.0, customers) + 1.0
    leaves = random.exponential(900.0 / np.sqrt(pace), customers)
    rows: list[dict[str, object]] = []
    for customer in range(customers):
        day = float(random.exponential(pace[customer]))
        while day < min(DAYS, leaves[customer] + 10):
            rows += _order(random, customer, len(rows), day)
            day += float(random.exponential(pace[customer])) + 0.01
    parquet.write_table(pa.Table.from_pylist(rows), folder / "orders.parquet")
    known = [{"customer": f"c{i}", "region": "north"} for i in range(0, customers + 2, 2)]
    parquet.write_table(pa.Table.from_pylist(known), folder / "customers.parquet")
    visits = [{"customer": row["customer"], "at": row["at"]} for row in rows[::5]]
    parquet.write_table(pa.Table.from_pylist(visits), folder / "events.parquet")
    (folder / "retinue.toml").write_text(PROJECT, encoding="utf-8")
    return folder


def _order(
    random: np.random.Generator, customer: int, order: int, day: float
) -> list[dict[str, object]]:
    at = START + timedelta(seconds=round(day * 86_400))
    lines = [
        {
            "customer": f"c{customer}",
            "order": f"o{order}",
            "at": at,
            "amount": round(float(random.gamma(2.0, 10.0)), 2),
            "pieces": int(random.integers(1, 5)),
        }
        for _ in range(int(random.integers(1, 4)))
    ]
    if random.random() < 0.05:
        lines.append({**lines[0], "order": f"r{order}", "amount": -float(str(lines[0]["amount"]))})
    return lines
