"""Label a million customers in every scheme, beside the RFM in pandas that people write.

    .venv/bin/python -m benchmarks.segments --customers 1000000

The customers are those of a simulated company with all seven tables, drawn again and again, their
money blurred so that no two are equal. Writes segments.md and segments.json.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.contenders import in_fresh_process, peak_mebibytes
from benchmarks.report import machine
from features.build import FeatureRows
from features.catalog import CATALOG
from features.engines import connect
from features.feature import CURRENCY
from features.history.before import History
from features.tables import open_tables
from retinue.project import Project
from scoring.churn_definition import Inactivity
from scoring.segments.customers import Customers
from scoring.segments.describe import build_customers, questions_of
from scoring.segments.rfm import FREQUENCY, MONEY, RECENCY
from scoring.segments.scheme import Population
from scoring.segments.segmentation import Segmentation
from training.clustering.fit import cluster_fit
from training.simulation.plan import Plan
from training.simulation.simulate import simulate

SEED = 7
CHURN = Inactivity(silent_days=70, horizon_days=42)


@dataclass(frozen=True)
class Labelling:
    """One run over all customers; times in seconds.

    Attributes:
        customers: How many.
        fit: Settling every scheme's thresholds, clusters included.
        label: By scheme, labelling everyone; schemes that are off are absent.
        peak_mebibytes: Of the process, customers included.
        without_labels_mebibytes: Of the process before anything was fitted or labelled.
        pandas: The peer's three scores and groups of the same customers.
    """

    customers: int
    fit: float
    label: dict[str, float]
    peak_mebibytes: float
    without_labels_mebibytes: float
    pandas: float


def population_of(count: int) -> Population:
    """So many customers, each like one of a simulated company."""
    with tempfile.TemporaryDirectory(prefix="retinue-bench-") as folder:
        simulate(Plan(customers=4000, days=730), Path(folder) / "company")
        project = Project.read(Path(folder) / "company")
        questions = questions_of(project.segments)
        tables = open_tables(connect(), project.sources, questions=questions)
        history = History.before(tables, [tables.day_after_last_order])
        company = build_customers(history, questions)
    random = np.random.default_rng(SEED)
    drawn = company.where(random.integers(len(company), size=count))
    blur = np.exp(random.normal(0, 0.05, count))
    for place, feature in enumerate(CATALOG):
        if feature.unit is CURRENCY:
            drawn.rows.values[:, place] *= blur
    ids = np.array([f"customer-{i}" for i in range(count)], dtype=object)
    rows = FeatureRows(ids, drawn.rows.as_of, drawn.rows.values)
    eligible = CHURN.statuses(rows) == "eligible"
    scores = np.where(eligible, random.beta(1, 6, count), np.nan)
    worth = np.nan_to_num(rows.column(MONEY)) * random.uniform(0, 1, count)
    customers = replace(drawn, rows=rows, churn_probability=scores, remaining_value=worth)
    return Population(customers, CHURN, "EUR", SEED)


def labelling(count: int) -> Labelling:
    """Fit and label once."""
    population = population_of(count)
    without = peak_mebibytes()
    pandas = _seconds(lambda: pandas_rfm(population.customers))
    start = time.perf_counter()
    settled = Segmentation.fit(population, {}, {"cluster": cluster_fit()})
    fit = time.perf_counter() - start
    label = {
        name: _seconds(partial(one.label, population.customers))
        for name, one in settled.fitted.items()
    }
    return Labelling(count, fit, label, peak_mebibytes(), without, pandas)


def pandas_rfm(customers: Customers) -> object:
    """Quintiles by `qcut` of ranks, three digits in a row, and a name by pattern."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "recency": customers.column(RECENCY),
            "frequency": customers.column(FREQUENCY),
            "monetary": customers.column(MONEY),
        }
    ).fillna(0)
    frame["r"] = pd.qcut(frame.recency.rank(method="first"), 5, labels=[5, 4, 3, 2, 1])
    frame["f"] = pd.qcut(frame.frequency.rank(method="first"), 5, labels=[1, 2, 3, 4, 5])
    frame["m"] = pd.qcut(frame.monetary.rank(method="first"), 5, labels=[1, 2, 3, 4, 5])
    frame["rfm"] = frame.r.astype(str) + frame.f.astype(str) + frame.m.astype(str)
    names = {
        r"[4-5][4-5][4-5]": "champions",
        r"[3-5][4-5].": "loyal",
        r"[1-2][4-5].": "at risk",
        r"[4-5][1-3].": "promising",
        r"3[1-3].": "needs attention",
        r"[1-2][1-3].": "hibernating",
    }
    return frame.rfm.replace(names, regex=True)


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def page(found: Labelling, command: str) -> str:
    """The figures in Markdown."""
    total = found.fit + sum(found.label.values())
    lines = [
        "# Segments: time and memory",
        "",
        f"    {command}",
        "",
        f"{', '.join(f'{what} {value}' for what, value in machine().items())}, "
        f"{datetime.now(UTC):%Y-%m-%d}; one run, from features to labels.",
        "",
        f"- **{found.customers:,} customers, {len(found.label)} schemes**: {total:.1f} s, of which "
        f"{found.fit:.1f} s settle thresholds and clusters and {sum(found.label.values()):.1f} s "
        f"label everyone. Peak memory {found.peak_mebibytes:,.0f} MiB, of which "
        f"{found.without_labels_mebibytes:,.0f} MiB were the customers themselves.",
        f"- **RFM by pandas' `qcut`** on the same customers: {found.pandas:.1f} s for one scheme; "
        f"Retinue's rfm {found.label['rfm']:.2f} s to label.",
        "",
        "| scheme | seconds to label |",
        "|---|---:|",
        *(f"| {name} | {seconds:.2f} |" for name, seconds in found.label.items()),
    ]
    return "\n".join([*lines, ""])


def main(arguments: Sequence[str]) -> int:
    """Measure, print and write benchmarks/segments.md and .json."""
    parser = argparse.ArgumentParser(prog="benchmarks.segments", description=__doc__)
    parser.add_argument("--customers", type=int, required=True, help="how many")
    parser.add_argument("--no-table", action="store_true", help="write no files")
    options = parser.parse_args(arguments)
    found = in_fresh_process(labelling, options.customers)
    command = " ".join([".venv/bin/python -m benchmarks.segments", *arguments])
    text = page(found, command)
    print(text)
    if not options.no_table:
        folder = Path(__file__).parent
        (folder / "segments.md").write_text(text, encoding="utf-8")
        written = json.dumps({"command": command, **asdict(found)}, indent=1)
        (folder / "segments.json").write_text(written + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
