"""Score a million customers with reasons, beside SHAP's TreeExplainer on the same booster.

    .venv/bin/python -m benchmarks.reasons --customers 1000000 --peer-rows 2000

A model is trained on a simulated company with all seven tables; the customers are those of the
company that it scores, drawn again and again. Writes reasons.md and reasons.json.
"""

import argparse
import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.contenders import in_fresh_process, peak_mebibytes
from benchmarks.report import machine
from features.catalog import NAMES
from features.engines import connect
from features.history.before import History
from features.tables import open_tables
from retinue.commands import train
from retinue.project import Project
from scoring.churn_definition import ELIGIBLE
from scoring.reasons import reasons_of
from scoring.scorer import Scorer
from scoring.segments.customers import Customers
from scoring.segments.describe import build_customers, questions_of
from scoring.shelf import Shelf
from scoring.tree_shap import TreeShap
from serving.batch import few_collections
from training.simulation.plan import Plan
from training.simulation.simulate import simulate

SEED = 7
REASONS = 5
BATCH = 10_000  # as `retinue score` does
AGREES = 1e-6  # or the figures are not of the same thing


@dataclass(frozen=True)
class Measured:
    """Rows a second of each, in one run: seconds of a core, as others share the machine.

    Attributes:
        customers: Scored with reasons.
        trees: Of the booster.
        scoring: Everything that is said of a customer: score, classes, value, reasons.
        contributions: SHAP values alone.
        grouping: Reasons from SHAP values.
        lightgbm: SHAP values of `peer_rows` by `pred_contrib`, one thread.
        tree_explainer: The same by `shap.TreeExplainer`.
        peer_rows: Customers of the two before.
        largest_difference: Between any two of the three, on the log-odds scale of the booster.
        largest_gap: Of base, reasons and the rest to the log-odds.
        peak_mebibytes: Of the process.
        load: Processes that wanted a core when it began and when it ended.
    """

    customers: int
    trees: int
    scoring: float
    contributions: float
    grouping: float
    lightgbm: float
    tree_explainer: float
    peer_rows: int
    largest_difference: float
    largest_gap: float
    peak_mebibytes: float
    load: tuple[float, float]


def trained(folder: Path, people: int) -> tuple[Scorer, Customers]:
    """A champion, and the customers of its company that can be scored."""
    simulate(Plan(customers=people, days=730), folder)
    project = Project.read(folder)
    with redirect_stdout(io.StringIO()):  # its figures are not those asked for here
        train.run(project, as_json=True)
    scorer = Scorer(Shelf(project.bundles).champion())
    questions = questions_of(project.segments)
    tables = open_tables(connect(), project.sources, questions=questions)
    customers = build_customers(History.before(tables, [tables.day_after_last_order]), questions)
    return scorer, customers.where(scorer.statuses(customers.rows) == ELIGIBLE)


def measured(sizes: tuple[int, int, int]) -> Measured:
    """Train, score everyone, and time the peers on fewer rows."""
    count, peer_rows, people = sizes
    with tempfile.TemporaryDirectory(prefix="retinue-bench-") as folder:
        scorer, company = trained(Path(folder) / "company", people)
    drawn = np.random.default_rng(SEED).integers(len(company), size=max(count, peer_rows))
    before = os.getloadavg()[0]
    scoring, gap = _scoring(scorer, company, drawn[:count])
    contributions, grouping = _parts(scorer, company, drawn[: min(count, 10 * BATCH)])
    values = company.rows.values[drawn[:peer_rows]]
    lightgbm, explainer, difference = _peers(scorer, values)
    return Measured(
        customers=count,
        trees=scorer.bundle.parts.churn.rounds,
        scoring=scoring,
        contributions=contributions,
        grouping=grouping,
        lightgbm=lightgbm,
        tree_explainer=explainer,
        peer_rows=peer_rows,
        largest_difference=difference,
        largest_gap=gap,
        peak_mebibytes=peak_mebibytes(),
        load=(before, os.getloadavg()[0]),
    )


