"""FLAML over labelled rows; run by the Python of the peers' environment alone.

Reads learn.parquet and test.parquet of a folder, writes said.npy, and prints one line of JSON:
what it chose. Of rows with dates the earliest come first, and its folds are told so ("time"): with
its default, random folds, it would judge itself on customers whom it has seen at another date.
Where each customer is one row without a date, its default ("auto") is right.
"""

import json
import resource
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from flaml import AutoML

folder, budget, seed, folds = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
learn = pd.read_parquet(folder / "learn.parquet")
test = pd.read_parquet(folder / "test.parquet")
features = [name for name in learn.columns if name != "churned"]
start = time.perf_counter()
automl = AutoML()
automl.fit(
    X_train=learn[features],
    y_train=learn["churned"],
    task="classification",
    metric="log_loss",
    time_budget=budget,
    split_type=folds,
    seed=seed,
    verbose=0,
)
seconds = time.perf_counter() - start
cpu = sum(
    sum(resource.getrusage(of)[:2]) for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
)
np.save(folder / "said.npy", automl.predict_proba(test[features])[:, 1].astype(np.float64))
print(
    json.dumps(
        {
            "version": version("flaml"),
            "seconds": seconds,
            "cpu_seconds": cpu,
            "budget": budget,
            "rows": len(learn),
            "estimator": automl.best_estimator,
            "settings": {name: str(value) for name, value in automl.best_config.items()},
            "own_log_loss": float(automl.best_loss),
        }
    )
)
