"""The closed loop, by wrk where it is on the PATH, else by our own driver: one for all."""

import json
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.contenders import in_fresh_process
from benchmarks.http_load import Answered, Asked, asked

SCRIPT = Path(__file__).parent / "wrk.lua"
WRK = "wrk"


def driver() -> str:
    """What asks in closed loops on this machine."""
    return WRK if shutil.which(WRK) else "benchmarks/http_load.py"


def closed(how: Asked) -> Answered:
    """Ask in a closed loop, from a process of its own.

    Raises:
        ValueError: A rate is given, which is for open loops.
    """
    if how.rate is not None:
        raise ValueError("a closed loop has no rate; ask in an open loop instead")
    found: Answered = _by_wrk(how) if driver() == WRK else in_fresh_process(asked, how)
    return found


def _by_wrk(how: Asked) -> Answered:
    with tempfile.NamedTemporaryFile() as held:
        # No request has a zero in it.
        held.write(b"\0".join(how.requests))
        held.flush()
        if how.warm_up_seconds:
            _wrk(replace(how, seconds=how.warm_up_seconds), held.name)
        return _wrk(how, held.name)


def _wrk(how: Asked, requests: str) -> Answered:
    seconds = max(1, round(how.seconds))  # it counts in whole ones
    threads = ("-t", "1", "-c", str(how.connections), "-d", f"{seconds}s")
    said = subprocess.run(  # noqa: S603 - what was found on the PATH by its name
        [shutil.which(WRK) or WRK, *threads, "-s", str(SCRIPT), how.url, "--", requests],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    told = json.loads(said.rstrip().rpartition("\n")[2])
    return Answered(
        requests=told["requests"],
        failed=told["failed"],
        per_second=(told["requests"] - told["failed"]) / told["seconds"],
        median_ms=told["median_ms"],
        p99_ms=told["p99_ms"],
        p999_ms=told["p999_ms"],
    )
