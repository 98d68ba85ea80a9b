"""Rolling origins: each trained on its own past, and intervals that know who comes twice."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from retinue.commands.configuring import config_of
from scoring.churn_definition import Inactivity
from tests.conftest import Trained
from tests.scoring.rows import feature_rows
from training.capacity import Capacity
from training.config import TrainingConfig
from training.errors import TrainingError
from training.metrics import METRICS
from training.origins import JudgedOrigin, judge_origins, origin_splits
from training.panel import Panel
from training.stability import Stability, stability_of


@pytest.fixture(scope="module")
def config(trained: Trained) -> TrainingConfig:
    return replace(config_of(trained.project), bootstrap_samples=20)


@pytest.fixture(scope="module")
def judged(trained: Trained, config: TrainingConfig) -> list[JudgedOrigin]:
    return judge_origins(config, trained.tables, origin_splits(config, trained.tables, 2))


A_SHOP = TrainingConfig(
    "shop", "EUR", Inactivity(silent_days=60, horizon_days=28), bootstrap_samples=200
)


def an_origin(day: str, ids: list[str], seed: int) -> JudgedOrigin:
    random = np.random.default_rng(seed)
    rows = feature_rows(days_since_last_order=random.integers(0, 60, len(ids)).tolist())
    rows = replace(
        rows,
        customer_ids=np.array(ids, dtype=object),
        as_of=np.full(len(ids), np.datetime64(day, "us")),
    )
    said = random.random(len(ids))
    outcomes = random.random(len(ids)) < said
    panel = Panel(outcomes, {"model": said}, {}, np.ones(len(ids)), Capacity())
    return JudgedOrigin(rows, panel, {}, "1 each")


def test_origins_lie_a_reach_apart_and_the_latest_is_that_of_training(
    trained: Trained, config: TrainingConfig
) -> None:
    splits = origin_splits(config, trained.tables, 3)
    apart = {later.test - sooner.test for sooner, later in pairwise(splits)}
    assert apart == {config.churn.reach}
    assert f"{splits[-1].test:%Y-%m-%d}" == trained.bundle.manifest.trained_on.test


def test_no_origin_learns_from_an_outcome_after_its_date(
    trained: Trained, config: TrainingConfig
) -> None:
    for split in origin_splits(config, trained.tables, 3):
        assert all(date + config.churn.reach <= split.test for date in split.dates[:-1])


def test_more_origins_than_the_data_bears_are_refused_with_how_many_it_does(
    trained: Trained, config: TrainingConfig
) -> None:
    with pytest.raises(TrainingError, match=r"the data bears (\d) of 50 origins.*or ask for \1$"):
        origin_splits(config, trained.tables, 50)


def test_the_latest_origin_says_what_the_bundle_was_judged_by(
    trained: Trained, judged: list[JudgedOrigin]
) -> None:
    said = trained.bundle.parts.churn.as_judged().log_odds(judged[-1].rows)
    np.testing.assert_array_equal(judged[-1].panel.said["model"], 1 / (1 + np.exp(-said)))


def test_the_mean_is_over_origins_and_the_baselines_stand_beside_it(
    config: TrainingConfig, judged: list[JudgedOrigin]
) -> None:
    found: Stability = stability_of(config, judged)

    for rule in ("model", "recency_rule", "three_term_logistic", "bg_nbd", "plain_lightgbm"):
        assert list(found.mean.rules[rule]) == [*found.origins[0].rules[rule]]
        assert set(found.mean.rules[rule]) == set(METRICS)
        values = [origin.rules[rule]["log_loss"].value for origin in found.origins]
        assert found.mean.rules[rule]["log_loss"].value == pytest.approx(np.mean(values))
    assert found.mean.customers < sum(origin.customers for origin in found.origins)
    assert found == stability_of(config, judged)


def test_a_customer_at_several_dates_is_resampled_with_all_of_them() -> None:
    ids = [f"c{i}" for i in range(200)]
    once = an_origin("2024-01-01", ids, seed=1)
    again = replace(once, rows=replace(once.rows, as_of=once.rows.as_of + np.timedelta64(30, "D")))

    alone, twice = stability_of(A_SHOP, [once]), stability_of(A_SHOP, [once, again])

    # The same customers seen twice say no more than once: no interval may become narrower.
    assert twice.mean.rules == alone.mean.rules
    assert twice.mean.customers == 200


def test_other_customers_at_another_date_do_narrow_the_interval() -> None:
    first = an_origin("2024-01-01", [f"c{i}" for i in range(200)], seed=1)
    second = an_origin("2024-02-01", [f"d{i}" for i in range(200)], seed=1)

    def width(origins: list[JudgedOrigin]) -> float:
        interval = stability_of(A_SHOP, origins).mean.rules["model"]["log_loss"]
        return interval.high - interval.low

    assert width([first, second]) < 0.85 * width([first])
