"""What the benchmark of churn models found, as a page for people and as JSON."""

import json
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from pydantic import TypeAdapter

from benchmarks.model_automl import AUTOML
from benchmarks.model_judging import Judged, Refused
from benchmarks.model_rules import MODEL
from benchmarks.report import machine
from training.baselines import (
    BG_NBD,
    BG_NBD_LIST,
    MARGIN_LIST,
    PLAIN_LIGHTGBM,
    RECENCY_LIST,
    RECENCY_RULE,
    THREE_TERMS,
    UNCALIBRATED,
)
from training.metrics import PROFIT
from training.panel import Interval

SETS: TypeAdapter[list[Judged | Refused]] = TypeAdapter(list[Judged | Refused])
LIBRARIES = ("lightgbm", "scikit-learn", "numpy", "scipy", "duckdb", "ibis-framework")
NAMES = {
    MODEL: "**Retinue**",
    UNCALIBRATED: "the same, not calibrated",
    RECENCY_RULE: "recency rule",
    THREE_TERMS: "three-term logistic",
    BG_NBD: "BG/NBD",
    PLAIN_LIGHTGBM: "plain LightGBM",
    AUTOML: "FLAML",
    RECENCY_LIST: "the longest silence first",
    BG_NBD_LIST: "BG/NBD's likeliest first",
    MARGIN_LIST: "our riskiest first, without worth or calibration",
}
CLEARLY = (RECENCY_RULE, BG_NBD)
LOSSES = ("log_loss", "brier")
LEAST_ERROR, SLOPES = 0.02, (0.9, 1.1)
EXPECTED = (
    "", "log loss and the best other", "Brier and the best other", "clearly beats recency",
    "clearly beats BG/NBD", f"error under {LEAST_ERROR}", "slope {} to {}".format(*SLOPES),
)  # fmt: skip

