"""Refuse, before anything is fitted, what would let a model look at the answer."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from features.build import build_features
from features.catalog import NAMES
from features.contract import CONTRACT
from features.history.before import History
from scoring.churn_definition import ChurnDefinition
from training.errors import TrainingError
from training.snapshots import Snapshots
from training.splits import TimeSplit

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.tables import Tables

# The strongest honest feature of the example data ranks with .83; beyond this none is a forecast.
MOST_AUC = 0.99
LEAST_OF_EACH_LABEL = 50
MOST_ROWS = 50_000
FEW_VALUES = 20


def refuse_leaks(
    tables: "Tables",
    definition: ChurnDefinition,
    split: TimeSplit,
    snapshots: Snapshots,
    allowed: Collection[str] = (),
) -> None:
    """Look for rows and features that know the outcome.

    Args:
        tables: The project's tables.
        definition: Its reach separates the roles.
        split: The dates of the roles.
        snapshots: Labelled rows of every date.
        allowed: Features that may tell the outcome as well as they like.

    Raises:
        TrainingError: Roles whose label windows overlap, a customer twice at one date, a feature
            that depends on what became known later, or one that by itself all but tells the label.
    """
    _refuse_overlaps(definition, split)
    _refuse_twice(snapshots)
    _refuse_what_was_not_known(tables, snapshots.at([split.fit[-1]]))
    _refuse_telling_features(snapshots.at(split.fit), allowed)


def telling_features(
    values: NDArray[np.float64], churned: NDArray[np.bool_]
) -> Iterator[tuple[int, float]]:
    """Columns that by themselves rank the label with a ROC AUC above MOST_AUC, either way up.

    Null counts as a value of its own. A column of few values is ranked by their churn rates, so
    codes in any order are found too. Nothing is said of fewer than 50 rows of either label.

    Args:
        values: Shape (rows, columns), NaN for null.
        churned: Shape (rows,).
    """
    step = -(-len(churned) // MOST_ROWS) if len(churned) else 1
    values, churned = values[::step], churned[::step]
    if min(churned.sum(), (~churned).sum()) < LEAST_OF_EACH_LABEL:
        return
    for place in range(values.shape[1]):
        auc = max(_auc(ranked, churned) for ranked in _rankings(values[:, place], churned))
        if auc > MOST_AUC:
            yield place, auc


def _rankings(
    column: NDArray[np.float64], churned: NDArray[np.bool_]
) -> Iterator[NDArray[np.float64]]:
    distinct, codes = np.unique(column, return_inverse=True)
    if len(distinct) <= FEW_VALUES:
        yield (np.bincount(codes, churned) / np.bincount(codes))[codes]
        return
    yield np.where(np.isnan(column), -np.inf, column)
    if np.isnan(column).any():
        yield np.where(np.isnan(column), np.inf, column)


def _auc(ranked: NDArray[np.float64], churned: NDArray[np.bool_]) -> float:
    """Of the better way up: 0.5 where the column says nothing, 1 where it tells all."""
    gone, stayed = int(churned.sum()), int((~churned).sum())
    wins = rankdata(ranked)[churned].sum() - gone * (gone + 1) / 2
    auc = float(wins / (gone * stayed))
    return max(auc, 1 - auc)


def _refuse_telling_features(fit: Snapshots, allowed: Collection[str]) -> None:
    found = [
        (NAMES[place], auc)
        for place, auc in telling_features(fit.rows.values, fit.churned)
        if NAMES[place] not in allowed
    ]
    if found:
        named = ", ".join(f"{name} (ROC AUC {auc:.4f})" for name, auc in found)
        raise TrainingError(
            f"a feature by itself tells who churned on the {len(fit):,} fit rows, as only what was "
            f"recorded afterwards does: {named}; correct the table and known_at that it is made "
            "from, or, if it was known in time, name it in [training] allow_features"
        )


def _refuse_overlaps(definition: ChurnDefinition, split: TimeSplit) -> None:
    end = split.fit[-1] + definition.reach
    if end > split.test:
        raise TrainingError(
            f"outcomes of the latest fit date ({split.fit[-1]:%Y-%m-%d}) are known on "
            f"{end:%Y-%m-%d}, after the test begins ({split.test:%Y-%m-%d}), so the same outcome "
            f"would stand on both sides; keep {definition.reach.days} days between"
        )


def _refuse_twice(snapshots: Snapshots) -> None:
    rows = snapshots.rows
    again = pd.MultiIndex.from_arrays([rows.as_of, rows.customer_ids]).duplicated()
    if again.any():
        raise TrainingError(
            f"{int(again.sum()):,} rows repeat a customer at the same as-of date, so one outcome "
            "would count more than once; keep one row per customer and date"
        )


def _refuse_what_was_not_known(tables: "Tables", snapshots: Snapshots) -> None:
    """The features of one date once more, from tables that hold nothing of later at all."""
    as_of: datetime = snapshots.rows.as_of[0].astype(datetime)
    known = {name: _known_before(name, rows, as_of) for name, rows in tables.rows.items()}
    honest = build_features(History.before(replace(tables, rows=known), [as_of]))
    honest = honest.where(np.isin(honest.customer_ids, snapshots.rows.customer_ids))
    if not np.array_equal(honest.customer_ids, snapshots.rows.customer_ids):
        raise TrainingError(
            f"as-of {as_of:%Y-%m-%d}: customers are described who were not known then; correct "
            "the moments and known_at of orders and subscriptions"
        )
    same = np.isclose(honest.values, snapshots.rows.values, rtol=1e-9, atol=1e-9, equal_nan=True)
    if telling := [NAMES[place] for place in np.flatnonzero((~same).any(axis=0))]:
        raise TrainingError(
            f"as-of {as_of:%Y-%m-%d}: {', '.join(telling)} depend on what became known only later "
            f"({int((~same).any(axis=1).sum()):,} of {len(same):,} customers differ without it); a "
            "feature must read rows through History alone"
        )


def _known_before(name: str, rows: "ir.Table", as_of: datetime) -> "ir.Table":
    """What a table held at a moment, said apart from `features.history.cut` on purpose."""
    moment = ibis.literal(as_of, type="timestamp(6)")
    table = next(table for table in CONTRACT if table.name == name)
    if table.occurred is not None:
        rows = rows.filter(rows[table.occurred] < moment)
    if "known_at" in rows.columns:
        rows = rows.filter(rows.known_at <= moment)
    blank = {
        later: ibis.ifelse(rows[later] < moment, rows[later], ibis.null())
        for later in table.later
        if later in rows.columns
    }
    return rows.mutate(**blank) if blank else rows
