"""Ask AutoML, in the peers' environment, about the very rows that our model is judged on."""

import hashlib
import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

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


@dataclass(frozen=True)
class Automl:
    """How it is asked.

    Attributes:
        python: Of the peers' environment.
        budget: Seconds to search for, per set.
        cache: Folder that keeps answers; None to keep nothing.
    """

    python: str
    budget: int
    cache: Path | None

    def said(
        self, learn: pa.Table, test: pa.Table, seed: int, folds: Literal["time", "auto"]
    ) -> tuple[Probabilities, Chosen]:
        """Its probabilities of the rows to judge, and what it chose.

        What it said of the same rows with the same budget is kept in the cache.

        Args:
            learn: Rows with the label `churned`; in order of time where that is how they are split.
            test: Rows to judge.
            seed: Of its search.
            folds: How it divides the rows that it learns from, to judge what it tries.
        """
        with tempfile.TemporaryDirectory(prefix="retinue-bench-") as named:
            folder = Path(named)
            asked = [str(self.budget), str(seed), folds]
            digest = hashlib.sha256(SCRIPT.read_bytes() + repr(asked).encode())
            for name, rows in (("learn", learn), ("test", test)):
                parquet.write_table(rows, folder / f"{name}.parquet")
                digest.update((folder / f"{name}.parquet").read_bytes())
            path = self.cache and self.cache / f"automl-{digest.hexdigest()[:16]}.joblib"
            if path and path.exists():
                kept: tuple[Probabilities, Chosen] = joblib.load(path)
                return kept
            done = subprocess.run(  # noqa: S603 - our own script
                [self.python, str(SCRIPT), str(folder), *asked],
                check=True, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            said = np.load(folder / "said.npy")
        chosen: Chosen = json.loads(done.stdout.splitlines()[-1])
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            joblib.dump((said, chosen), path)
        return said, chosen


def said_by_automl(origin: Origin, automl: Automl) -> tuple[Probabilities, Chosen]:
    """Of a test's rows; it learns from every date before, those that we calibrate on included."""
    split, snapshots = origin.split, origin.snapshots
    learn = snapshots.at([date for date in split.dates if date != split.test])
    test = snapshots.at([split.test])
    return automl.said(_table(learn), _table(test), origin.config.seed, "time")


def _table(snapshots: Snapshots) -> pa.Table:
    """Features that are known of anyone, and the label; earliest rows first."""
    values = snapshots.rows.values
    columns = {name: values[:, place] for place, name in enumerate(NAMES)}
    return pa.table({**columns, "churned": snapshots.churned.astype(np.int8)})
