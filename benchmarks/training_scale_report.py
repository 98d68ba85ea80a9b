"""What the benchmark of training found, as a page for people."""

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

LIBRARIES = ("lightgbm", "duckdb", "ibis-framework", "numpy")
HEADER = (
    "", "share", "as-of dates", "fit rows", "seconds", "CPU s", "peak MiB", "test log loss",
)  # fmt: skip

PAGE = """\
# Training: time and memory

    {command}

From Parquet files to the judged bundle, without recording it in MLflow: reading, features and
labels of every as-of date, the churn model, value, segments, baselines and evaluation. Each line is
one run in a process of its own. A simulated company has all seven tables over two years; its
project file is the one that `retinue simulate` writes. "Share" is `[training] customer_share`.

{table}

Where the time went, from the announcement of each step to the next, and the peak of memory by then:

{stages}

Measured on {date}: {cpu}, {cores} cores, {memory} GiB of memory, {system};
{versions}.
Raw numbers are in [training_scale.json](training_scale.json); `make bench-models` writes both.
"""


def page(found: Mapping[str, Any]) -> str:
    """The figures in Markdown."""
    versions = {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES}
    runs = found["runs"]
    return PAGE.format(
        command=found["command"],
        table=_table(HEADER, [_line(run) for run in runs]),
        stages="\n".join(f"- {run['company']}: {_stages(run)}" for run in runs),
        date=found["date"],
        versions=", ".join(f"{name} {number}" for name, number in versions.items()),
        **found["machine"],
    )


def _line(run: Mapping[str, Any]) -> Sequence[str]:
    if run["died"]:
        return [run["company"], f"{run['share']:g}", *[""] * 5, run["died"]]
    return [
        run["company"],
        f"{run['share']:g}",
        str(run["dates"]),
        f"{run['rows']:,}",
        f"{run['seconds']:,.1f}",
        f"{run['cpu_seconds']:,.1f}",
        f"{run['peak_mebibytes']:,.0f}",
        f"{run['log_loss']:.4f}",
    ]


def _stages(run: Mapping[str, Any]) -> str:
    found = (
        f"{step} {seconds:,.1f} s, CPU {cpu:,.1f} s, {peak:,.0f} MiB"
        for step, seconds, cpu, peak in run["stages"]
    )
    return "; ".join(found) or run["died"]


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
