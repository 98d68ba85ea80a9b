"""Judge churn models: ours beside every baseline, on the same customers of several companies.

    .venv/bin/python -m benchmarks.models --data FOLDER --peers .venv-peers/bin/python
    .venv/bin/python -m benchmarks.models --data FOLDER --dev --set num_leaves=4

The folder holds cdnow_master.csv, online_retail_2009_2010.parquet and telco_customer_churn.csv; The
Complete Journey and the simulated company are the examples' own (`make data`). Writes models.md and
models.json; with --sets what they say of other sets is kept. With --dev only earlier test dates are
judged, to choose settings by, and nothing is written.
"""

import argparse
import ast
import shlex
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.model_automl import AUTOML, Automl, said_by_automl
from benchmarks.model_judging import Judged, Refused, compared, error_of_the_right
from benchmarks.model_origins import HEADER, LINE, develop
from benchmarks.model_own import OwnSet, judge_by_customer, own_sets
from benchmarks.model_report import add_to, page
from benchmarks.model_rules import MODEL, said_of_test
from benchmarks.model_sets import ModelSet, model_sets
from benchmarks.model_snapshots import last_origin
from training.capacity import worth_of
from training.config import ModelSettings
from training.errors import TrainingError
from training.panel import Panel
from training.simulation.plan import Plan
from training.simulation.simulate import simulate

ROOT = Path(__file__).parents[1]
CACHE = Path(tempfile.gettempdir()) / "retinue-bench-models"


def main(arguments: Sequence[str]) -> int:
    """Judge, print and write."""
    options = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="retinue-bench-") as drawn:
        return _run(options, arguments, _sets(options, Path(drawn)))


def _run(
    options: argparse.Namespace, arguments: Sequence[str], sets: list[ModelSet | OwnSet]
) -> int:
    if options.dev:
        print(LINE.format(*HEADER))
        for one in sets:
            if isinstance(one, OwnSet):
                print(f"{one.name}: without dates it has no earlier test")
                continue
            print("\n".join(develop(one, options.origins, options.cache, each=options.each)))
        return 0
    typed = ["FOLDER" if said == str(options.data) else said for said in arguments]
    command = shlex.join([".venv/bin/python", "-m", "benchmarks.models", *typed])
    asked = options.peers and Automl(options.peers, options.budget, options.cache)
    found = [
        judge_by_customer(one, asked, options.samples)
        if isinstance(one, OwnSet)
        else judge(one, asked, options)
        for one in sets
    ]
    measured = {one.name: command for one in found}
    print(page(found, measured))
    if not options.no_table:
        add_to(Path(__file__).parent, found, measured)
    return 0


def judge(one: ModelSet, asked: Automl | None, options: argparse.Namespace) -> Judged | Refused:
    """Ask every rule about the set's last test."""
    try:
        origin = last_origin(one, options.cache)
        said = said_of_test(origin)
    except TrainingError as error:
        return Refused(one.name, str(error))
    automl: dict[str, object] = {}
    if asked is not None:
        found, automl = said_by_automl(origin, asked)
        said.rules[AUTOML] = found
    test = origin.snapshots.at([origin.split.test])
    samples, seed, capacity = options.samples, origin.config.seed, origin.config.capacity
    worth, words = worth_of(test.rows, origin.value, capacity.worth)
    rules, minus = compared(
        Panel(test.churned, said.rules, said.lists, worth, capacity), samples, seed
    )
    return Judged(
        name=one.name,
        churn=origin.config.churn.in_words(),
        as_of=f"{origin.split.test:%Y-%m-%d}",
        learned_from=tuple(f"{date:%Y-%m-%d}" for date in origin.split.fit),
        customers=len(test),
        learned_rows=len(origin.snapshots) - len(test),
        churn_rate=float(test.churned.mean()),
        rules=rules,
        model_minus=minus,
        campaign=(
            f"{capacity.contacts(len(test)):,} contacts at {capacity.contact_cost:g} "
            f"{origin.config.currency}, of which {capacity.save_rate:.0%} of those who would have "
            f"left stay; one who stays is worth {words}"
        ),
        absent=said.absent,
        automl=automl,
        least_error=error_of_the_right(said.rules[MODEL], samples, seed),
        samples=samples,
        date=datetime.now(UTC).date().isoformat(),
    )


def overridden(assignments: Sequence[str]) -> ModelSettings:
    """The model's settings with some of them set by hand, each as NAME=VALUE."""
    known = {field.name for field in fields(ModelSettings)}
    changed: dict[str, Any] = {}
    for assignment in assignments:
        name, _, value = assignment.partition("=")
        if name not in known:
            raise SystemExit(f"--set {name}: no such setting; known are {', '.join(sorted(known))}")
        try:
            changed[name] = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            changed[name] = value  # a word
    return replace(ModelSettings(), **changed)


def _sets(options: argparse.Namespace, drawn: Path) -> list[ModelSet | OwnSet]:
    """Those asked for, with the settings asked for."""
    examples: Path = options.examples
    simulated = examples / "simulated"
    if options.simulate:
        simulated = drawn / "simulated"
        simulate(Plan(customers=options.simulate), simulated)
    every: dict[str, ModelSet | OwnSet] = {
        **model_sets(options.data, examples / "complete_journey", simulated),
        **({} if options.data is None else own_sets(options.data)),
    }
    model = overridden(options.set)
    found = [every[name] for name in options.sets or every]
    return [
        replace(one, model=model)
        if isinstance(one, OwnSet)
        else replace(one, config=replace(one.config, model=model))
        for one in found
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.models")
    add = parser.add_argument
    add("--data", type=Path, help="folder of the public data; without it the examples alone")
    add("--examples", type=Path, default=ROOT / "examples", help="with their data")
    add("--simulate", type=int, metavar="CUSTOMERS", help="draw the simulated company anew")
    add("--sets", nargs="+", help="only these")
    add("--set", nargs="+", default=[], metavar="NAME=VALUE", help="model settings")
    add("--peers", help="the Python that has FLAML; without it AutoML is left out")
    add("--budget", type=int, default=300, help="seconds that AutoML may search per set")
    add("--samples", type=int, default=1000, help="bootstrap resamples behind each interval")
    add("--cache", type=Path, default=CACHE, help="keeps labelled rows and AutoML's answers")
    add("--no-table", action="store_true", help="write no files")
    add("--dev", action="store_true", help="judge at earlier test dates only")
    add("--origins", type=int, default=4, help="so many of them at most")
    add("--each", action="store_true", help="with a line per test date")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
