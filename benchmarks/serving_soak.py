"""Whether memory stays flat and answers stay right while the champion is swapped under load.

    .venv/bin/python -m benchmarks.serving_soak --minutes 10 --swaps 200

A server of one worker is asked a mixture without a pause, while `champion` moves to and fro between
two bundles. Every answer about a customer must name one of the two and hold that one's score. The
worker's memory is read every ten seconds. Writes serving_soak.md and serving_soak.json.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.contenders import in_fresh_process
from benchmarks.served_project import everyone, prepared
from benchmarks.servers import retinue, started
from benchmarks.soak_load import Scores, Soaked, soak
from benchmarks.soak_report import Findings, page, raw
from retinue.project import Project
from scoring.bundle import Bundle, Description
from scoring.scorer import Scorer
from scoring.shelf import Shelf
from serving.records import customers_of
from serving.store import Store

REFRESH_S = 0.2


@dataclass(frozen=True)
class Prepared:
    """A project with two bundles that could be champion.

    Attributes:
        project: Its folder.
        scores: By bundle and customer, the churn probability.
    """

    project: Path
    scores: Scores


def with_two_bundles(folder: Path, example: Path | None, people: int) -> Prepared:
    """Train, score, and put a second bundle on the shelf, which calibrates otherwise."""
    served = prepared(folder, example, people)
    file = served.project / "retinue.toml"
    settings = f"\n[serving]\nrefresh_seconds = {REFRESH_S}\n"
    file.write_text(file.read_text(encoding="utf-8") + settings, encoding="utf-8")
    project = Project.read(served.project)
    shelf = Shelf(project.bundles)
    champion = shelf.champion()
    other = another(champion)
    shelf.add(other)
    run = Store(project.store).current_run()
    scored = [one for one in everyone(Store(project.store)) if one.status == "scored"]
    scores = {}
    for bundle in (champion, other):
        names = bundle.manifest.feature_names
        answers = Scorer(bundle).answer(customers_of(scored, run.as_of, names))
        known = answers.customers.churn_probability
        ids = answers.customers.rows.customer_ids
        probabilities = [] if known is None else known.tolist()
        scores[bundle.manifest.bundle_id] = dict(zip(ids, probabilities, strict=True))
    return Prepared(served.project, scores)


def another(bundle: Bundle) -> Bundle:
    """The same booster under a steeper sigmoid, so that every score is another."""
    churn, manifest = bundle.parts.churn, bundle.manifest
    calibration = replace(churn.calibration, slope=1.5 * churn.calibration.slope)
    parts = replace(bundle.parts, churn=replace(churn, calibration=calibration))
    description = Description(
        name=manifest.name,
        created_at=manifest.created_at,
        currency=manifest.currency,
        churn_definition=manifest.churn_definition,
        trained_on=manifest.trained_on,
    )
    return Bundle.of(parts, description, manifest.metrics)


def soaked(there: Prepared, seconds: float, swaps: int) -> Soaked:
    """Serve, ask and swap; in a process of its own."""
    project = Project.read(there.project)
    with started(retinue(there.project, 1)) as server:
        return asyncio.run(soak(server, Shelf(project.bundles), there.scores, seconds, swaps))


def main(arguments: Sequence[str]) -> int:
    """Soak, print and write benchmarks/serving_soak.md and .json."""
    parser = argparse.ArgumentParser(prog="benchmarks.serving_soak", description=__doc__)
    parser.add_argument("--minutes", type=float, required=True, help="for so long")
    parser.add_argument("--swaps", type=int, required=True, help="of the champion")
    parser.add_argument("--example", type=Path, help="serve a copy of this project")
    parser.add_argument("--people", type=int, default=4000, help="or a simulated company's size")
    parser.add_argument("--no-table", action="store_true", help="write no files")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="retinue-bench-") as folder:
        there: Prepared = in_fresh_process(
            with_two_bundles, Path(folder), options.example, options.people
        )
        told: Soaked = in_fresh_process(soaked, there, 60 * options.minutes, options.swaps)
    command = " ".join([".venv/bin/python -m benchmarks.serving_soak", *arguments])
    found = Findings(command, f"{datetime.now(UTC):%Y-%m-%d}", options.minutes, told)
    text = page(found)
    print(text)
    if not options.no_table:
        pages = Path(__file__).parent
        (pages / "serving_soak.md").write_text(text, encoding="utf-8")
        (pages / "serving_soak.json").write_text(raw(found), encoding="utf-8")
    return 1 if told.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
