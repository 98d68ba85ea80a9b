"""From labelled snapshots to the churn model that is served."""

from collections.abc import Callable

from scoring.churn import ChurnModel
from training.blend import choose_blend
from training.config import TrainingConfig
from training.fit import fit_booster, fit_calibration
from training.logistic import fit_three_terms
from training.snapshots import Snapshots
from training.splits import TimeSplit

Tell = Callable[[str], None]


def fit_churn(
    config: TrainingConfig,
    snapshots: Snapshots,
    split: TimeSplit,
    tell: Tell = lambda _: None,
) -> ChurnModel:
    """Boost, blend and calibrate on the snapshots of their roles; the test's are not looked at.

    Args:
        config: Decides, with the snapshots, what comes out.
        snapshots: Labelled rows of every date of the split.
        split: Which date plays which role.
        tell: Called with a sentence as each step begins.

    Raises:
        TrainingError: No model can be made of these snapshots.
    """
    fit, stop = snapshots.at(split.fit), snapshots.at([split.early_stopping])
    calibrate = snapshots.at([split.calibration])
    tell(f"boosting on {len(fit):,} rows")
    booster = fit_booster(fit, stop, config.model, config.seed)
    tell(f"calibration on {len(calibrate):,} customers")
    blend = choose_blend(booster, fit_three_terms(fit), stop)
    return ChurnModel(booster, fit_calibration(booster, calibrate, blend), blend)
