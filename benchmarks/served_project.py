"""The project that servers are measured with: trained, scored, and what each is asked of it."""

import io
import shutil
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select

from benchmarks.http_connection import request
from benchmarks.sent_rows import customers_with_rows
from retinue.commands import score, train
from retinue.project import Project
from scoring.shelf import Shelf
from serving.records import CustomerRecord, customers
from serving.store import Store
from training.simulation.plan import Plan
from training.simulation.simulate import simulate
from training.tracking import Tracking

SEED = 7
DRAWN = 2000  # different requests of a case, asked in turn
BATCH = 100
PAGE = 50
WITH_ROWS = 200  # customers whose rows are sent


@dataclass(frozen=True)
class Served:
    """What a run of the benchmark serves.

    Attributes:
        name: Of the project.
        project: Its folder.
        uri: Of its MLflow.
        booster: LightGBM's text of the champion.
        rows: Every customer's features by id, for the bare application.
        trees: Of the booster.
        features: Columns of it.
        scored: Customers who have a score.
    """

    name: str
    project: Path
    uri: str
    booster: Path
    rows: Path
    trees: int
    features: int
    scored: int


def prepared(folder: Path, example: Path | None, people: int) -> Served:
    """Train and score a copy of an example in the folder, or a simulated company.

    MLflow's records go beside it. To be called in a process of its own: it loads LightGBM.
    """
    if example is None:
        simulate(Plan(customers=people, days=730), folder / "project")
    else:
        ignored = shutil.ignore_patterns("output")
        shutil.copytree(example, folder / "project" / "of" / example.name, ignore=ignored)
    # An example keeps MLflow's records two folders up.
    where = folder / "project" if example is None else folder / "project" / "of" / example.name
    project = Project.read(where)
    with redirect_stdout(io.StringIO()):  # their figures are not those asked for here
        train.run(project, as_json=True)
        score.run(project, None, as_json=True)
    shelf = Shelf(project.bundles)
    champion = shelf.champion()
    known = everyone(Store(project.store))
    names = champion.manifest.feature_names
    rows = folder / "rows.npz"
    with_features = [(one.customer_id, one.features) for one in known if one.features is not None]
    np.savez(
        rows,
        ids=np.array([customer_id for customer_id, _ in with_features]),
        values=np.array([features for _, features in with_features]),
    )
    return Served(
        name=project.sections.name,
        project=where,
        uri=Tracking(project.mlruns).uri,
        booster=project.bundles / champion.manifest.bundle_id / "churn.lgb",
        rows=rows,
        trees=champion.parts.churn.rounds,
        features=len(names),
        scored=sum(one.status == "scored" for one in known),
    )


def everyone(store: Store) -> list[CustomerRecord]:
    """Every customer of the current run."""
    with store.reading() as (connection, runs):
        ids = connection.execute(
            select(customers.c.customer_id)
            .where(customers.c.run_id == runs[0].run_id)
            .order_by(customers.c.customer_id)
        )
        wanted = [row.customer_id for row in ids]
    found: list[CustomerRecord] = []
    for start in range(0, len(wanted), 1000):
        found += store.customers(wanted[start : start + 1000])[1]
    return found


@dataclass(frozen=True)
class Questions:
    """Requests by case, of one draw of customers; scored ones, who are the dearest to answer.

    Attributes:
        retinue: By case.
        mlflow: One row of features a request.
        bare: One id a request.
    """

    retinue: dict[str, tuple[bytes, ...]]
    mlflow: tuple[bytes, ...]
    bare: tuple[bytes, ...]


PROBABILITY = "one customer, the probability alone"  # of the others
WITH_REASONS = "by id, segments and 5 reasons"
WITHOUT_REASONS = "by id, segments, no reasons"
# More reasons than a run keeps, so that the model is asked.
ANEW = "by id, segments and 6 reasons, scored anew"
MANY = f"{BATCH} ids, segments and 5 reasons"
BY_ROWS = "by rows sent, segments and 5 reasons"
PROFILE = "a customer's profile"
LIST = f"{PAGE} most at risk"
HEALTH = "/healthz"


def questions(served: Served) -> Questions:
    """What everybody is asked."""
    project = Project.read(served.project)
    scored = [one for one in everyone(Store(project.store)) if one.status == "scored"]
    names = Shelf(project.bundles).champion().manifest.feature_names
    generator = np.random.default_rng(SEED)
    drawn = [scored[place] for place in generator.integers(len(scored), size=DRAWN)]
    ids = [one.customer_id for one in drawn]
    batches = [
        [ids[place] for place in generator.integers(len(ids), size=BATCH)]
        for _ in range(DRAWN // 10)
    ]
    return Questions(
        retinue={
            WITH_REASONS: _predict([[one] for one in ids], 5),
            WITHOUT_REASONS: _predict([[one] for one in ids], 0),
            ANEW: _predict([[one] for one in ids], 6),
            MANY: _predict(batches, 5),
            BY_ROWS: _by_rows(project, ids),
            PROFILE: tuple(request("GET", f"/v1/customers/{one}") for one in ids),
            LIST: (request("GET", f"/v1/at-risk?limit={PAGE}"),),
            HEALTH: (request("GET", "/healthz"),),
        },
        mlflow=tuple(request("POST", "/invocations", _frame(one, names)) for one in drawn),
        bare=tuple(request("POST", "/predict", {"customer_id": one}) for one in ids),
    )


def _predict(asked: Sequence[Sequence[str]], reasons: int) -> tuple[bytes, ...]:
    return tuple(
        request("POST", "/v1/predict", {"customer_ids": ids, "reasons": reasons}) for ids in asked
    )


def _by_rows(project: Project, ids: Sequence[str]) -> tuple[bytes, ...]:
    """Some customers' own rows, as of the scoring run's moment."""
    as_of = Store(project.store).current_run().as_of
    some = [*dict.fromkeys(ids)][:WITH_ROWS]
    return tuple(
        request("POST", "/v1/predict", {"as_of": as_of, "customers": [one], "reasons": 5})
        for one in customers_with_rows(project, some)
    )


def _frame(record: CustomerRecord, names: tuple[str, ...]) -> dict[str, Any]:
    known = np.empty(0) if record.features is None else record.features
    row = [None if np.isnan(value) else value for value in known.tolist()]
    return {"dataframe_split": {"columns": list(names), "data": [row]}}
