"""Judge a table of one row per customer without dates: every model on customers held out.

The parts, and all that is fitted in them, are those of `retinue train` on [own_features]
(docs/own_features.md); AutoML gets the same parts, and an equal share of its time for each.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.model_automl import AUTOML, Automl, Chosen
from benchmarks.model_judging import Figures, Refused, error_of_the_right
from benchmarks.model_rules import MODEL
from features.engines import connect
from features.own.inference import infer
from features.own.reading import OwnSource, read_own_table
from features.own.schema import OwnFeatures
from features.sources.source import Files
from training.baselines import BG_NBD, RECENCY_RULE, THREE_TERMS
from training.config import LeastToBoost, ModelSettings
from training.crossfit import PARTS, folds_of
from training.errors import TrainingError
from training.evaluation import AS_ASSUMED
from training.metrics import Probabilities
from training.own.fit import Recipe, held_out_probabilities
from training.own.judging import judge
from training.own.labelled import Labelled, labelled
from training.snapshots import Snapshots

SEED = 7  # that of every other set
NO_DATES = "without dates nobody is known to have been silent, nor how often they ordered"
DOES_NOT_APPLY = dict.fromkeys((RECENCY_RULE, THREE_TERMS, BG_NBD), NO_DATES)


@dataclass(frozen=True)
class OwnSet:
    """One company, of which all that is known is a row per customer with a label.

    Attributes:
        name: For the table.
        source: The file and what its columns are for.
        model: LightGBM's settings.
    """

    name: str
    source: OwnSource
    model: ModelSettings


@dataclass(frozen=True)
class JudgedByCustomer:
    """One such set, every customer judged by what was learned from others.

    Attributes:
        name: Of the set.
        churn: What the label means, in words.
        customers: Judged.
        parts: That the customers were divided into, each held out once.
        churn_rate: Share of the customers who churned.
        rules: Per rule, per metric, the figure with a 95 % bootstrap interval.
        model_minus: Per rule but ours, per metric, our figure less its, on the same resamples.
        absent: Rules that do not apply, and why.
        automl: What AutoML chose in each part; empty where it was not asked.
        least_error: Calibration error that our model would show if each of its probabilities were
            right, the median of many draws.
        samples: Resamples behind each interval.
        date: On which this was measured, in ISO 8601.
    """

    name: str
    churn: str
    customers: int
    parts: int
    churn_rate: float
    rules: Mapping[str, Figures]
    model_minus: Mapping[str, Figures]
    absent: Mapping[str, str]
    automl: Mapping[str, object]
    least_error: float
    samples: int
    date: str


def own_sets(data: Path) -> dict[str, OwnSet]:
    """Those in the folder of the public data."""
    telco = OwnSource(Files(data / "telco_customer_churn.csv"), "customerID", "Churn", "Yes")
    return {"telco": OwnSet("Telco", telco, ModelSettings())}


def judge_by_customer(
    one: OwnSet, automl: Automl | None, samples: int
) -> JudgedByCustomer | Refused:
    """Ask every rule that applies about every customer."""
    table = read_own_table(connect(), one.source)
    try:
        rows = labelled(table, one.source, infer(table, one.source), LeastToBoost())
        said = held_out_probabilities(rows, Recipe(one.model, SEED))
    except TrainingError as error:
        return Refused(one.name, str(error))
    chosen: Chosen = {}
    if automl is not None:
        said[AUTOML], chosen = said_of_parts(rows, automl)
    found = judge(rows, said, AS_ASSUMED, samples=samples, seed=SEED)
    return JudgedByCustomer(
        name=one.name,
        churn=f"what the column {one.source.label} says, with no date and no span",
        customers=found.customers,
        parts=PARTS,
        churn_rate=found.churn_rate.value,
        rules=found.rules,
        model_minus=found.model_minus,
        absent=DOES_NOT_APPLY,
        automl=chosen,
        least_error=error_of_the_right(said[MODEL], samples, SEED),
        samples=samples,
        date=datetime.now(UTC).date().isoformat(),
    )


def said_of_parts(table: Labelled, automl: Automl) -> tuple[Probabilities, Chosen]:
    """AutoML's probabilities of each part, learned from the others in its share of the time."""
    whole = table.snapshots
    folds = folds_of(whole, table.groups, enough=len(whole))
    share = Automl(automl.python, automl.budget // len(folds), automl.cache)
    said, chosen = np.full(len(whole), np.nan), list[dict[str, Any]]()
    for learn, out in folds:
        rest, part = _table(whole.where_at(learn), table.features), whole.where_at(out)
        said[out], found = share.said(rest, _table(part, table.features), SEED, "auto")
        chosen.append(found)
    return said, {
        "version": chosen[0]["version"],
        "budget": automl.budget,
        "parts": len(folds),
        "budget_of_each": share.budget,
        "cpu_seconds": sum(one["cpu_seconds"] for one in chosen),
        "estimator": ", ".join(dict.fromkeys(one["estimator"] for one in chosen)),
        "settings": [one["settings"] for one in chosen],
        "own_log_loss": float(np.mean([one["own_log_loss"] for one in chosen])),
    }


def _table(snapshots: Snapshots, features: OwnFeatures) -> pa.Table:
    """Numbers as they stand, categories as such and not as codes, and the label."""
    columns: dict[str, pa.Array] = {}
    for column in features.columns:
        values = snapshots.rows.column(column.name)
        if column.kind == "number":
            columns[column.name] = pa.array(values)
            continue
        blank = np.isnan(values)
        codes = pa.array(np.nan_to_num(values).astype(np.int32), mask=blank)
        named = pa.array([*column.categories, "another value"])
        columns[column.name] = pa.DictionaryArray.from_arrays(codes, named)
    return pa.table({**columns, "churned": snapshots.churned.astype(np.int8)})
