"""Requests a second and latency of the server, beside MLflow's and a bare application's.

    .venv/bin/python -m benchmarks.serving --example examples/complete_journey

Each server is started as it would be in service, in processes of its own, and asked on this
machine in closed loops, then in an open loop at half the rate that came. Writes serving.md and
serving.json.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.closed_loop import closed, driver
from benchmarks.contenders import in_fresh_process
from benchmarks.http_load import Asked, asked
from benchmarks.served_project import (
    PROBABILITY,
    Questions,
    Served,
    prepared,
    questions,
)
from benchmarks.servers import Contender, bare, mlflow, retinue, started
from benchmarks.serving_report import Cell, Findings, page

CONNECTIONS = (8, 32)
OPEN_CONNECTIONS = 32
HALF = 0.5


def cells_of(
    contender: Contender,
    cases: dict[str, tuple[bytes, ...]],
    workers: int,
    seconds: float,
) -> Iterator[Cell]:
    """Start a server and ask it every case: in closed loops, then at half the rate."""
    with started(contender) as server:
        for case, requests in cases.items():
            loops = {
                connections: closed(Asked(server.url, requests, connections, seconds))
                for connections in CONNECTIONS
            }
            rate = HALF * max(one.per_second for one in loops.values())
            steady = in_fresh_process(
                asked, Asked(server.url, requests, OPEN_CONNECTIONS, 2 * seconds, 0.5, rate)
            )
            cell = Cell(contender.name, workers, case, loops, rate, steady)
            print(f"{datetime.now(UTC):%H:%M:%S} {cell.told}", file=sys.stderr)
            yield cell


def measured(served: Served, workers: Sequence[int], seconds: float, rounds: int) -> list[Cell]:
    """Every contender in turn, round after round, so that what else runs here meets them all."""
    asked_of: Questions = in_fresh_process(questions, served)
    found: list[Cell] = []
    for _ in range(rounds):
        for count in workers:
            ours, theirs = retinue(served.project, count), mlflow(served.uri, served.name, count)
            least = bare(served.booster, served.rows, count)
            found += cells_of(least, {PROBABILITY: asked_of.bare}, count, seconds)
            found += cells_of(ours, asked_of.retinue, count, seconds)
            found += cells_of(theirs, {PROBABILITY: asked_of.mlflow}, count, seconds)
    return found


def main(arguments: Sequence[str]) -> int:
    """Measure, print and write benchmarks/serving.md and .json."""
    parser = argparse.ArgumentParser(prog="benchmarks.serving", description=__doc__)
    parser.add_argument("--example", type=Path, help="train and serve a copy of this project")
    parser.add_argument("--people", type=int, default=4000, help="or a simulated company's size")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], help="of each server")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each closed loop")
    parser.add_argument("--rounds", type=int, default=1, help="medians are told")
    parser.add_argument("--no-table", action="store_true", help="write no files")
    options = parser.parse_args(arguments)
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="retinue-bench-") as folder:
        served: Served = in_fresh_process(prepared, Path(folder), options.example, options.people)
        cells = measured(served, options.workers, options.seconds, options.rounds)
    found = Findings(
        command=" ".join([".venv/bin/python -m benchmarks.serving", *arguments]),
        driver=driver(),
        project=served.name,
        trees=served.trees,
        features=served.features,
        customers=served.scored,
        rounds=options.rounds,
        load=(before, os.getloadavg()[0]),
        cells=cells,
    )
    text = page(found)
    print(text)
    if not options.no_table:
        folder_of_pages = Path(__file__).parent
        (folder_of_pages / "serving.md").write_text(text, encoding="utf-8")
        written = json.dumps(asdict(found), indent=1)
        (folder_of_pages / "serving.json").write_text(written + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
