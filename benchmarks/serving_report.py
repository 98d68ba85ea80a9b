"""What the servers' benchmark found, for people: figures, and whether they are those expected."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from statistics import median

from benchmarks.http_load import Answered
from benchmarks.report import machine
from benchmarks.served_project import ANEW, BY_ROWS, PROBABILITY, PROFILE, WITH_REASONS

LIBRARIES = ("fastapi", "uvicorn", "uvloop", "lightgbm", "mlflow", "orjson", "numpy")
TIMES_MLFLOW, SHARE_OF_BARE, MOST_P99_MS, LEAST_PROFILES = 15.0, 0.5, 20.0, 1000.0
MOST_BY_ROWS_MS = 50.0


@dataclass(frozen=True)
class Cell:
    """One server asked one thing, once.

    Attributes:
        contender: The server.
        workers: Its processes.
        case: What it was asked.
        closed: By number of connections.
        rate: Requests a second of the open loop.
        open: At that rate.
    """

    contender: str
    workers: int
    case: str
    closed: dict[int, Answered]
    rate: float
    open: Answered

    @property
    def most(self) -> float:
        """The higher rate of the closed loops."""
        return max(one.per_second for one in self.closed.values())

    @property
    def failed(self) -> int:
        """Answers that were not 200, or did not come."""
        return sum(one.failed for one in (*self.closed.values(), self.open)) + self.open.late

    @property
    def told(self) -> str:
        """In a line."""
        return (
            f"{self.contender} x{self.workers}, {self.case}: {self.most:,.0f}/s; at "
            f"{self.rate:,.0f}/s 99th {self.open.p99_ms:.1f} ms; {self.failed} failed"
        )


@dataclass(frozen=True)
class Findings:
    """Everything that the report says.

    Attributes:
        command: What was typed.
        driver: Of the closed loops.
        project: Whose customers.
        trees: Of the booster.
        features: Columns of it.
        customers: Who have a score, of whom those asked about were drawn.
        rounds: How often each was measured.
        load: Processes that wanted a core when it began and when it ended.
        cells: Of every round.
    """

    command: str
    driver: str
    project: str
    trees: int
    features: int
    customers: int
    rounds: int
    load: tuple[float, float]
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Expected:
    """One figure that the server is held to."""

    what: str
    least_or_most: str
    found: str
    met: bool


def page(found: Findings) -> str:
    """The figures in Markdown."""
    here = ", ".join(f"{what} {value}" for what, value in machine().items())
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    lines = [
        "# Serving: requests a second and latency",
        "",
        f"    {found.command}",
        "",
        f"{here}, {versions}, {datetime.now(UTC):%Y-%m-%d}. "
        f"{_rounds(found.rounds)} On average {found.load[0]:.1f} processes wanted a core when it "
        f"began and {found.load[1]:.1f} when it ended. Driver and server share the cores, so on "
        "two machines all figures are higher.",
        "",
        f"The project is {found.project}: a booster of {found.trees} trees over {found.features} "
        f"features; customers were drawn from the {found.customers:,} who have a score. Retinue is "
        "`retinue serve` as it comes, with its store, log, metrics and limits. MLflow is `mlflow "
        "models serve` of the very bundle as training logs it, asked for one row of features. The "
        "bare application ([bare_app.py](bare_app.py)) has the features in a dict and answers with "
        "the booster's probability. Neither tells reasons, segments or money. Retinue reads off "
        "the scoring run what the model that answers said in it, and is asked for more reasons "
        "than a run keeps to show what scoring anew takes.",
        "",
        *_table(found),
        "",
        f"Closed loops (8 and 32 connections, each asking again at once) by {found.driver}, the "
        "same for all; the open loop by [http_load.py](http_load.py), at half the higher of the "
        "two rates, its latency counted from the moment a request was due. It wakes by the "
        "millisecond, so up to one is its own.",
        "",
        "## Expected, and what came",
        "",
        "| workers | what | expected | found | so? |",
        "|---:|---|---:|---:|---|",
        *(
            f"| {workers} | {one.what} | {one.least_or_most} | {one.found} | "
            f"{'yes' if one.met else '**no**'} |"
            for workers in sorted({cell.workers for cell in found.cells})
            for one in expectations(found.cells, workers)
        ),
    ]
    return "\n".join([*lines, ""])


def _rounds(count: int) -> str:
    return "One round." if count == 1 else f"Medians of {count} rounds, servers taking turns."


def _table(found: Findings) -> list[str]:
    lines = [
        "| workers | server | asked | a second, 8 | a second, 32 | open loop at | median ms | "
        "99th | 99.9th | failed |",
        "|---:|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for cells in _alike(found.cells):
        one = cells[0]
        figures = (
            *(
                f"{median(cell.closed[connections].per_second for cell in cells):,.0f}"
                for connections in one.closed
            ),
            f"{_median(cells, lambda cell: cell.rate):,.0f}",
            f"{_median(cells, lambda cell: cell.open.median_ms):.1f}",
            f"{_median(cells, lambda cell: cell.open.p99_ms):.1f}",
            f"{_median(cells, lambda cell: cell.open.p999_ms):.1f}",
            f"{sum(cell.failed for cell in cells)}",
        )
        lines.append(f"| {one.workers} | {one.contender} | {one.case} | {' | '.join(figures)} |")
    return lines


def _alike(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Cells of the same server, workers and case, which differ by the round alone."""
    found: dict[tuple[int, str, str], list[Cell]] = {}
    for cell in cells:
        found.setdefault((cell.workers, cell.contender, cell.case), []).append(cell)
    return [found[key] for key in sorted(found, key=lambda key: key[0])]


