"""What the servers' benchmark says of expected figures."""

from dataclasses import replace

import pytest

from benchmarks.http_load import Answered
from benchmarks.served_project import ANEW, BY_ROWS, PROBABILITY, PROFILE, WITH_REASONS
from benchmarks.serving_report import Cell, Findings, expectations, page


def cell(
    contender: str, case: str, per_second: float, p99_ms: float = 5.0, median_ms: float = 1.0
) -> Cell:
    found = Answered(100, 0, per_second, median_ms, p99_ms, 2 * p99_ms)
    slower = replace(found, per_second=per_second / 2)
    return Cell(contender, 1, case, {8: found, 32: slower}, per_second / 2, found)


CELLS = [
    cell("bare FastAPI", PROBABILITY, 2000),
    cell("MLflow", PROBABILITY, 50),
    cell("Retinue", WITH_REASONS, 1000),
    cell("Retinue", ANEW, 750),
    cell("Retinue", PROFILE, 1000),
    cell("Retinue", BY_ROWS, 40),
]


def test_figures_that_just_meet_what_is_expected_meet_it() -> None:
    assert [one.met for one in expectations(CELLS, 1)] == [True] * 6


@pytest.mark.parametrize(
    ("changed", "missed"),
    [
        (cell("Retinue", WITH_REASONS, 740), [0, 2]),
        (cell("Retinue", WITH_REASONS, 1000, p99_ms=20), [3]),
        (cell("Retinue", ANEW, 749), [1]),
        (cell("Retinue", PROFILE, 999), [4]),
        (cell("Retinue", BY_ROWS, 40, median_ms=50.0), [5]),
    ],
)
def test_what_misses_is_told(changed: Cell, missed: list[int]) -> None:
    cells = [changed if one.case == changed.case and one.contender == "Retinue" else one
             for one in CELLS]  # fmt: skip
    found = expectations(cells, 1)
    assert [place for place, one in enumerate(found) if not one.met] == missed

    findings = Findings("command", "wrk", "shop", 10, 132, 300, 1, (0.0, 0.0), cells)
    assert page(findings).count("**no**") == len(missed)


def test_of_several_rounds_the_median_counts() -> None:
    slow, fast = cell("Retinue", PROFILE, 100), cell("Retinue", PROFILE, 3000)
    assert expectations([*CELLS, slow, fast], 1)[4].found == "1,000"
