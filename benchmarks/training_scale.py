"""What training takes: The Complete Journey, and a simulated company of any size.

    .venv/bin/python -m benchmarks.training_scale --customers 10000 100000 1000000 --share 0.1

Writes training_scale.md and training_scale.json. The Complete Journey is the example's own
(`make data`).
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from benchmarks.contenders import in_fresh_process, peak_mebibytes
from benchmarks.report import machine
from benchmarks.training_scale_report import page
from features.sample import Sample
from retinue.commands.configuring import config_of
from retinue.commands.opening import open_project_tables
from retinue.project import Project
from training.simulation.plan import Plan
from training.simulation.simulate import simulate
from training.train import train


@dataclass(frozen=True)
class Run:
    """One training run, in a process of its own; times in seconds.

    Attributes:
        company: Whose.
        share: Of the company's customers, the share trained on; 0 where it never came to that.
        dates: As-of dates of all roles.
        rows: Customers by as-of date that the model was fitted on.
        seconds: From the files to the bundle, imports and saving left aside.
        cpu_seconds: The same, summed over its threads.
        peak_mebibytes: The most memory its process ever held, imports included.
        stages: By announcement, time and time summed over threads until the next, and the peak of
            memory by then.
        log_loss: Of the test.
        died: How it ended, where it did not come to the end.
    """

    company: str
    share: float = 0.0
    dates: int = 0
    rows: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mebibytes: float = 0.0
    stages: tuple[tuple[str, float, float, float], ...] = ()
    log_loss: float = 0.0
    died: str = ""


def trained(company: str, folder: Path, share: float | None) -> Run:
    """Train once, as `retinue train` does but for MLflow."""
    project = Project.read(folder)
    told = [_moment("reading")]
    sample = Sample(share) if share else project.sections.training.sample
    tables = open_project_tables(project, quiet=True, sample=sample)
    result = train(
        config_of(project),
        tables,
        data_hash="",
        created_at="",
        tell=lambda step: told.append(_moment(step)),
    )
    told.append(_moment(""))
    stages = [_stage(one, after) for one, after in pairwise(told)]
    return Run(
        company=company,
        share=tables.customer_share,
        dates=len(result.split.dates),
        rows=result.bundle.manifest.trained_on.rows,
        seconds=sum(seconds for _, seconds, _, _ in stages),
        cpu_seconds=sum(cpu for _, _, cpu, _ in stages),
        peak_mebibytes=peak_mebibytes(),
        stages=tuple(stages),
        log_loss=result.evaluation.rules["model"]["log_loss"].value,
    )


def _moment(step: str) -> tuple[str, float, float, float]:
    return step, time.perf_counter(), time.process_time(), peak_mebibytes()


def _stage(
    one: tuple[str, float, float, float], after: tuple[str, float, float, float]
) -> tuple[str, float, float, float]:
    return one[0], after[1] - one[1], after[2] - one[2], after[3]


def measured(company: str, folder: Path, share: float | None = None) -> Run:
    """The run; or that the machine had not enough memory for it."""
    try:
        run: Run = in_fresh_process(trained, company, folder, share)
    except BrokenProcessPool:
        run = Run(company, share or 0.0, died="killed: the machine has not enough memory for it")
    print(f"{datetime.now(UTC):%H:%M} {run}", file=sys.stderr)
    return run


def draw(customers: int, folder: Path) -> None:
    """Simulate a company of two years; the parent stays small."""
    simulate(Plan(customers=customers), folder)


def main(arguments: Sequence[str]) -> int:
    """Measure, print and write benchmarks/training_scale.md and .json."""
    parser = argparse.ArgumentParser(prog="benchmarks.training_scale", description=__doc__)
    parser.add_argument("--customers", type=int, nargs="+", required=True, help="to simulate")
    parser.add_argument("--share", type=float, help="train the largest on this share once more")
    parser.add_argument("--journey", type=Path, help="The Complete Journey's folder, if wanted")
    parser.add_argument("--no-table", action="store_true", help="write no files")
    options = parser.parse_args(arguments)
    runs = [measured("Complete Journey", options.journey)] if options.journey else []
    with tempfile.TemporaryDirectory(prefix="retinue-bench-") as named:
        for customers in options.customers:
            folder = Path(named) / str(customers)
            in_fresh_process(draw, customers, folder)
            runs.append(measured(f"simulated, {customers:,} customers", folder))
        if options.share:
            runs.append(measured(runs[-1].company, folder, options.share))
    found: dict[str, object] = {
        "command": " ".join([".venv/bin/python -m benchmarks.training_scale", *arguments]),
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "runs": [asdict(run) for run in runs],
    }
    text = page(found)
    print(text)
    if not options.no_table:
        here = Path(__file__).parent
        (here / "training_scale.md").write_text(text, encoding="utf-8")
        written = json.dumps(found, indent=1) + "\n"
        (here / "training_scale.json").write_text(written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
