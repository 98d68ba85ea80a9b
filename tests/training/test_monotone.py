"""Where the field is sure of a sign, no customer's risk runs against it."""

from dataclasses import replace

import lightgbm
import numpy as np
import pytest

from features.catalog import NAMES
from scoring.churn import probability
from scoring.logistic import Logistic, Term
from tests.training.churners import SETTINGS, snapshots
from training.boosting import fit_booster
from training.monotone import LOWERS, RAISES, SIGNS, agrees, constraints
from training.snapshots import Snapshots


def test_every_sign_is_of_a_feature() -> None:
    assert set(SIGNS) <= set(NAMES)
    assert set(SIGNS.values()) == {RAISES, LOWERS}
    assert len(constraints(NAMES)) == len(NAMES)
    assert constraints(NAMES)[NAMES.index("complaints_last_91_days")] == RAISES


def contrary(seed: int) -> Snapshots:
    """Customers among whom, by chance or by a hidden cause, silence lowers the risk."""
    some = snapshots(seed, 2000)
    silent = some.rows.column("days_since_last_order")
    random = np.random.default_rng(seed)
    return replace(some, churned=random.random(len(some)) < probability((20 - silent) / 10))


@pytest.mark.parametrize("monotone", [False, True])
def test_more_silence_never_lowers_the_risk_though_the_data_say_so(monotone: bool) -> None:
    fit = contrary(1)
    booster = lightgbm.Booster(
        model_str=fit_booster(fit, 60, replace(SETTINGS, monotone=monotone), seed=7)
    )
    values = np.repeat(fit.rows.values[:50], 30, axis=0)
    values[:, NAMES.index("days_since_last_order")] = np.tile(np.arange(0, 60, 2), 50)

    said = np.asarray(booster.predict(values, raw_score=True)).reshape(50, 30)

    falls = np.diff(said, axis=1) < -1e-12
    assert falls.any() != monotone


def test_terms_that_run_against_their_sign_do_not_agree() -> None:
    def of(weight: float) -> Logistic:
        return Logistic(0.0, (Term("days_since_last_order", weight, 0.0, 0.0),))

    assert agrees(of(0.5))
    assert agrees(of(0.0))
    assert not agrees(of(-0.5))
