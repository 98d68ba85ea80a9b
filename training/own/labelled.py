"""The label of a project's own table, and what is refused before anything is fitted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.own.encoding import encode
from features.own.inference import Inferred
from features.own.money import money_of
from features.own.reading import SECTION, OwnSource, OwnTable
from features.own.schema import OwnFeatures
from training.config import LeastToBoost
from training.errors import TrainingError
from training.metrics import roc_auc
from training.snapshots import Snapshots

IN_DISGUISE = 0.99  # AUC of one column alone; no honest one comes near
SUSPICIOUS = 0.9


@dataclass(frozen=True)
class Labelled:
    """A table as it is learned from.

    Attributes:
        snapshots: Its rows and labels, all of one date.
        groups: Shape (rows,): who is held out together.
        features: The columns.
        left_out: By column, why it is no feature.
        alone: By column, how well it alone ranks who churned, as AUC, either way up.
        money: Shape (rows,): what each customer brings in a period, NaN where it is not known;
            None where no column says so.
    """

    snapshots: Snapshots
    groups: NDArray[np.object_]
    features: OwnFeatures
    left_out: dict[str, str]
    alone: dict[str, float]
    money: NDArray[np.float64] | None = None

    @property
    def suspicious(self) -> dict[str, float]:
        """Columns that alone rank better than an honest one usually does."""
        return {name: auc for name, auc in self.alone.items() if auc > SUSPICIOUS}


def labelled(
    table: OwnTable, source: OwnSource, inferred: Inferred, least: LeastToBoost
) -> Labelled:
    """The encoded rows beside their labels.

    Raises:
        TrainingError: The label is blank or not of two values, customers are too few, or a column
            is the label in disguise.
        TableError: The column of money holds something else.
    """
    churned = churned_of(table, source)
    _refuse_too_few(churned, least)
    rows = encode(table, inferred.features)
    alone = {name: _auc_alone(rows.column(name), churned) for name in rows.names}
    # Codes have no order; of categories it is the churn rate that ranks.
    for column in inferred.features.columns:
        if column.kind == "category":
            alone[column.name] = _auc_alone(_rates(rows.column(column.name), churned), churned)
    _refuse_disguise(alone, source)
    groups = table.customer_ids if source.group is None else _groups(table, source.group)
    return Labelled(
        Snapshots(rows, churned, {}),
        groups,
        inferred.features,
        inferred.left_out,
        alone,
        None if source.value is None else money_of(table, source.value),
    )


def churned_of(table: OwnTable, source: OwnSource) -> NDArray[np.bool_]:
    """Who churned, shape (rows,).

    Raises:
        TrainingError: A label is blank, or there are not two values, one of them `churned`.
    """
    said = table.column(source.label).texts
    blank = sum(text is None for text in said)
    if blank:
        raise TrainingError(
            f"{source.label}: {blank:,} of {len(said):,} customers have no label; leave those of "
            "whom it is not known out of the table that trains"
        )
    values = sorted(set(said))
    if len(values) != 2 or source.churned not in values:
        shown = f"{values[:5]}{' and more' if len(values) > 5 else ''}"
        raise TrainingError(
            f"{source.label} says {shown}, where two values are wanted and one of them "
            f"{source.churned!r}; correct label or churned in {SECTION}"
        )
    return np.array(said == source.churned, dtype=np.bool_)


def _refuse_too_few(churned: NDArray[np.bool_], least: LeastToBoost) -> None:
    gone = int(churned.sum())
    if len(churned) < least.customers or min(gone, len(churned) - gone) < least.of_each:
        raise TrainingError(
            f"{len(churned):,} customers, {gone:,} of whom churned: {least.customers} are wanted, "
            f"{least.of_each} who churned and {least.of_each} who stayed; bring more, or lower "
            "[training] least_customers and least_of_each"
        )


def _refuse_disguise(alone: dict[str, float], source: OwnSource) -> None:
    found = {name: auc for name, auc in alone.items() if auc > IN_DISGUISE}
    if found:
        told = ", ".join(f"{name} (AUC {auc:.4f})" for name, auc in found.items())
        raise TrainingError(
            f"{told}: alone tells who churned almost without error, as only the label itself or "
            "what was written down after it can; if so, leave it out: "
            f"exclude = {sorted({*source.exclude, *found})} in {SECTION}"
        )


def _auc_alone(values: NDArray[np.float64], churned: NDArray[np.bool_]) -> float:
    """How well a column ranks, either way up, blanks below all or above all: 0.5 to 1."""
    low, high = np.nanmin(values) - 1, np.nanmax(values) + 1
    found = [
        roc_auc(churned, np.where(np.isnan(values), blank, values))
        for blank in ({low, high} if np.isnan(values).any() else {low})
    ]
    return max(max(auc, 1 - auc) for auc in found)


def _rates(codes: NDArray[np.float64], churned: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Each row's churn rate among those of its category; blanks are a category."""
    _, places = np.unique(np.nan_to_num(codes, nan=-1), return_inverse=True)
    rates = np.bincount(places, weights=churned) / np.bincount(places)
    return np.asarray(rates[places], dtype=np.float64)


def _groups(table: OwnTable, column: str) -> NDArray[np.object_]:
    """Of the group column; whose is blank is a group alone."""
    found = table.column(column).texts
    alone = [f"customer {customer}" for customer in table.customer_ids]
    return np.array(
        [text or own for text, own in zip(found, alone, strict=True)],
        dtype=object,
    )
