"""The churn model as served: exact reasons, equal bits, finite answers."""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.build import FeatureRows
from features.catalog import NAMES
from scoring.churn import Blend, Calibration, ChurnModel, probability
from scoring.logistic import Logistic, Term
from scoring.scorer import Scorer
from tests.scoring.rows import NULL, feature_rows, taken

THREADS = 16


@pytest.fixture(scope="session")
def model(scorer: Scorer) -> ChurnModel:
    return scorer.bundle.parts.churn


@pytest.fixture(scope="session", params=[0.0, 0.3])
def blended(request: pytest.FixtureRequest, model: ChurnModel) -> ChurnModel:
    """The model with none of its logistic regression, and with a third."""
    return replace(model, blend=replace(model.blend, share=request.param))


def test_base_and_contributions_add_up_to_the_log_odds(
    blended: ChurnModel, eligible: FeatureRows
) -> None:
    explained = blended.contributions(eligible)
    np.testing.assert_allclose(
        explained.base + explained.values.sum(axis=1), blended.log_odds(eligible), rtol=0, atol=1e-9
    )


def test_the_base_is_the_same_whoever_is_asked_about(
    blended: ChurnModel, eligible: FeatureRows
) -> None:
    bases = {blended.contributions(taken(eligible, np.array([i]))).base for i in range(20)}
    assert len(bases) == 1


# shap 0.51 makes its colour maps, when imported, the way Matplotlib 3.11 is about to deprecate;
# delete when it does not.
@pytest.mark.filterwarnings("ignore:The set_.* function will be dep:PendingDeprecationWarning")
def test_contributions_are_shap_values_on_the_calibrated_scale(
    blended: ChurnModel, eligible: FeatureRows
) -> None:
    import shap

    explainer = shap.TreeExplainer(blended.booster)
    # Else shap asks LightGBM itself, and the oracle would be what it is to judge.
    explainer.model.model_type = "internal"
    oracle = blended.calibration.slope * explainer.shap_values(
        eligible.values, check_additivity=False
    )
    assert isinstance(blended.blend.logistic, Logistic)
    share, terms = blended.blend.share, blended.blend.logistic.terms
    oracle *= 1 - share
    for term in terms:
        added = [by_hand(term, value) for value in eligible.column(term.feature)]
        beyond = np.array(added) - term.mean
        oracle[:, NAMES.index(term.feature)] += blended.calibration.slope * share * beyond

    contributions = blended.contributions(eligible).values

    assert np.isnan(eligible.values).any()
    assert len(terms) == 3
    np.testing.assert_allclose(contributions, oracle, rtol=0, atol=1e-9)


def by_hand(term: Term, value: float) -> float:
    return term.when_null if math.isnan(value) else term.weight * math.log1p(value)


def test_the_margin_is_blended_of_booster_and_logistic(
    model: ChurnModel, eligible: FeatureRows
) -> None:
    alone = replace(model, calibration=replace(model.calibration, slope=1.0, intercept=0.0))
    logistic = model.blend.logistic
    margins = [
        replace(alone, blend=Blend(logistic, share)).log_odds(eligible) for share in (0, 0.25, 1)
    ]
    np.testing.assert_allclose(margins[2], logistic.log_odds(eligible), rtol=1e-12)
    np.testing.assert_allclose(margins[1], 0.75 * margins[0] + 0.25 * margins[2], rtol=1e-9)


def test_the_sigmoid_stretches_and_shifts_the_margin() -> None:
    calibration = Calibration(slope=2.0, intercept=-1.0, fitted_at="2024-01-01", fitted_rows=10)
    assert calibration.log_odds(np.array([3.0, 0.0, -0.5])).tolist() == [5.0, -1.0, -2.0]


def test_rows_of_nulls_have_a_finite_and_additive_answer(blended: ChurnModel) -> None:
    rows = feature_rows(days_since_last_order=[NULL, 10.0, NULL], orders_in_total=[NULL, NULL, 3.0])

    log_odds, explained = blended.log_odds(rows), blended.contributions(rows)

    assert np.isfinite(log_odds).all()
    np.testing.assert_allclose(
        explained.base + explained.values.sum(axis=1), log_odds, rtol=0, atol=1e-9
    )


def test_no_rows_have_no_log_odds_and_no_contributions(blended: ChurnModel) -> None:
    nobody = feature_rows(orders_in_total=[])
    assert blended.log_odds(nobody).shape == (0,)
    assert blended.contributions(nobody).values.shape == (0, len(NAMES))


def test_a_customer_alone_gets_the_bits_of_the_batch(
    blended: ChurnModel, eligible: FeatureRows
) -> None:
    together, explained = blended.log_odds(eligible), blended.contributions(eligible)
    for i in range(len(eligible)):
        alone = eligible.slice(i, i + 1)
        assert blended.log_odds(alone).tobytes() == together[i : i + 1].tobytes()
        assert blended.contributions(alone).values.tobytes() == explained.values[i].tobytes()


def test_sixteen_threads_get_the_bits_of_one(blended: ChurnModel, eligible: FeatureRows) -> None:
    def bits(_: int) -> bytes:
        explained = blended.contributions(eligible)
        return blended.log_odds(eligible).tobytes() + explained.values.tobytes()

    serial = bits(0)
    with ThreadPoolExecutor(THREADS) as threads:
        parallel = set(threads.map(bits, range(THREADS)))

    assert parallel == {serial}


@pytest.mark.parametrize(
    ("log_odds", "expected"), [(0.0, 0.5), (math.log(3), 0.75), (-math.log(9), 0.1)]
)
def test_the_probability_is_the_logistic_of_the_log_odds(log_odds: float, expected: float) -> None:
    assert probability(np.array([log_odds]))[0] == pytest.approx(expected, rel=1e-15)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_finite_log_odds_have_a_probability_in_the_unit_interval(log_odds: float) -> None:
    assert 0.0 <= probability(np.array([log_odds]))[0] <= 1.0