def _scoring(
    scorer: Scorer, company: Customers, drawn: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> tuple[float, float]:
    """Customers a second, and the largest gap of a sum to its log-odds."""
    seconds, gap = 0.0, 0.0
    for start in range(0, len(drawn), BATCH):
        batch = company.where(drawn[start : start + BATCH])
        begun = time.process_time()
        with few_collections():  # as `retinue score` does
            predictions = scorer.predictions(scorer.answer(batch), REASONS)
        seconds += time.process_time() - begun
        for said in predictions:
            told = sum(reason.contribution for reason in said.reasons)
            total = said.base_log_odds + told + said.other_contributions
            gap = max(gap, abs(total - said.log_odds))
    return len(drawn) / seconds, gap


def _parts(
    scorer: Scorer, company: Customers, drawn: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> tuple[float, float]:
    """Rows a second of SHAP values alone, and of reasons from them."""
    parts = scorer.bundle.parts
    first = second = 0.0
    for start in range(0, len(drawn), BATCH):
        rows = company.where(drawn[start : start + BATCH]).rows
        begun = time.process_time()
        found = parts.churn.contributions(rows)
        between = time.process_time()
        with few_collections():
            reasons_of(rows.values, found.values, NAMES, parts.reference.typical, REASONS)
        first += between - begun
        second += time.process_time() - between
    return len(drawn) / first, len(drawn) / second


def _peers(
    scorer: Scorer, values: np.ndarray[tuple[int, int], np.dtype[np.float64]]
) -> tuple[float, float, float]:
    """Rows a second by LightGBM and by SHAP, and the largest difference between all three.

    Raises:
        ValueError: They differ by more than AGREES, or there are no trees to make tables of.
    """
    import shap

    booster = scorer.bundle.parts.churn.booster
    if booster is None:
        raise ValueError("too few people to boost on; simulate more")
    begun = time.process_time()
    by_lightgbm = np.asarray(booster.predict(values, pred_contrib=True, num_threads=1))
    between = time.process_time()
    explainer = shap.TreeExplainer(booster)
    started = time.process_time()
    by_shap = np.asarray(explainer.shap_values(values))
    ended = time.process_time()
    tables = TreeShap.of(booster)
    if tables is None:
        raise ValueError("the booster's trees are too deep for tables; use fewer leaves")
    ours = tables.contributions(values)
    difference = max(
        float(np.abs(ours - theirs).max()) for theirs in (by_lightgbm[:, :-1], by_shap)
    )
    if difference > AGREES:
        raise ValueError(f"contributions differ by {difference}; the figures mean nothing")
    return len(values) / (between - begun), len(values) / (ended - started), difference


def page(found: Measured, command: str) -> str:
    """The figures in Markdown."""
    names = ("lightgbm", "shap", "numpy", "orjson")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    both = 1 / (1 / found.contributions + 1 / found.grouping)
    lines = [
        "# Reasons: rows a second",
        "",
        f"    {command}",
        "",
        f"{', '.join(f'{what} {value}' for what, value in machine().items())}, {versions}, "
        f"{datetime.now(UTC):%Y-%m-%d}; one run, one thread, by seconds of a core. On average "
        f"{found.load[0]:.1f} processes wanted a core when it began and {found.load[1]:.1f} when "
        "it ended, itself included: on a machine of its own all figures are higher.",
        "",
        "| what | rows a second | beside TreeExplainer |",
        "|---|---:|---:|",
        *(
            f"| {what} | {rate:,.0f} | {rate / found.tree_explainer:.1f} |"
            for what, rate in (
                ("score, classes, value and five reasons of a customer", found.scoring),
                ("five reasons of a customer: SHAP values by table, grouped", both),
                ("SHAP values alone, by table", found.contributions),
                ("reasons from SHAP values", found.grouping),
                ("SHAP values by LightGBM's `pred_contrib`", found.lightgbm),
                ("SHAP values by `shap.TreeExplainer`", found.tree_explainer),
            )
        ),
        "",
        f"The first line is of {found.customers:,} customers in batches of {BATCH:,}, "
        f"{found.customers / found.scoring:,.0f} s in all; the next three of at most "
        f"{10 * BATCH:,}; the last two of {found.peer_rows:,}. The booster has {found.trees} "
        "trees. "
        f"SHAP values of the three methods differ by {found.largest_difference:.0e} at most; base, "
        f"reasons and the rest miss the log-odds by {found.largest_gap:.0e} at most. Peak memory "
        f"{found.peak_mebibytes:,.0f} MiB, training included.",
    ]
    return "\n".join([*lines, ""])


def main(arguments: Sequence[str]) -> int:
    """Measure, print and write benchmarks/reasons.md and .json."""
    parser = argparse.ArgumentParser(prog="benchmarks.reasons", description=__doc__)
    parser.add_argument("--customers", type=int, required=True, help="how many to score")
    parser.add_argument("--peer-rows", type=int, required=True, help="how many for the peers")
    parser.add_argument("--people", type=int, default=4000, help="size of the simulated company")
    parser.add_argument("--no-table", action="store_true", help="write no files")
    options = parser.parse_args(arguments)
    sizes = (options.customers, options.peer_rows, options.people)
    found = in_fresh_process(measured, sizes)
    command = " ".join([".venv/bin/python -m benchmarks.reasons", *arguments])
    text = page(found, command)
    print(text)
    if not options.no_table:
        folder = Path(__file__).parent
        (folder / "reasons.md").write_text(text, encoding="utf-8")
        written = json.dumps({"command": command, **asdict(found)}, indent=1)
        (folder / "reasons.json").write_text(written + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
