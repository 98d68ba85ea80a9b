"""What the benchmark of churn models found, as a page for people and as JSON."""

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from pydantic import TypeAdapter

from benchmarks.model_cells import NAMES, figures_of, table
from benchmarks.model_judging import Judged, Refused
from benchmarks.model_own import JudgedByCustomer
from benchmarks.model_rules import MODEL
from benchmarks.model_verdicts import LEAST_ERROR, SLOPES, verdicts
from benchmarks.report import machine
from training.metrics import PROFIT
from training.panel import Interval

Found = Judged | JudgedByCustomer | Refused
SETS: TypeAdapter[list[Found]] = TypeAdapter(list[Found])
LIBRARIES = ("lightgbm", "scikit-learn", "numpy", "scipy", "duckdb", "ibis-framework")

PAGE = """\
# Churn models: ours and what it must beat

{commands}

Every rule judges the same customers at a date that none of them has seen, and has learned only from
labels that were known by then; where a company's table has no dates, every customer is judged by
what was learned from others. Brackets hold 95 % bootstrap intervals of {samples} resamples of
the customers; differences are paired, ours less the other's, so below 0 is better. "Error" is the
mean distance of said and seen churn over ten bins; slope 1 and intercept 0 are perfect. Chance
alone moves it: "if right" is the error that our model would show with so many customers if each of
its probabilities were right.

All learn from the rows of the same dates. FLAML searches for the lowest log loss, folds in order of
time, as a user would set them who knows that rows have dates; without dates it learns part by part
from the same customers as ours, an equal share of its time for each part. The plain LightGBM has
its defaults and stops early; BG/NBD needs no labels and reads everyone's orders.

The profit is of contacting at most so many customers: a rule those with the highest expected gain,
none at an expected loss; a plain list from its top. It assumes the defaults of `[capacity]`, which
are no measurements (docs/evaluation.md).

## What was expected, and what came

Log loss and Brier score no worse than the best of all others and clearly better than the recency
rule and BG/NBD (the whole interval of the difference below 0, in both); calibration error under
{least}; slope between {slopes[0]} and {slopes[1]}.

{verdicts}

{sets}

Measured on {date}: {cpu}, {cores} cores, {memory} GiB of memory, {system};
{versions}.
Raw numbers are in [models.json](models.json); `make bench-models` writes both files.
"""


def page(sets: Sequence[Found], commands: Mapping[str, str]) -> str:
    """The figures in Markdown.

    Args:
        sets: Judged or refused.
        commands: By the set's name, what it was measured with.
    """
    judged = _judged(sets)
    return PAGE.format(
        commands=_told(commands),
        samples=" or ".join(f"{number:,}" for number in sorted({one.samples for one in judged})),
        least=LEAST_ERROR,
        slopes=SLOPES,
        verdicts=verdicts(sets),
        sets="\n\n".join(_section(one) for one in sets),
        date=" and ".join(sorted({one.date for one in judged})),
        versions=", ".join(f"{name} {number}" for name, number in _versions(judged).items()),
        **machine(),
    )


def add_to(folder: Path, sets: Sequence[Found], commands: Mapping[str, str]) -> None:
    """Write models.json with these sets in place of what it said of them, and models.md of it."""
    path = folder / "models.json"
    kept: list[Found] = []
    kept_commands: dict[str, str] = {}
    if path.exists():
        said = json.loads(path.read_text(encoding="utf-8"))
        kept, kept_commands = SETS.validate_python(said["sets"]), said["commands"]
    measured = dict(sorted({one.name: one for one in [*kept, *sets]}.items()))
    commands = {name: {**kept_commands, **commands}[name] for name in measured}
    raw = {
        "commands": commands,
        "machine": machine(),
        "versions": _versions(_judged([*measured.values()])),
        "sets": [asdict(one) for one in measured.values()],
    }
    path.write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")
    text = page([*measured.values()], commands)
    (folder / "models.md").write_text(text, encoding="utf-8")


def _judged(sets: Sequence[Found]) -> list[Judged | JudgedByCustomer]:
    return [one for one in sets if not isinstance(one, Refused)]


def _told(commands: Mapping[str, str]) -> str:
    """Each command once, with the sets that it measured where there are several."""
    distinct = list(dict.fromkeys(commands.values()))
    if len(distinct) < 2:
        return f"    {distinct[0]}"
    lines = []
    for command in distinct:
        names = ", ".join(name for name, one in commands.items() if one == command)
        lines += [f"    # {names}", f"    {command}"]
    return "\n".join(lines)


def _section(one: Found) -> str:
    if isinstance(one, Refused):
        return f"## {one.name}\n\nNo model can be made of it: {one.why}."
    if isinstance(one, JudgedByCustomer):
        return _section_by_customer(one)
    dates = f"{len(one.learned_from)} dates, {one.learned_from[0]} to {one.learned_from[-1]}"
    absent = "".join(f" {NAMES[rule]} is absent: {why}." for rule, why in one.absent.items())
    return (
        f"## {one.name}\n\nChurn is {one.churn}. {one.customers:,} customers at {one.as_of}, of "
        f"whom {one.churn_rate:.1%} churned; {one.learned_rows:,} labelled rows before ({dates})."
        f"{absent}{_chosen(one)}\n\n{figures_of(one)}\n\nProfit at capacity of {one.campaign}:"
        f"\n\n{_profits(one)}"
    )


def _section_by_customer(one: JudgedByCustomer) -> str:
    absent = [NAMES[rule] for rule in one.absent]
    why = ", and ".join(dict.fromkeys(one.absent.values()))
    return (
        f"## {one.name}\n\nChurn is {one.churn}. {one.customers:,} customers, one row each, of "
        f"whom {one.churn_rate:.1%} churned. They are divided into {one.parts} parts by a hash of "
        "the id; each part is judged by what was learned from the others, our rounds, trees and "
        f"sigmoid included. Not applicable are {', '.join(absent)}: {why}. Nor is there a profit: "
        f"no orders say what a customer is worth.{_chosen(one)}\n\n{figures_of(one)}"
    )


def _profits(one: Judged) -> str:
    """A line for each rule and list, who earns most first."""
    order = sorted(one.rules, key=lambda rule: -one.rules[rule][PROFIT].value)
    rows = [
        [
            NAMES[rule],
            _money(one.rules[rule][PROFIT], ",.0f"),
            _money(one.model_minus[rule][PROFIT], "+,.0f") if rule != MODEL else "",
        ]
        for rule in order
    ]
    return table(("", "profit", "ours less its"), rows)


def _money(found: Interval, form: str) -> str:
    return f"{found.value:{form}} [{found.low:{form}}, {found.high:{form}}]"


def _chosen(one: Judged | JudgedByCustomer) -> str:
    if not one.automl:
        return ""
    cpu, loss = (float(str(one.automl[name])) for name in ("cpu_seconds", "own_log_loss"))
    each = f", {one.automl['budget_of_each']} for each part" if "parts" in one.automl else ""
    return (
        f" FLAML, given {one.automl['budget']} s{each}, of which it got {cpu:.0f} s of CPU time, "
        f"settled on {one.automl['estimator']}, whose log loss it took to be {loss:.4f}."
    )


def _versions(judged: Sequence[Judged | JudgedByCustomer]) -> dict[str, str]:
    found = {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES}
    asked = [one.automl["version"] for one in judged if one.automl]
    return found | ({"flaml": str(asked[0])} if asked else {})
