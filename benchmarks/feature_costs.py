"""What features cost beside one date of one table: twelve dates, one customer, and a peer.

Example: python -m benchmarks.feature_costs --orders 2000000 --peers .venv-peers/bin/python
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from benchmarks.contenders import in_fresh_process
from benchmarks.report import machine
from benchmarks.simulated_orders import AS_OF, write_orders
from benchmarks.with_retinue import COLUMNS
from features.build import build_features
from features.catalog import CATALOG
from features.engines import connect
from features.history.before import History
from features.online import OnlineFeatures, OnlinePlan
from features.sources.source import Files, Source
from features.tables import open_tables
from retinue.project import Project
from training.simulation.plan import Plan
from training.simulation.simulate import simulate

MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Costs:
    """Medians over the runs, in seconds; milliseconds for one customer."""

    orders: int
    one_date: float
    twelve_dates: float
    rfm_columns_only: float
    rfm_summary: float | None
    rfm_summary_version: str | None
    online_median_ms: float
    online_p99_ms: float
    online_customers: int


def dates(path: Path, count: int) -> float:
    """Seconds from the file to the features of `count` monthly dates, the latest first."""
    start = time.perf_counter()
    tables = open_tables(connect(), {"orders": Source(path, COLUMNS)})
    build_features(History.before(tables, [AS_OF - MONTH * back for back in range(count)]))
    return time.perf_counter() - start


def few_columns(path: Path) -> float:
    """Seconds for one date without discount, category and product: no more than the peer reads."""
    columns = {name: COLUMNS[name] for name in ("customer_id", "order_id", "ordered_at", "amount")}
    start = time.perf_counter()
    tables = open_tables(connect(), {"orders": Source(path, columns)})
    build_features(History.before(tables, [AS_OF]))
    return time.perf_counter() - start


def online(customers: int) -> list[float]:
    """Milliseconds that each of some customers of a simulated company took, all seven tables."""
    with tempfile.TemporaryDirectory() as folder:
        simulate(Plan(customers=customers, days=730), Path(folder) / "company")
        project = Project.read(Path(folder) / "company")
        columns = {name: tuple(source.columns) for name, source in project.sources.items()}
        raw = {
            name: parquet.read_table(source.place.path)
            for name, source in project.sources.items()
            if isinstance(source.place, Files)
        }
        features = OnlineFeatures(OnlinePlan.of(columns, project.sources["customers"].timeless))
        as_of = open_tables(connect(), project.sources).day_after_last_order
        ids = raw["customers"]["customer_id"].cast(pa.string()).to_pylist()
        took = []
        for customer_id in [ids[0], *ids]:  # the first warms up and is left out
            own = {name: _of(table, columns[name], customer_id) for name, table in raw.items()}
            start = time.perf_counter()
            features.rows(own, as_of)
            took.append(1000 * (time.perf_counter() - start))
    return took[1:]


def _of(table: pa.Table, columns: tuple[str, ...], customer_id: str) -> pa.Table:
    same = pc.equal(pc.cast(table["customer_id"], pa.string()), customer_id)
    return table.select(columns).filter(same)


def peer(python: str | None, path: Path) -> dict[str, object]:
    """What rfm_summary took, in its own environment; empty without one."""
    if python is None:
        return {}
    script = Path(__file__).with_name("peer_rfm.py")
    done = subprocess.run(  # noqa: S603 - our own script
        [python, str(script), str(path), AS_OF.isoformat()],
        check=True, capture_output=True, text=True,
        env={**os.environ, "PYTENSOR_FLAGS": "cxx="},
    )  # fmt: skip
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(orders: int, customers: int, runs: int, python: str | None) -> Costs:
    """Time everything `runs` times, taking turns."""
    one, twelve, few, beside = [], [], [], []
    with tempfile.TemporaryDirectory(prefix="retinue-bench-") as folder:
        path = Path(folder) / "orders.parquet"
        in_fresh_process(write_orders, path, orders)
        for _ in range(runs):
            one.append(in_fresh_process(dates, path, 1))
            twelve.append(in_fresh_process(dates, path, 12))
            few.append(in_fresh_process(few_columns, path))
            beside.append(peer(python, path))
            print(f"one {one[-1]:.2f} s, twelve {twelve[-1]:.2f} s, peer {beside[-1]}")
    took = in_fresh_process(online, customers)
    seconds = [float(str(found["seconds"])) for found in beside if found]
    return Costs(
        orders=orders,
        one_date=float(np.median(one)),
        twelve_dates=float(np.median(twelve)),
        rfm_columns_only=float(np.median(few)),
        rfm_summary=float(np.median(seconds)) if seconds else None,
        rfm_summary_version=str(beside[0]["version"]) if seconds else None,
        online_median_ms=float(np.median(took)),
        online_p99_ms=float(np.quantile(took, 0.99)),
        online_customers=len(took),
    )


def page(costs: Costs, command: str, runs: int) -> str:
    """The figures in Markdown."""
    ratio = costs.twelve_dates / costs.one_date
    lines = [
        "# What features cost",
        "",
        f"    {command}",
        "",
        f"{', '.join(f'{what} {found}' for what, found in machine().items())}, "
        f"{datetime.now(UTC):%Y-%m-%d}; medians of {runs} runs that took turns, each "
        "a new process.",
        "",
        f"- **Twelve monthly as-of dates against one**, {costs.orders:,} orders, 55 features made "
        f"from orders: {costs.twelve_dates:.2f} s against {costs.one_date:.2f} s, "
        f"{ratio:.1f} times.",
        f"- **One customer's own rows**, all {len(CATALOG)} features from seven tables, "
        f"{costs.online_customers} customers of a simulated company one after the other: median "
        f"{costs.online_median_ms:.0f} ms, 99th percentile {costs.online_p99_ms:.0f} ms.",
    ]
    if costs.rfm_summary is not None:
        lines.append(
            f"- **pymc-marketing {costs.rfm_summary_version}'s `rfm_summary`** on the same orders: "
            f"{costs.rfm_summary:.2f} s for its four columns; Retinue, with the same columns "
            f"mapped, {costs.rfm_columns_only:.2f} s for every feature that they allow."
        )
    return "\n".join([*lines, ""])


def main(arguments: Sequence[str]) -> int:
    """Measure, print and write benchmarks/feature_costs.md and .json."""
    parser = argparse.ArgumentParser(prog="benchmarks.feature_costs", description=__doc__)
    parser.add_argument("--orders", type=int, required=True, help="how many")
    parser.add_argument("--customers", type=int, default=400, help="asked for one by one")
    parser.add_argument("--runs", type=int, default=3, help="runs of each")
    parser.add_argument("--peers", help="the Python that has pymc-marketing")
    parser.add_argument("--no-table", action="store_true", help="write no files")
    options = parser.parse_args(arguments)
    costs = measure(options.orders, options.customers, options.runs, options.peers)
    command = " ".join([".venv/bin/python -m benchmarks.feature_costs", *arguments])
    text = page(costs, command, options.runs)
    print(text)
    if not options.no_table:
        folder = Path(__file__).parent
        (folder / "feature_costs.md").write_text(text, encoding="utf-8")
        written = json.dumps({"command": command, **asdict(costs)}, indent=1)
        (folder / "feature_costs.json").write_text(written + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
