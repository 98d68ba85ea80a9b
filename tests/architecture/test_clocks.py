"""The promise clock: the time of day is asked where it is told, and nowhere to measure or order."""

import ast
from pathlib import Path

from tests.architecture.test_arrows import ROOT, packages, tracked

# Who asks the time of day, and what for; all else goes by a clock that never goes back.
WHAT_FOR = {
    "retinue/commands/auditing.py": "dates an entry of the audit log; its number orders it",
    "retinue/commands/check.py": "finds rows of the future",
    "retinue/commands/keys.py": "dates and expires keys",
    "retinue/commands/own_check.py": "dates a page",
    "retinue/commands/own_train.py": "dates a model; its id does not hold it",
    "retinue/commands/succeeding.py": "dates a change of champion; its line orders it",
    "retinue/commands/train.py": "dates a model; its id does not hold it",
    "serving/access/gate.py": "expires keys and dates entries of the audit log",
    "serving/erasure.py": "dates an erasure, and forgets what was answered a week before",
    "serving/store.py": "dates a run; its number says which is current",
    "serving/web/answers.py": "tells the age of the data",
    "serving/web/predict_routes.py": "the moment to describe rows at that come without one",
}
ASKS = {"now", "utcnow", "today", "time", "time_ns", "localtime", "gmtime", "ctime", "st_mtime"}
CLOCKS = {"datetime", "date", "time"}


def asks_the_time(file: Path) -> bool:
    """Whether it calls `datetime.now`, `time.time` and their like, or goes by a file's age."""
    return any(
        node.attr in ASKS
        and (node.attr == "st_mtime" or ast.unparse(node.value).split(".")[-1] in CLOCKS)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    )


def test_clock_the_time_of_day_is_asked_at_known_places_alone() -> None:
    ours = [file for top in packages() for file in tracked(f"{top}/*.py")]
    assert {str(file.relative_to(ROOT)) for file in ours if asks_the_time(file)} == {*WHAT_FOR}


def test_clock_modules_of_time_are_imported_whole_or_for_what_never_goes_back() -> None:
    for top in packages():
        for file in tracked(f"{top}/*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module == "time":
                    assert {name.name for name in node.names} <= {"monotonic", "perf_counter"}
