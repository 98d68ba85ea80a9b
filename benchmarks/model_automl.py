"""Ask AutoML, in the peers' environment, about the very rows that our model is judged on."""

import hashlib
import json
import subprocess
import tempfile
from pathlib import Path

import joblib
import numpy as np
import pyarrow as pa
from pyarrow import parquet

from benchmarks.model_snapshots import Origin
from features.catalog import NAMES
from training.metrics import Probabilities
from training.snapshots import Snapshots

AUTOML = "flaml"
SCRIPT = Path(__file__).with_name("peer_automl.py")
Chosen = dict[str, object]


def said_by_automl(
    origin: Origin, python: str, budget: int, cache: Path | None
) -> tuple[Probabilities, Chosen]:
    """Its probabilities of the test's rows, and what it chose.

    It learns from every date before the test, those included that our model stops and calibrates
    on. What it said of the same rows with the same budget is kept in the cache.

    Args:
        origin: The test, and what lies before it.
        python: Of the peers' environment.
        budget: Seconds to search for.
        cache: Folder; None to keep nothing.
    """
    split, snapshots, seed = origin.split, origin.snapshots, origin.config.seed
    learn = snapshots.at([date for date in split.dates if date != split.test])
    test = snapshots.at([split.test])
    path = cache and cache / f"automl-{_digest(learn, test, budget, seed)}.joblib"
    if path and path.exists():
        kept: tuple[Probabilities, Chosen] = joblib.load(path)
        return kept
    with tempfile.TemporaryDirectory(prefix="retinue-bench-") as named:
        folder = Path(named)
        parquet.write_table(_table(learn), folder / "learn.parquet")
        parquet.write_table(_table(test), folder / "test.parquet")
        done = subprocess.run(  # noqa: S603 - our own script
            [python, str(SCRIPT), str(folder), str(budget), str(seed)],
            check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        said = np.load(folder / "said.npy")
    chosen: Chosen = json.loads(done.stdout.splitlines()[-1])
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        joblib.dump((said, chosen), path)
    return said, chosen


def _table(snapshots: Snapshots) -> pa.Table:
    """Features that are known of anyone, and the label; earliest rows first."""
    values = snapshots.rows.values
    columns = {name: values[:, place] for place, name in enumerate(NAMES)}
    return pa.table({**columns, "churned": snapshots.churned.astype(np.int8)})


def _digest(learn: Snapshots, test: Snapshots, budget: int, seed: int) -> str:
    digest = hashlib.sha256(SCRIPT.read_bytes() + repr((NAMES, budget, seed)).encode())
    for part in (learn, test):
        digest.update(np.ascontiguousarray(part.rows.values).tobytes())
        digest.update(part.churned.tobytes())
    return digest.hexdigest()[:16]
