"""Customers of the latest fit date, each judged by models that were fitted on other customers.

Boosting on the latest labels leaves none of them to stop and to calibrate by, unless these are kept
apart by customer: in each of five parts of the customers, the rest is learned from. What is thrown
away otherwise, a reach of labels for each role, are the latest months of the business
(docs/decisions/0012). The test stays apart in time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training.boosting import parameters
from training.calibration import refuse_single_outcome
from training.config import ModelSettings
from training.errors import TrainingError
from training.logistic import fit_three_terms
from training.snapshots import Snapshots

Vector = NDArray[np.float64]
Places = NDArray[np.int64]
Folds = Sequence[tuple[Places, Places]]
Round = Callable[[int, float], None]

PARTS = 5
# So many customers calibrate two numbers to well under a hundredth; more parts would only cost.
ENOUGH_CUSTOMERS = 20_000


@dataclass(frozen=True)
class HeldOut:
    """Customers at the latest fit date, and what models say that never saw them.

    Attributes:
        snapshots: Their labelled rows.
        boosted: Shape (rows,): the booster's margin.
        steady: Shape (rows,): the three-term logistic's log-odds.
        rounds: How many rounds of boosting they are judged best by.
    """

    snapshots: Snapshots
    boosted: Vector
    steady: Vector
    rounds: int


def cross_fit(fit: Snapshots, settings: ModelSettings, seed: int) -> HeldOut:
    """Boost on all but a part of the customers, judge that part at the latest date, in turn.

    Args:
        fit: Labelled rows of every fit date.
        settings: LightGBM's settings.
        seed: For row and column sampling.

    Raises:
        TrainingError: Only one outcome occurs, or nothing tells who churns from who stays.
    """
    refuse_single_outcome("the fit dates", fit)
    folds = folds_of(fit)
    held = np.concatenate([out for _, out in folds])
    latest = fit.where_at(held)
    refuse_single_outcome("the latest fit date", latest)
    boosted, rounds = boost_apart(fit, folds, settings, seed)
    steady = [
        fit_three_terms(fit.where_at(learn)).log_odds(fit.rows.where_at(out))
        for learn, out in folds
    ]
    return HeldOut(latest, boosted, np.concatenate(steady), rounds)


def boost_apart(
    fit: Snapshots, folds: Folds, settings: ModelSettings, seed: int
) -> tuple[Vector, int]:
    """What boosters say of the rows that they were not fitted on, and their rounds.

    Args:
        fit: Labelled rows.
        folds: Rows to learn from, and rows held out.
        settings: LightGBM's settings.
        seed: For row and column sampling.

    Returns:
        Margins of the rows held out, fold after fold, and how many rounds judge these best.

    Raises:
        TrainingError: Nothing tells who churns from who stays.
    """
    boosters, rounds = _boost(fit, folds, settings, seed)
    margins = [
        np.asarray(
            booster.predict(fit.rows.values[out], raw_score=True, num_iteration=rounds), np.float64
        )
        for booster, (_, out) in zip(boosters, folds, strict=True)
    ]
    return np.concatenate(margins), rounds


def held_out_loss(
    fit: Snapshots,
    settings: ModelSettings,
    seed: int,
    judge: Round = lambda _number, _loss: None,
    groups: NDArray[np.object_] | None = None,
) -> float:
    """The booster's log loss on customers held out, at its best round; mean over the parts.

    Args:
        fit: Labelled rows of every fit date.
        settings: LightGBM's settings.
        seed: For row and column sampling.
        judge: Called after each round with its number and loss; may raise to give up.
        groups: Shape (rows,): who is held out together; without, each customer.
    """
    refuse_single_outcome("the fit dates", fit)

    def after(environment: Any) -> None:
        (_, _, loss, *_) = environment.evaluation_result_list[0]
        judge(environment.iteration, loss)

    losses = _cross_validate(fit, folds_of(fit, groups), settings, seed, [after])[
        "valid binary_logloss-mean"
    ]
    return float(min(losses))


def folds_of(
    fit: Snapshots, groups: NDArray[np.object_] | None = None, enough: int | None = None
) -> list[tuple[Places, Places]]:
    """Rows to learn from, and rows of other customers at the latest date; all parts, or enough.

    Which part a customer is in follows from the id alone, so that no row of a customer is learned
    from where another is judged, and more data leaves everyone where they were.

    Args:
        fit: Labelled rows.
        groups: Shape (rows,): who is held out together; without, each customer.
        enough: With so many rows held out no further part is made; ENOUGH_CUSTOMERS if None.
    """
    limit = ENOUGH_CUSTOMERS if enough is None else enough
    part = part_of(fit.rows.customer_ids if groups is None else groups)
    moment = fit.rows.as_of.astype(np.int64)  # a table of no known date is all of one moment
    latest = moment == moment.max()
    folds: list[tuple[Places, Places]] = []
    for number in range(PARTS):
        out = np.flatnonzero((part == number) & latest)
        if len(out) and (part != number).any():
            folds.append((np.flatnonzero(part != number), out))
        if sum(len(out) for _, out in folds) >= limit:
            break
    if not folds:
        raise TrainingError(
            f"{len(fit)} labelled rows of so few customers cannot be divided; bring more customers"
        )
    return folds


def part_of(customer_ids: NDArray[np.object_]) -> NDArray[np.int64]:
    """Per row the customer's part, 0 to 4, by a hash of the id."""
    hashed = pd.util.hash_array(customer_ids.astype(object), categorize=True)
    return (hashed % PARTS).astype(np.int64)


def _boost(
    fit: Snapshots, folds: Folds, settings: ModelSettings, seed: int
) -> tuple[list[lightgbm.Booster], int]:
    """A booster for each fold, all stopped at the round that is best over all folds."""
    found = _cross_validate(fit, folds, settings, seed)["cvbooster"]
    boosters: list[lightgbm.Booster] = found.boosters
    if not any(booster.feature_importance().any() for booster in boosters):
        raise TrainingError(
            f"{len(fit):,} rows are too few to tell who churns from who stays: no split has "
            f"{settings.min_data_in_leaf} on both sides; bring more customers or more history"
        )
    return boosters, int(found.best_iteration)


def _cross_validate(
    fit: Snapshots,
    folds: Folds,
    settings: ModelSettings,
    seed: int,
    callbacks: Sequence[Callable[[Any], None]] = (),
) -> dict[str, Any]:
    names = fit.rows.names
    stop = lightgbm.early_stopping(settings.patience, verbose=False)
    return lightgbm.cv(
        parameters(settings, seed, names),
        lightgbm.Dataset(fit.rows.values, fit.churned, feature_name=list(names)),
        num_boost_round=settings.most_rounds,
        folds=folds,
        return_cvbooster=True,
        callbacks=[*callbacks, stop],
    )
