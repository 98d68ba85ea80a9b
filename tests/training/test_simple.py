"""Of too few customers the rule answers that judges those held out best, and its reasons add up."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from features.catalog import NAMES
from features.feature import Words
from scoring.churn import Blend, Calibration, ChurnModel, probability
from scoring.churn_definition import Cadence, Inactivity
from scoring.segments.scheme import Off
from scoring.silence import FEATURES, Silence
from scoring.value.purchasing import Purchasing
from scoring.value.spending import Spending
from tests.buyers import buyers
from tests.scoring.rows import feature_rows
from tests.training.churners import all_stayed, snapshots
from tests.training.test_logistic import shop
from training.config import LeastToBoost
from training.errors import TrainingError
from training.metrics import log_loss
from training.simple import fit_simple, too_few
from training.snapshots import Snapshots

TRUTH = Purchasing(0.6, 20.0, 0.8, 2.5, 1000, 700, 0.0)
SPENDING = Spending(6.0, 4.0, 15.0, 1000, 0.0, 0.0)
CHURN = Inactivity(silent_days=365, horizon_days=60)
NONE = Off(Words("too few", "太少"))


def bought(count: int, seed: int = 3) -> Snapshots:
    """Customers who behave as BG/NBD has it."""
    drawn = buyers(TRUTH, SPENDING, count, CHURN.horizon_days, seed)
    return Snapshots(drawn.rows, drawn.orders_after == 0, {})


def test_enough_customers_of_each_outcome_are_enough() -> None:
    least = LeastToBoost(100, 25)
    assert too_few(snapshots(1, 100), least) is None
    assert too_few(snapshots(1, 99), least) == (
        "99 customers were eligible at the fit dates, fewer than 100"
    )
    few = snapshots(1, 200)
    churned = np.zeros(200, dtype=bool)
    churned[:24] = True
    assert too_few(replace(few, churned=churned), least) == (
        "24 customers churned and 176 stayed at the fit dates, and 25 of each are needed"
    )


def test_a_customer_at_many_dates_counts_once() -> None:
    often = snapshots(1, 60, dates=("2024-04-01", "2024-05-01", "2024-06-01"))
    assert too_few(often, LeastToBoost(100, 25)) is not None


def test_the_rule_has_the_lowest_log_loss_on_customers_held_out() -> None:
    blend, held_out = fit_simple(shop(80), CHURN, NONE)
    assert blend.rule == "three_term_logistic"
    assert blend.share == 1.0
    assert len(held_out.snapshots) == 80
    rate = held_out.snapshots.churned.mean()
    constant = log_loss(held_out.snapshots.churned, np.full(80, rate))
    assert log_loss(held_out.snapshots.churned, probability(held_out.steady)) < constant


def test_where_orders_come_as_bg_nbd_has_it_it_answers() -> None:
    blend, held_out = fit_simple(bought(60), CHURN, TRUTH)
    assert blend.rule == "bg_nbd"
    assert isinstance(blend.logistic, Silence)
    np.testing.assert_array_equal(held_out.steady, blend.logistic.log_odds(held_out.snapshots.rows))


@pytest.mark.parametrize("definition", [replace(CHURN, gap_days=7), Cadence(3, 60, 60)])
def test_bg_nbd_does_not_answer_what_it_was_not_asked(
    definition: Inactivity | Cadence,
) -> None:
    blend, _ = fit_simple(bought(60), definition, TRUTH)
    assert blend.rule in ("three_term_logistic", "recency_rule")


def test_without_a_single_churned_customer_only_bg_nbd_can_answer() -> None:
    some = bought(40)
    stayed = replace(some, churned=np.zeros(40, dtype=bool))
    blend, _ = fit_simple(stayed, CHURN, TRUTH)
    assert blend.rule == "bg_nbd"
    with pytest.raises(TrainingError, match="the fit dates: 0 of 50 customers churned"):
        fit_simple(all_stayed(), CHURN, NONE)


def test_the_odds_of_silence_are_bg_nbds_and_their_parts_add_up() -> None:
    rows = bought(200).rows
    silence = Silence(TRUTH, 60, (3.0, 20.0, 200.0))
    blend = Blend(silence, 1.0, "bg_nbd")
    model = ChurnModel("", Calibration(1.0, 0.0, "2024-06-01", 200), blend)

    contributions = model.contributions(rows)

    total = contributions.base + contributions.values.sum(axis=1)
    np.testing.assert_allclose(total, model.log_odds(rows), atol=1e-9)
    others = [name for name in parts_of(contributions.values) if name not in FEATURES]
    assert others == []


def test_a_typical_customer_has_no_reasons() -> None:
    silence = Silence(TRUTH, 60, (3.0, 20.0, 200.0))
    typical = feature_rows(
        orders_in_total=[3.0], days_since_last_order=[20.0], days_since_first_order=[200.0]
    )
    np.testing.assert_allclose(silence.contributions(typical), 0, atol=1e-12)
    assert silence.log_odds(typical)[0] == pytest.approx(silence.base)


def test_one_feature_that_differs_has_the_whole_difference() -> None:
    silence = Silence(TRUTH, 60, (3.0, 20.0, 200.0))
    silent = feature_rows(
        orders_in_total=[3.0], days_since_last_order=[120.0], days_since_first_order=[200.0]
    )
    parts = silence.contributions(silent)
    assert parts_of(parts) == ["days_since_last_order"]
    assert parts.sum() == pytest.approx(silence.log_odds(silent)[0] - silence.base)
    assert parts.sum() > 0


def parts_of(values: NDArray[np.float64]) -> list[str]:
    """Names of the features that contribute anything."""
    sizes = np.abs(values).max(axis=0)
    return [name for name, size in zip(NAMES, sizes, strict=True) if size > 1e-12]
