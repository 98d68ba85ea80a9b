"""From labelled snapshots to the churn model that is served."""

from collections.abc import Callable
from dataclasses import replace

from scoring.churn import Blend, Calibration, ChurnModel
from training.baselines import fit_bg_nbd
from training.blend import blended, choose_share
from training.boosting import fit_booster
from training.calibration import as_said, fit_calibration
from training.config import TrainingConfig
from training.crossfit import cross_fit
from training.logistic import fit_three_terms
from training.monotone import agrees
from training.simple import fit_simple, too_few
from training.snapshots import Snapshots
from training.splits import TimeSplit

Tell = Callable[[str], None]
RAW = Calibration(1.0, 0.0, "", 0)


def fit_churn(
    config: TrainingConfig,
    snapshots: Snapshots,
    split: TimeSplit,
    tell: Tell = lambda _: None,
) -> ChurnModel:
    """Boost, blend and calibrate on the fit dates; the test's rows are not looked at.

    Args:
        config: Decides, with the snapshots, what comes out.
        snapshots: Labelled rows of every date of the split.
        split: Which date plays which role.
        tell: Called with a sentence as each step begins.

    Raises:
        TrainingError: No model can be made of these snapshots.
    """
    fit = snapshots.at(split.fit)
    if why := too_few(fit, config.least_to_boost):
        tell(f"{why}: a simple rule answers")
        return _simple(config, fit, split)
    tell(f"boosting on {len(fit):,} rows, each part of the customers held out in turn")
    held_out = cross_fit(fit, config.model, config.seed)
    three_terms = fit_three_terms(fit)
    # Of a model with signs no part may run against them, and three terms fall as they fall.
    steadied = agrees(three_terms) or not config.model.monotone
    share = choose_share(held_out) if steadied else 0.0
    calibration = fit_calibration(blended(held_out, share), held_out.snapshots)
    tell(f"{held_out.rounds} rounds of boosting on everyone")
    booster = fit_booster(fit, held_out.rounds, config.model, config.seed)
    return ChurnModel(booster, calibration, Blend(three_terms, share))


def calibrated_anew(model: ChurnModel, latest: Snapshots) -> ChurnModel:
    """The model as it is served: its sigmoid fitted on the latest labels, those of the test.

    How it was judged is kept: figures on the test come from the sigmoid that had not seen it. A
    rule that answers alone keeps its own odds, since so few customers would bend them by chance;
    only the interval is of the latest labels.

    Raises:
        TrainingError: At that date a higher margin means less churn.
    """
    margins = replace(model, calibration=RAW).log_odds(latest.rows)
    fitted = fit_calibration(margins, latest) if model.booster else as_said(margins, latest)
    return replace(model, calibration=fitted, judged=model.calibration)


def _simple(config: TrainingConfig, fit: Snapshots, split: TimeSplit) -> ChurnModel:
    known = fit.histories[f"{split.calibration:%Y-%m-%d}"]
    blend, held_out = fit_simple(fit, config.churn, fit_bg_nbd(known, config.value.least_customers))
    return ChurnModel("", as_said(held_out.steady, held_out.snapshots), blend)
