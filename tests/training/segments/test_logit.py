"""The likelihood-ratio test beside closed forms and scikit-learn."""

import math

import numpy as np
import pytest
from scipy.stats import chi2
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from training.segments.logit import Matrix, Observations, fit, likelihood_ratio_test


def observations(seed: int = 3, rows: int = 800) -> tuple[Matrix, Matrix, Observations]:
    """Three strata and two labels; the full model lets the label's effect differ by stratum."""
    random = np.random.default_rng(seed)
    stratum, label = random.integers(0, 3, rows), random.integers(0, 2, rows)
    answered = random.random(rows) < 0.2 + 0.1 * stratum * label
    strata = np.repeat(np.eye(3), 2, axis=0)
    labels = np.tile([[0.0], [1.0]], (3, 1))
    base = np.hstack([strata, labels])
    full = np.hstack([base, strata * labels])
    return base, full, Observations(stratum * 2 + label, answered, np.arange(rows))


def test_a_model_of_every_cell_has_the_likelihood_of_the_rates_themselves() -> None:
    answers, counts = np.array([3.0, 5.0, 8.0]), np.array([10.0, 20.0, 9.0])

    found, rates = fit(np.eye(3), answers, counts)

    assert found == pytest.approx(
        sum(
            a * math.log(a / n) + (n - a) * math.log(1 - a / n)
            for a, n in zip(answers, counts, strict=True)
        ),
        abs=1e-9,
    )
    assert rates.tolist() == pytest.approx([0.3, 0.25, 8 / 9], abs=1e-5)


def test_a_cell_in_which_nobody_answers_adds_nothing_and_breaks_nothing() -> None:
    one, _ = fit(np.eye(1), np.array([3.0]), np.array([10.0]))

    both, rates = fit(np.eye(2), np.array([3.0, 0.0]), np.array([10.0, 50.0]))

    assert both == pytest.approx(one, abs=1e-5)
    assert rates[1] < 1e-5


def test_the_p_value_is_that_of_two_regressions_by_scikit_learn() -> None:
    base, full, rows = observations()

    def likelihood(design: Matrix) -> float:
        model = LogisticRegression(C=1e12, fit_intercept=False, tol=1e-10, max_iter=10_000)
        model.fit(design[rows.cells], rows.answered)
        said = model.predict_proba(design[rows.cells])
        return -float(log_loss(rows.answered, said, normalize=False))

    found = likelihood_ratio_test(base, full, rows)

    assert found is not None
    assert found.degrees == 2
    # The design effect of distinct customers is 1 but for chance, and never helps.
    plain = chi2.sf(2 * (likelihood(full) - likelihood(base)), 2)
    assert plain - 1e-6 <= found.p_value <= plain * 1.5
    assert found.p_value < 0.05


def test_customers_who_stand_there_four_times_are_no_more_evidence() -> None:
    base, full, rows = observations(rows=300)
    cells, answered = np.tile(rows.cells, 4), np.tile(rows.answered, 4)
    repeated = Observations(cells, answered, np.tile(rows.customers, 4))
    others = Observations(cells, answered, np.arange(1200))

    once, four_times, four_others = (
        likelihood_ratio_test(base, full, one) for one in (rows, repeated, others)
    )

    assert once is not None
    assert four_times is not None
    assert four_others is not None
    assert four_times.design_effect == pytest.approx(4, rel=0.15)
    assert four_times.p_value == pytest.approx(once.p_value, rel=0.3)
    assert four_others.p_value < once.p_value / 5


def test_columns_that_add_nothing_are_not_tested() -> None:
    base, _, rows = observations()

    assert likelihood_ratio_test(base, np.hstack([base, base]), rows) is None
