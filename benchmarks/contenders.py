"""Time one contender once, in a process of its own, so that its peak memory is its own too."""

import importlib
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Result = TypeVar("Result")
Ids = NDArray[np.object_] | NDArray[np.int64]

RETINUE, SQL, PANDAS = "Retinue", "hand-written SQL", "pandas"
MODULES = {
    RETINUE: "benchmarks.with_retinue",
    SQL: "benchmarks.rival_sql",
    PANDAS: "benchmarks.rival_pandas",
}


@dataclass(frozen=True)
class Run:
    """What one run of a contender took.

    Attributes:
        seconds: From the file to the matrix, imports left aside.
        cpu_seconds: The same, summed over its threads: other work on the machine matters less.
        peak_mebibytes: The most memory its process ever held, imports included.
    """

    seconds: float
    cpu_seconds: float
    peak_mebibytes: float


def in_fresh_process(function: Callable[..., Result], *arguments: object) -> Result:
    """Call a function in a new interpreter, which ends with it.

    Even making and comparing data happens so: Linux counts what the parent held when it started
    a child towards the child's peak, so the parent must stay small.
    """
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=fresh) as pool:
        return pool.submit(function, *arguments).result()


def run(contender: str, orders: Path, as_of: datetime, results: Path) -> Run:
    """Time the contender and leave its ids and features in `results`, sorted by id, as .npy."""
    module = importlib.import_module(MODULES[contender])
    start, cpu_start = time.perf_counter(), time.process_time()
    ids, features = module.order_features(orders, as_of)
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu_start
    peak = peak_mebibytes()
    _save(contender, ids, features, results)
    return Run(seconds, cpu_seconds, peak)


def ids_file(results: Path, contender: str) -> Path:
    """Where a contender's customer ids are kept."""
    return results / f"{contender}.ids.npy"


def features_file(results: Path, contender: str) -> Path:
    """Where a contender's features are kept, in the order of its ids."""
    return results / f"{contender}.features.npy"


def peak_mebibytes() -> float:
    """The most memory this process ever held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)  # bytes there, KiB elsewhere


def _save(contender: str, ids: Ids, features: NDArray[np.float64], results: Path) -> None:
    numbers = ids.astype(np.int64)  # Retinue's ids are text
    by_id = np.argsort(numbers)
    np.save(ids_file(results, contender), numbers[by_id])
    np.save(features_file(results, contender), features[by_id])
