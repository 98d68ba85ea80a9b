"""Baselines: fitted on what they may know, and honest where they cannot speak."""

from dataclasses import replace

import numpy as np

from retinue.commands.configuring import config_of
from scoring.bundle import Bundle, ModelParts
from scoring.churn import probability
from scoring.churn_definition import Cadence, Inactivity
from scoring.logistic import Logistic
from scoring.segments.scheme import Off
from scoring.value.model import orders_of
from scoring.value.purchasing import Orders, Purchasing
from tests.conftest import Trained
from tests.scoring.rows import feature_rows
from training.baselines import fit_bg_nbd, said_by_baselines
from training.snapshots import Snapshots, build_snapshots
from training.splits import split_dates
from training.value.purchasing import fit_purchasing


def a_shop(count: int = 400) -> Snapshots:
    random = np.random.default_rng(1)
    silent = random.integers(0, 60, count).astype(float)
    rows = feature_rows(
        days_since_last_order=silent.tolist(),
        silence_over_usual_gap=(silent / 10).tolist(),
        orders_in_total=random.integers(1, 9, count).astype(float).tolist(),
        days_since_first_order=(silent + random.integers(0, 90, count)).tolist(),
    )
    return Snapshots(rows, random.random(count) < silent / 60, {"2024-06-01": {}})


def with_bg_nbd(bundle: Bundle, bg_nbd: Purchasing | Off) -> Bundle:
    parts = bundle.parts
    reference = replace(parts.reference, bg_nbd=bg_nbd)
    return Bundle(bundle.manifest, ModelParts(parts.churn, parts.segments, parts.value, reference))


def test_the_bundle_keeps_bg_nbd_of_everyone_known_at_the_calibration_date(
    trained: Trained,
) -> None:
    config = config_of(trained.project)
    calibration = split_dates(config, trained.tables).calibration
    snapshots = build_snapshots(trained.tables, config.churn, [calibration])
    known = snapshots.histories[f"{calibration:%Y-%m-%d}"]

    kept = trained.bundle.parts.reference.bg_nbd

    assert len(known.repeats) == len(snapshots) + sum(
        sum(causes.values()) for causes in snapshots.excluded.values()
    )
    assert kept == fit_purchasing(known, config.value.least_customers)


def test_bg_nbd_says_how_likely_no_order_in_the_horizon_is(trained: Trained) -> None:
    test = a_shop()
    bg_nbd = trained.bundle.parts.reference.bg_nbd
    assert isinstance(bg_nbd, Purchasing)

    said, _ = said_by_baselines(trained.bundle, test)

    days = trained.bundle.manifest.churn_definition.horizon_days
    expected = bg_nbd.counts(orders_of(test.rows), days).none
    np.testing.assert_array_equal(said["bg_nbd"], expected)


def test_too_few_who_came_back_leave_bg_nbd_out_with_the_reason(trained: Trained) -> None:
    once = np.zeros(50)
    none = fit_bg_nbd(Orders(once, once, once + 90), 30)

    said, absent = said_by_baselines(with_bg_nbd(trained.bundle, none), a_shop())

    assert isinstance(none, Off)
    assert "bg_nbd" not in said
    assert "three_term_logistic" in said
    assert "0 of 50 customers ordered more than once" in absent["bg_nbd"]


def test_a_gap_before_the_label_window_leaves_bg_nbd_out(trained: Trained) -> None:
    manifest = trained.bundle.manifest
    assert isinstance(manifest.churn_definition, Inactivity)
    later = replace(manifest.churn_definition, gap_days=7)
    bundle = Bundle(replace(manifest, churn_definition=later), trained.bundle.parts)
    said, absent = said_by_baselines(bundle, a_shop())
    assert "bg_nbd" not in said
    assert "a gap comes before the label window" in absent["bg_nbd"]


def test_another_meaning_of_churn_leaves_bg_nbd_out(trained: Trained) -> None:
    cadence = Cadence(usual_gaps=3, silent_days=60, horizon_days=30, least_orders=3)
    manifest = replace(trained.bundle.manifest, churn_definition=cadence)

    said, absent = said_by_baselines(Bundle(manifest, trained.bundle.parts), a_shop())

    assert "bg_nbd" not in said
    assert "churn means something else here" in absent["bg_nbd"]


def test_the_three_terms_are_judged_without_the_booster_that_they_steady(
    trained: Trained,
) -> None:
    said, _ = said_by_baselines(trained.bundle, a_shop())
    logistic = trained.bundle.parts.churn.blend.logistic
    assert isinstance(logistic, Logistic)
    assert logistic.terms
    np.testing.assert_array_equal(
        said["three_term_logistic"], probability(logistic.log_odds(a_shop().rows))
    )
