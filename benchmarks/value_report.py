"""What the value benchmark found, as a page for people and as JSON."""

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.report import machine

LIBRARIES = ("numpy", "scipy", "duckdb", "ibis-framework")

PAGE = """\
# Remaining value: published estimates, what came, and speed

    {command}

## BG/NBD on CDNOW

Time in weeks; customers known at 1997-10-01 and what they bought on one day as one order. The
published estimates (Fader, Hardie and Lee, 2005) are of one tenth of the customers, which the file
of all 23,570 does not mark; beside them stand the estimates of everyone and the spread of random
tenths (5 %, 50 % and 95 % of them).

{estimates}

## What was said and what came

Models fitted on everyone known at a date, and compared with the days after it. "Repeat" says that
each customer brings what the customer brought in as many days before. Error is the mean absolute
error of a customer's money; the best decile is the share of all money that came from the tenth of
customers ranked highest; inside is the share of customers within the interval that is meant to hold
four of five; correlation is that of a customer's number of orders with their mean value, which
Gamma-Gamma takes as none.

{judged}

Money of a customer by decile of what was said, said / came:

{deciles}

## Speed

{customers:,} customers drawn from the model: fitted in {fit:.1f} s, value and interval of all in
{apply:.2f} s, of one alone in {alone:.1f} ms; peak memory of the process {peak:,.0f} MiB, of which
most are the 131 features.

Measured on {date}: {cpu}, {cores} cores, {memory} GiB of memory, {system};
{versions}.
Raw numbers are in [value.json](value.json).
"""


@dataclass(frozen=True)
class Estimate:
    """One parameter: published, of everyone, and over random tenths."""

    name: str
    published: float
    whole: float
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Versus:
    """How well one rule foretold money."""

    name: str
    total: float
    came: float
    error: float
    rank_correlation: float
    best_decile: float


@dataclass(frozen=True)
class Decile:
    """Customers of about equal predicted value."""

    customers: int
    said: float
    came: float


@dataclass(frozen=True)
class Judged:
    """One company."""

    name: str
    customers: int
    days: int
    expected_orders: float
    orders: float
    inside: float
    correlation: float
    versus: list[Versus]
    deciles: list[Decile]


@dataclass(frozen=True)
class Speed:
    """Seconds, and MiB."""

    customers: int
    fit: float
    apply: float
    alone: float
    peak: float


@dataclass(frozen=True)
class Findings:
    """Everything that was measured."""

    command: str
    date: str
    estimates: list[Estimate]
    judged: list[Judged]
    speed: Speed


def write(findings: Findings, folder: Path) -> str:
    """Write value.md and value.json; the page is returned."""
    found, versions = machine(), {"python": platform.python_version()}
    versions |= {name: version(name) for name in LIBRARIES}
    page = PAGE.format(
        command=findings.command,
        estimates=_estimates(findings.estimates),
        judged=_judged(findings.judged),
        deciles=_deciles(findings.judged),
        customers=findings.speed.customers,
        fit=findings.speed.fit,
        apply=findings.speed.apply,
        alone=1000 * findings.speed.alone,
        peak=findings.speed.peak,
        date=findings.date,
        versions=", ".join(f"{name} {number}" for name, number in versions.items()),
        **found,
    )
    raw = asdict(findings) | {"machine": found, "versions": versions}
    (folder / "value.md").write_text(page, encoding="utf-8")
    (folder / "value.json").write_text(json.dumps(raw, indent=2) + "\n", encoding="utf-8")
    return page


def _estimates(estimates: Sequence[Estimate]) -> str:
    rows = [
        (
            one.name,
            *(
                f"{value:.3f}"
                for value in (one.published, one.whole, one.low, one.middle, one.high)
            ),
        )
        for one in estimates
    ]
    return _table(("", "published", "everyone", "tenths, 5 %", "50 %", "95 %"), rows)


def _judged(judged: Sequence[Judged]) -> str:
    rows = [
        (
            f"{one.name}, {one.customers:,} customers, {one.days} days",
            rule.name,
            f"{one.expected_orders / one.orders:.2f}" if rule.name == "model" else "",
            f"{rule.total / rule.came:.2f}",
            f"{rule.error:,.2f}",
            f"{rule.rank_correlation:.3f}",
            f"{rule.best_decile:.1%}",
            f"{one.inside:.1%}" if rule.name == "model" else "",
            f"{one.correlation:.2f}" if rule.name == "model" else "",
        )
        for one in judged
        for rule in one.versus
    ]
    header = ("", "", "orders said / came", "money said / came", "error", "rank correlation")
    return _table((*header, "best decile", "inside", "correlation"), rows)


def _deciles(judged: Sequence[Judged]) -> str:
    rows = [
        (
            str(place + 1),
            *(f"{one.deciles[place].said:,.1f} / {one.deciles[place].came:,.1f}" for one in judged),
        )
        for place in range(len(judged[0].deciles))
    ]
    return _table(("decile", *(one.name for one in judged)), rows)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
