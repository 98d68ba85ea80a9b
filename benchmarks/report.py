"""What a benchmark found, as a table for people and as JSON."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.contenders import MODULES, SQL, Run

HEADER = ("orders", "contender", "median s", "min s", "max s", "times SQL", "CPU s", "peak MiB")
LIBRARIES = ("duckdb", "ibis-framework", "pandas", "numpy", "pyarrow")

PAGE = """\
# Order features: time and memory

From a Parquet file of orders to one numpy row of {features} features per customer: Retinue
(which reads and checks the table, takes ids of any kind as text and sums money exactly) beside
DuckDB's SQL and pandas, both written by hand for this one file, with its integer ids and its prices
as floats. The orders are simulated: two years, twenty orders a customer on average, a tenth of them
by the most active hundredth of the customers, one in a hundred a return.

    {command}

{table}

{runs} runs of each contender, taking turns, every run a new process. Times are from the file, which
the system has cached, to the matrix, imports left aside; "times SQL" divides the medians, "CPU s"
is the median summed over threads (DuckDB uses all cores, pandas one but for reading). Peak memory
is the whole process's, imports included. After each round the matrices are compared: same
customers, same missing values, largest difference {difference:.0e} (relative, absolute below 1).
{growth}
Measured on {date}: {cpu}, {cores} cores, {memory} GiB of memory, {system};
{versions}.
Raw numbers are in [order_features.json](order_features.json); `make bench` writes both files.
"""


@dataclass(frozen=True)
class Timing:
    """All runs of one contender over one number of orders."""

    orders: int
    contender: str
    runs: tuple[Run, ...]

    @property
    def seconds(self) -> float:
        """The median run's."""
        return median(run.seconds for run in self.runs)

    @property
    def cpu_seconds(self) -> float:
        """The median run's, over all of its threads."""
        return median(run.cpu_seconds for run in self.runs)

    @property
    def peak_mebibytes(self) -> float:
        """The largest of any run."""
        return max(run.peak_mebibytes for run in self.runs)


@dataclass(frozen=True)
class Findings:
    """Everything that a report says.

    Attributes:
        command: What was typed.
        date: ISO 8601.
        features: Number of columns computed.
        timings: By number of orders, ascending, then by contender.
        largest_difference: Between any two contenders' values of one customer.
    """

    command: str
    date: str
    features: int
    timings: Sequence[Timing]
    largest_difference: float


def table(timings: Sequence[Timing]) -> str:
    """One line per number of orders and contender, in Markdown."""
    by_hand = {timing.orders: timing.seconds for timing in timings if timing.contender == SQL}
    rows = [HEADER] + [
        (
            f"{timing.orders:,}",
            timing.contender,
            f"{timing.seconds:.2f}",
            f"{min(run.seconds for run in timing.runs):.2f}",
            f"{max(run.seconds for run in timing.runs):.2f}",
            f"{timing.seconds / by_hand[timing.orders]:.2f}",
            f"{timing.cpu_seconds:.2f}",
            f"{timing.peak_mebibytes:,.0f}",
        )
        for timing in timings
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
    ruler = tuple("-" * (width - 1) + (":" if at != 1 else "-") for at, width in enumerate(widths))
    return "\n".join(
        "| " + " | ".join(_align(cell, at, widths[at]) for at, cell in enumerate(row)) + " |"
        for row in (HEADER, ruler, *rows[1:])
    )


def growth(timings: Sequence[Timing]) -> str:
    """How time and memory grow from the fewest orders to the most; empty for a single size."""
    fewest, most = min(one.orders for one in timings), max(one.orders for one in timings)
    if fewest == most:
        return ""
    found = {(timing.orders, timing.contender): timing for timing in timings}
    said = []
    for contender in MODULES:
        small, large = found[fewest, contender], found[most, contender]
        said.append(
            f"{contender} {large.seconds / small.seconds:.1f} times the time and "
            f"{large.peak_mebibytes / small.peak_mebibytes:.1f} times the memory"
        )
    return (
        f"From {fewest:,} to {most:,} orders ({most / fewest:.0f} times):\n"
        + ";\n".join(said)
        + "."
    )


def write(findings: Findings, folder: Path) -> None:
    """Write order_features.md and order_features.json, whole."""
    found = machine()
    text = PAGE.format(
        features=findings.features,
        command=findings.command,
        table=table(findings.timings),
        growth=f"\n{grown}\n" if (grown := growth(findings.timings)) else "",
        runs=len(findings.timings[0].runs),
        difference=findings.largest_difference,
        date=findings.date,
        versions=", ".join(f"{name} {number}" for name, number in _versions().items()),
        **found,
    )
    raw = asdict(findings) | {"machine": found, "versions": _versions()}
    (folder / "order_features.md").write_text(text, encoding="utf-8")
    (folder / "order_features.json").write_text(json.dumps(raw, indent=2) + "\n", encoding="utf-8")


def _align(cell: str, column: int, width: int) -> str:
    return cell.ljust(width) if column == 1 else cell.rjust(width)


def _versions() -> dict[str, str]:
    return {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES}


def machine() -> dict[str, str | int]:
    """Processor, cores, memory in GiB and system, as the fields of a page."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count() or 1,
        "memory": round(pages * size / (1 << 30)),
        "system": f"{platform.system()} {platform.machine()}",
    }


def _cpu() -> str:
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text(encoding="utf-8").splitlines() if listed.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "an unnamed CPU"
