"""What kill -9 leaves behind, step by step: nobody picks the moments, so none is forgotten."""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import IOBase
from itertools import count
from pathlib import Path
from sqlite3 import Connection
from types import BuiltinFunctionType, FrameType, ModuleType

from benchmarks.contenders import in_fresh_process

# Python's own functions that change what is on a disk, or make it last, beside `open` for writing.
# A database's `commit` is one step, as SQLite undoes whatever was not committed.
STEPS = {
    "posix": {"chmod", "fsync", "mkdir", "rename", "replace", "rmdir", "sendfile"}
    | {"truncate", "unlink", "utime", "write"},
    "file": {"flush", "truncate", "write"},
    "database": {"commit"},
}
WRITING = os.O_WRONLY | os.O_RDWR
DONE = "done"


@dataclass(frozen=True)
class Left:
    """What a process left behind.

    Attributes:
        step: What it was about to do when it was killed; DONE of the one that came to its end.
        folder: In which it worked.
    """

    step: str
    folder: Path


def left_at_every_step(do: Callable[[Path], object], start: Path, place: Path) -> list[Left]:
    """Have something done once for each of its steps, each time killed before one step more.

    Args:
        do: What is done in a folder; a function that can be sent to another process.
        start: What the folder holds at first.
        place: Where the folders are put.
    """
    # A process of its own, as one that has threads cannot be forked.
    return in_fresh_process(_left_at_every_step, do, start, place)


def _left_at_every_step(do: Callable[[Path], object], start: Path, place: Path) -> list[Left]:
    left: list[Left] = []
    for number in count(1):
        folder = place / f"{number:03}"
        shutil.copytree(start, folder)
        left.append(Left(_killed_before(number, do, folder), folder))
        if left[-1].step == DONE:
            break
    return left


def _killed_before(number: int, do: Callable[[Path], object], folder: Path) -> str:
    """Fork, and give back the step at which the child was killed."""
    hearing, telling = os.pipe()
    child = os.fork()
    if not child:
        try:
            killer = _Killer(number, telling)
            sys.addaudithook(killer.hears)
            sys.setprofile(killer.sees)
            do(folder)
            sys.setprofile(None)
            os.write(telling, DONE.encode())
        finally:
            os._exit(0)  # without what the parent has left to do
    os.close(telling)
    with os.fdopen(hearing) as heard:
        step = heard.read()
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert killed != (step == DONE), f"at {step or 'no step'} it ended with {status}"
    return step


def _kind(called: BuiltinFunctionType) -> str:
    match called.__self__:
        case ModuleType():
            return called.__self__.__name__
        case IOBase():
            return "file"
        case Connection():
            return "database"
    return ""


class _Killer:
    """Counts the steps of this process, and ends it before one of them."""

    def __init__(self, number: int, telling: int) -> None:
        self._left = number
        self._telling = telling

    def sees(self, _frame: FrameType, event: str, called: object) -> None:
        """Sees every call of a function, as a profiler does."""
        if event == "c_call" and isinstance(called, BuiltinFunctionType):
            self._before(called.__name__, counts=called.__name__ in STEPS.get(_kind(called), ()))

    def hears(self, event: str, told: tuple[object, ...]) -> None:
        """Hears of every file that is opened, and what for, as an auditor does."""
        if event == "open":
            flags = told[2]
            self._before(event, counts=isinstance(flags, int) and bool(flags & WRITING))

    def _before(self, step: str, *, counts: bool) -> None:
        self._left -= counts
        if counts and not self._left:
            os.write(self._telling, step.encode())
            os.kill(os.getpid(), signal.SIGKILL)