def _median(cells: Sequence[Cell], figure: Callable[[Cell], float]) -> float:
    return median(figure(cell) for cell in cells)


def expectations(cells: Sequence[Cell], workers: int) -> list[Expected]:
    """What the server is held to, at that number of workers."""

    def of(contender: str, case: str) -> list[Cell]:
        wanted = (contender, case, workers)
        return [cell for cell in cells if (cell.contender, cell.case, cell.workers) == wanted]

    def rate(contender: str, case: str) -> float:
        return _median(of(contender, case), lambda cell: cell.most)

    ours = rate("Retinue", WITH_REASONS)
    theirs = rate("MLflow", PROBABILITY)
    times, anew = ours / theirs, rate("Retinue", ANEW) / theirs
    share = ours / rate("bare FastAPI", PROBABILITY)
    p99 = _median(of("Retinue", WITH_REASONS), lambda cell: cell.open.p99_ms)
    profiles = rate("Retinue", PROFILE)
    by_rows = _median(of("Retinue", BY_ROWS), lambda cell: cell.open.median_ms)
    return [
        Expected(
            "by id with segments and reasons, read off the run, times MLflow's rate without",
            f"{TIMES_MLFLOW:g}",
            f"{times:.1f}",
            times >= TIMES_MLFLOW,
        ),
        Expected(
            "scored anew, times the same", f"{TIMES_MLFLOW:g}", f"{anew:.1f}", anew >= TIMES_MLFLOW
        ),
        Expected(
            "read off the run, share of the bare application's rate",
            f"{SHARE_OF_BARE:.2f}",
            f"{share:.2f}",
            share >= SHARE_OF_BARE,
        ),
        Expected(
            "likewise, 99th percentile at half load",
            f"< {MOST_P99_MS:g} ms",
            f"{p99:.1f} ms",
            p99 < MOST_P99_MS,
        ),
        Expected(
            "profiles a second",
            f"{LEAST_PROFILES:,.0f}",
            f"{profiles:,.0f}",
            profiles >= LEAST_PROFILES,
        ),
        Expected(
            "by rows sent, median at half load",
            f"< {MOST_BY_ROWS_MS:g} ms",
            f"{by_rows:.1f} ms",
            by_rows < MOST_BY_ROWS_MS,
        ),
    ]