PAGE = """\
# Churn models: ours and what it must beat

    {command}

Every rule judges the same customers at a date that none of them has seen, and has learned only from
labels that were known by then. Brackets hold 95 % bootstrap intervals of {samples:,} resamples of
the customers; differences are paired, ours less the other's, so below 0 is better. "Error" is the
mean distance of said and seen churn over ten bins; slope 1 and intercept 0 are perfect. Chance
alone moves it: "if right" is the error that our model would show with so many customers if each of
its probabilities were right.

All learn from the rows of the same dates. FLAML searches for the lowest log loss, folds in order of
time, as a user would set them who knows that rows have dates. The plain LightGBM has its defaults
and stops early; BG/NBD needs no labels and reads everyone's orders.

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


def page(command: str, sets: Sequence[Judged | Refused]) -> str:
    """The figures in Markdown."""
    judged = [one for one in sets if isinstance(one, Judged)]
    return PAGE.format(
        command=command,
        samples=min((one.samples for one in judged), default=0),
        least=LEAST_ERROR,
        slopes=SLOPES,
        verdicts=verdicts(sets),
        sets="\n\n".join(_section(one) for one in sets),
        date=max((one.date for one in judged), default=""),
        versions=", ".join(f"{name} {number}" for name, number in _versions(judged).items()),
        **machine(),
    )


def add_to(folder: Path, command: str, sets: Sequence[Judged | Refused]) -> None:
    """Write models.json with these sets in place of what it said of them, and models.md of it."""
    path = folder / "models.json"
    kept: list[Judged | Refused] = []
    if path.exists():
        kept = SETS.validate_python(json.loads(path.read_text(encoding="utf-8"))["sets"])
    measured = dict(sorted({one.name: one for one in [*kept, *sets]}.items()))
    raw = {
        "command": command,
        "machine": machine(),
        "versions": _versions([one for one in measured.values() if isinstance(one, Judged)]),
        "sets": [asdict(one) for one in measured.values()],
    }
    path.write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")
    text = page(command, [*measured.values()])
    (folder / "models.md").write_text(text, encoding="utf-8")


def verdicts(sets: Sequence[Judged | Refused]) -> str:
    """Of each set, what was expected of it and whether it came."""
    rows = [
        [one.name, *_verdict(one)]
        if isinstance(one, Judged)
        else [one.name, "**no model can be made of it**", *[""] * 5]
        for one in sets
    ]
    return _table(EXPECTED, rows)


def _verdict(one: Judged) -> Iterator[str]:
    for metric in ("log_loss", "brier"):
        minus = {
            rule: found[metric]
            for rule, found in one.model_minus.items()
            if rule != UNCALIBRATED and metric in found
        }
        best = min(minus, key=lambda rule: one.rules[rule][metric].value)
        yield f"{_sign(minus[best])} {NAMES[best]}, {_signed(minus[best])}"
    for rule in CLEARLY:
        both = [one.model_minus[rule][name] for name in LOSSES] if rule in one.model_minus else []
        yield _held(all(minus.high < 0 for minus in both)) if both else "it says nothing"
    error, slope = (one.rules[MODEL][f"calibration_{name}"].value for name in ("error", "slope"))
    yield f"{_held(error < LEAST_ERROR)}, {error:.3f} (if right {one.least_error:.3f})"
    yield f"{_held(SLOPES[0] <= slope <= SLOPES[1])}, {slope:.2f}"


def _sign(minus: Interval) -> str:
    """Of the interval of a difference, in words."""
    if minus.high < 0:
        return "better than"
    if minus.low > 0:
        return "**worse than**"
    return f"{'below' if minus.value <= 0 else 'above'}, but not told apart from,"


def _held(so: bool) -> str:
    return "yes" if so else "**no**"


def _section(one: Judged | Refused) -> str:
    if isinstance(one, Refused):
        return f"## {one.name}\n\nNo model can be made of it: {one.why}."
    header = (
        "", "log loss", "ours less its", "Brier", "ours less its", "ROC AUC", "PR AUC",
        "error", "slope", "intercept",
    )  # fmt: skip
    others = [rule for rule in one.model_minus if "log_loss" in one.rules[rule]]
    order = [MODEL, *sorted(others, key=lambda rule: one.rules[rule]["log_loss"].value)]
    table = _table(header, [_line(one, rule) for rule in order])
    dates = f"{len(one.learned_from)} dates, {one.learned_from[0]} to {one.learned_from[-1]}"
    absent = "".join(f" {NAMES[rule]} is absent: {why}." for rule, why in one.absent.items())
    return (
        f"## {one.name}\n\nChurn is {one.churn}. {one.customers:,} customers at {one.as_of}, of "
        f"whom {one.churn_rate:.1%} churned; {one.learned_rows:,} labelled rows before ({dates})."
        f"{absent}{_chosen(one)}\n\n{table}\n\nProfit at capacity of {one.campaign}:\n\n"
        f"{_profits(one)}"
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
    return _table(("", "profit", "ours less its"), rows)


def _money(found: Interval, form: str) -> str:
    return f"{found.value:{form}} [{found.low:{form}}, {found.high:{form}}]"


def _line(one: Judged, rule: str) -> list[str]:
    found = one.rules[rule]
    minus = one.model_minus.get(rule)
    return [
        NAMES[rule],
        _within(found["log_loss"], 4),
        _signed(minus["log_loss"]) if minus else "",
        _within(found["brier"], 4),
        _signed(minus["brier"]) if minus else "",
        *(_within(found[name], 3) for name in ("roc_auc", "pr_auc", "calibration_error")),
        *(_within(found[name], 2) for name in ("calibration_slope", "calibration_intercept")),
    ]


def _within(found: Interval, digits: int) -> str:
    return f"{found.value:.{digits}f} [{found.low:.{digits}f}, {found.high:.{digits}f}]"


def _signed(found: Interval) -> str:
    return f"{found.value:+.4f} [{found.low:+.4f}, {found.high:+.4f}]"


def _chosen(one: Judged) -> str:
    if not one.automl:
        return ""
    cpu, loss = (float(str(one.automl[name])) for name in ("cpu_seconds", "own_log_loss"))
    return (
        f" FLAML, given {one.automl['budget']} s, of which it got {cpu:.0f} s of CPU time, settled "
        f"on {one.automl['estimator']}, whose log loss it took to be {loss:.4f}."
    )


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _versions(judged: Sequence[Judged]) -> dict[str, str]:
    found = {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES}
    asked = [one.automl["version"] for one in judged if one.automl]
    return found | ({"flaml": str(asked[0])} if asked else {})
