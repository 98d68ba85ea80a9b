"""Simulate a company of any size into a folder, chunk by chunk."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from features.contract import CONTRACT
from training.simulation.clock import Clock
from training.simulation.company import tables_of
from training.simulation.folder import written_whole
from training.simulation.pages import project_file, readme, truths_as_json
from training.simulation.plan import Plan


def simulate(plan: Plan, out: Path, advance: Callable[[], None] = lambda: None) -> dict[str, int]:
    """Write the tables, the project file and the truths.

    Args:
        plan: What to simulate.
        out: The folder to make; it is there once all is written.
        advance: Called after each chunk.

    Returns:
        Rows of each file.

    Raises:
        SimulationError: `out` holds something already.
    """
    clock = Clock(plan.truths, plan.days)
    with written_whole(out) as files:
        for number, ids in enumerate(plan.chunks):
            # Keyed by its number, a chunk is the same whatever comes before and after it.
            seed = np.random.SeedSequence(plan.seed, spawn_key=(number,))
            files.append(tables_of(plan.truths, clock, ids, seed))
            advance()
        pages = {
            "retinue.toml": project_file([t.name for t in CONTRACT if files.rows[t.name]]),
            "truths.json": truths_as_json(plan),
            "README.md": readme(plan),
        }
        for name, text in pages.items():
            (files.folder / name).write_text(text, encoding="utf-8")
    return files.rows
