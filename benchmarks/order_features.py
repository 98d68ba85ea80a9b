"""Time Retinue's order features beside hand-written SQL and pandas: `make bench`."""

import argparse
import shlex
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.agreement import DisagreementError, refuse_disagreement
from benchmarks.contenders import MODULES, Run, in_fresh_process, run
from benchmarks.order_family import NAMES
from benchmarks.report import Findings, Timing, growth, table, write
from benchmarks.simulated_orders import AS_OF, write_orders


def main(arguments: Sequence[str]) -> int:
    """Measure, compare, print and, unless told otherwise, write the page; 1 on disagreement."""
    options = _options(arguments)
    timings: list[Timing] = []
    differences: list[float] = []
    try:
        for orders in sorted(set(options.orders)):
            found, difference = _measure(orders, options.runs)
            timings += found
            differences.append(difference)
    except DisagreementError as error:
        print(f"the contenders do not agree, so nothing is reported: {error}", file=sys.stderr)
        return 1
    print(f"\n{table(timings)}\n\n{growth(timings)}".rstrip())
    if not options.no_table:
        command = shlex.join([".venv/bin/python", "-m", "benchmarks.order_features", *arguments])
        today = datetime.now(UTC).date().isoformat()
        findings = Findings(command, today, len(NAMES), timings, max(differences))
        write(findings, Path(__file__).parent)
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.order_features", description=__doc__)
    parser.add_argument(
        "--orders", type=_positive, nargs="+", required=True, help="number of orders"
    )
    parser.add_argument("--runs", type=_positive, default=3, help="runs of each contender")
    parser.add_argument("--no-table", action="store_true", help="write no page and no JSON")
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not a positive number")
    return number


def _measure(orders: int, rounds: int) -> tuple[list[Timing], float]:
    """Time each contender once a round; the largest difference between their values."""
    runs: dict[str, list[Run]] = {contender: [] for contender in MODULES}
    differences: list[float] = []
    with tempfile.TemporaryDirectory(prefix="retinue-bench-") as folder:
        file, results = Path(folder) / "orders.parquet", Path(folder)
        in_fresh_process(write_orders, file, orders)
        for number in range(1, rounds + 1):
            for contender in MODULES:
                found = in_fresh_process(run, contender, file, AS_OF, results)
                runs[contender].append(found)
                print(f"{orders:,} orders, run {number}, {contender}: {found.seconds:.2f} s")
            differences.append(in_fresh_process(refuse_disagreement, results))
    timings = [Timing(orders, contender, tuple(found)) for contender, found in runs.items()]
    return timings, max(differences)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
