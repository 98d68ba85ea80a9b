"""Judge remaining value: published estimates, what really came after a date, and speed.

    .venv/bin/python -m benchmarks.value --data FOLDER

The folder holds cdnow_master.csv and online_retail_2009_2010.parquet; The Complete Journey and the
simulated company are the examples' own (`make data`). Writes value.md and value.json.
"""

import argparse
import resource
import shlex
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.value_report import Decile, Estimate, Findings, Judged, Speed, Versus, write
from benchmarks.value_sets import (
    ValueSet,
    cdnow_tables,
    online_retail_tables,
    project_tables,
    value_set,
)
from features.build import FeatureRows
from features.tables import Tables
from scoring.value.model import ValueModel, orders_of
from scoring.value.purchasing import Purchasing
from tests.buyers import buyers
from tests.scoring.value.models import purchasing, spending
from training.value.fit import ValueSettings, fit_value
from training.value.purchasing import fit_purchasing

ROOT = Path(__file__).parents[1]
WEEK = 7
CDNOW_UNTIL = datetime(1997, 10, 1)  # noqa: DTZ001 - our times are UTC without a zone
JOURNEY_UNTIL = datetime(2017, 10, 1)  # noqa: DTZ001 - likewise
RETAIL_UNTIL = datetime(2010, 9, 10)  # noqa: DTZ001 - likewise
SIMULATED_UNTIL = datetime(2024, 7, 1)  # noqa: DTZ001 - likewise
DECILES = 10
TENTHS = 200


def main(arguments: Sequence[str]) -> int:
    """Fit, compare, time, print and write."""
    parser = argparse.ArgumentParser(prog="benchmarks.value")
    parser.add_argument("--data", type=Path, required=True, help="folder of the public data")
    parser.add_argument("--examples", type=Path, default=ROOT / "examples", help="with their data")
    parser.add_argument("--customers", type=int, default=1_000_000, help="to time")
    options = parser.parse_args(arguments)
    cdnow = cdnow_tables(options.data)
    findings = Findings(
        command=shlex.join([".venv/bin/python", "-m", "benchmarks.value", "--data", "FOLDER"]),
        date=datetime.now(UTC).date().isoformat(),
        estimates=estimates(value_set("CDNOW", cdnow, CDNOW_UNTIL, 273).rows),
        judged=[judge(one) for one in value_sets(cdnow, options.data, options.examples)],
        speed=speed(options.customers),
    )
    print(write(findings, Path(__file__).parent))
    return 0


def value_sets(cdnow: Tables, data: Path, examples: Path) -> list[ValueSet]:
    """Four companies."""
    journey, simulated = (
        project_tables(examples / name) for name in ("complete_journey", "simulated")
    )
    return [
        value_set("CDNOW", cdnow, CDNOW_UNTIL, 273),
        value_set("Online Retail", online_retail_tables(data), RETAIL_UNTIL, 90),
        value_set("Complete Journey", journey, JOURNEY_UNTIL, 91),
        value_set("Simulated", simulated, SIMULATED_UNTIL, 182),
    ]


def estimates(rows: FeatureRows) -> list[Estimate]:
    """BG/NBD's parameters, in weeks, on everyone and on many random tenths."""
    whole = _in_weeks(fit_purchasing(orders_of(rows), 30))
    random = np.random.default_rng(7)
    tenths = []
    for _ in range(TENTHS):
        chosen = random.permutation(len(rows)) < len(rows) // 10
        tenths.append(_in_weeks(fit_purchasing(orders_of(rows.where(chosen)), 30)))
    low, middle, high = np.quantile(np.array(tenths), [0.05, 0.5, 0.95], axis=0).tolist()
    published = (0.243, 4.414, 0.793, 2.426)
    return [
        Estimate(name, *found)
        for name, *found in zip(
            ("r", "alpha", "a", "b"), published, whole, low, middle, high, strict=True
        )
    ]


def judge(one: ValueSet) -> Judged:
    """Fit at the date, and compare what is said of the days after it with what came."""
    model = fit_value(one.rows, ValueSettings(horizon_days=one.days))
    if not isinstance(model, ValueModel) or model.orders is None:
        raise TypeError(f"{one.name}: no value model of orders; is the data whole?")
    orders_only = ValueModel(one.days, model.fitted_at, model.orders, None)
    said = orders_only.remaining_value(one.rows)
    inside = (said.low <= one.spend) & (one.spend <= said.high)
    return Judged(
        name=one.name,
        customers=len(one.rows),
        days=one.days,
        expected_orders=float(orders_only.expected_orders(one.rows).sum()),
        orders=float(one.orders.sum()),
        inside=float(inside.mean()),
        correlation=model.orders.spending.correlation,
        versus=[_versus("model", said.value, one), _versus("repeat", one.before, one)],
        deciles=_deciles(said.value, one),
    )


def speed(customers: int) -> Speed:
    """Fit and apply on customers drawn from the model."""
    rows = buyers(purchasing(), spending(), customers, days=1, seed=1).rows
    started = time.perf_counter()
    model = fit_value(rows, ValueSettings())
    fitted = time.perf_counter()
    if not isinstance(model, ValueModel):
        raise TypeError(f"{customers} customers are too few to time")
    model.remaining_value(rows)
    applied = time.perf_counter()
    model.remaining_value(rows.slice(0, 1))
    alone = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Speed(customers, fitted - started, applied - fitted, alone - applied, peak)


def _in_weeks(model: Purchasing) -> tuple[float, float, float, float]:
    return model.r, model.alpha / WEEK, model.a, model.b


def _versus(name: str, said: np.ndarray, one: ValueSet) -> Versus:
    best = np.argsort(-said, kind="stable")[: len(said) // DECILES]
    return Versus(
        name=name,
        total=float(said.sum()),
        came=float(one.spend.sum()),
        error=float(np.abs(said - one.spend).mean()),
        rank_correlation=float(np.corrcoef(_ranks(said), _ranks(one.spend))[0, 1]),
        best_decile=float(one.spend[best].sum() / one.spend.sum()),
    )


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks, equal values sharing their mean."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[place]


def _deciles(said: np.ndarray, one: ValueSet) -> list[Decile]:
    parts = np.array_split(np.argsort(-said, kind="stable"), DECILES)
    return [
        Decile(len(part), float(said[part].mean()), float(one.spend[part].mean())) for part in parts
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
