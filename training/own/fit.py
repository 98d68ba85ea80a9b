"""Fit a model of own features, and judge the way it is made on customers that it never saw."""

from collections.abc import Callable
from dataclasses import dataclass

import lightgbm
import numpy as np
from numpy.typing import NDArray

from features.build import FeatureRows
from features.own.schema import OwnFeatures
from scoring.churn import BOOSTER_ALONE, ChurnModel, probability
from training.baselines import PLAIN_LIGHTGBM, fit_plain_booster
from training.boosting import fit_booster
from training.calibration import fit_calibration
from training.config import ModelSettings
from training.crossfit import boost_apart, folds_of
from training.metrics import Probabilities
from training.own.labelled import Labelled
from training.own.logistic import fit_logistic_regression
from training.snapshots import Snapshots
from training.tuning import Budget, Done, tune

Groups = NDArray[np.object_]
Tell = Callable[[str], None]
NOTHING_TELLS = "the columns tell nothing of who churned; bring others, or more customers"
LOGISTIC_REGRESSION, BASE_RATE = "logistic_regression", "base_rate"


@dataclass(frozen=True)
class Recipe:
    """How a model is made of a labelled table.

    Attributes:
        settings: LightGBM's, or where a search for better ones begins.
        seed: Of boosting and of the search.
        trials: Of the search; None for none.
    """

    settings: ModelSettings
    seed: int
    trials: int | None = None


def fit_own(
    fit: Snapshots,
    groups: Groups,
    recipe: Recipe,
    done: Done = lambda _trials, _seconds, _best: None,
) -> ChurnModel:
    """Boost on everyone; settings, rounds and sigmoid come from groups held out in turn.

    Raises:
        TrainingError: Only one outcome occurs, or nothing tells who churns from who stays.
    """
    settings = recipe.settings
    if recipe.trials is not None:
        budget = Budget(None, recipe.trials)
        settings = tune(fit, settings, recipe.seed, budget, done, groups=groups).settings
    folds = folds_of(fit, groups, enough=len(fit))
    margins, rounds = boost_apart(fit, folds, settings, recipe.seed)
    held_out = fit.where_at(np.concatenate([out for _, out in folds]))
    calibration = fit_calibration(margins, held_out, "customers held out", NOTHING_TELLS)
    booster = fit_booster(fit, rounds, settings, recipe.seed)
    return ChurnModel(booster, calibration, BOOSTER_ALONE)


def held_out_probabilities(
    table: Labelled, recipe: Recipe, tell: Tell = lambda _: None
) -> dict[str, Probabilities]:
    """What models say of groups that had no part in them: not in settings, trees or sigmoid.

    In each of five parts of the groups, everything that `fit_own` does is done with the others
    alone; so are the baselines fitted, but for the base rate, which is that of everyone.
    """
    whole, groups = table.snapshots, table.groups
    rules = (PLAIN_LIGHTGBM, LOGISTIC_REGRESSION)
    said = {rule: np.full(len(whole), np.nan) for rule in ("model", *rules)}
    folds = folds_of(whole, groups, enough=len(whole))
    for number, (learn, out) in enumerate(folds, start=1):
        part = f"judging part {number} of {len(folds)} by the others"
        tell(part)
        rest, rows = whole.where_at(learn), whole.rows.where_at(out)
        model = fit_own(rest, groups[learn], recipe, _searching(part, recipe, tell))
        said["model"][out] = probability(model.log_odds(rows))
        plain = fit_plain_booster(rest, recipe.seed, groups[learn])
        said[PLAIN_LIGHTGBM][out] = _plain(plain, rows)
        said[LOGISTIC_REGRESSION][out] = _linear(rest, table.features, rows)
    # A rate for each part would rank parts by who is not in them.
    said[BASE_RATE] = np.full(len(whole), whole.churned.mean())
    return said


def _searching(part: str, recipe: Recipe, tell: Tell) -> Done:
    def done(trials: int, _seconds: float, _best: float) -> None:
        tell(f"{part}: trial {trials} of {recipe.trials}")

    return done


def _plain(booster: str, rows: FeatureRows) -> Probabilities:
    found = lightgbm.Booster(model_str=booster).predict(rows.values, num_threads=1)
    return np.asarray(found, dtype=np.float64)


def _linear(rest: Snapshots, features: OwnFeatures, rows: FeatureRows) -> Probabilities:
    return fit_logistic_regression(rest, features).probabilities(rows)
