"""Coverage and stability against their levels, on both sides."""

from dataclasses import replace

import numpy as np
import pytest

from features.feature import Words
from scoring.segments.abc import ABC, LABELS
from scoring.segments.clusters import CLUSTER, Cluster, Clustering, ClusterSettings, Tried
from scoring.segments.customers import Customers
from scoring.segments.rfm import RFM, RfmSettings
from scoring.segments.scheme import Label, Settings
from scoring.segments.sizes import Sizes
from tests.scoring.segments.populations import customers_with, population_of
from tests.training.segments.splits import ByLot, fixed
from training.segments.levels import Levels, Status
from training.segments.measurable import Measurable
from training.segments.stability import Stability, reported, stability

STEADY = Stability(1.0, 1.0, 20, 100, thresholds_never_move=True, switched_off=0)


def shoppers(count: int) -> Customers:
    random = np.random.default_rng(2)
    return customers_with(
        days_since_last_order=random.integers(0, 300, count),
        orders_last_365_days=random.geometric(0.2, count),
        spend_last_365_days=random.lognormal(4, 1, count),
    )


def sizes(labelled: int, labels: tuple[Label, ...] = LABELS) -> Sizes:
    """Of 100 customers so many have the first label, the others none."""
    positions = np.where(np.arange(100) < labelled, 0, -1)
    return Sizes.of(labels, positions, shoppers(100))


@pytest.mark.parametrize(
    ("labelled", "status"), [(50, "passes"), (49, "weak"), (10, "weak"), (9, "fails")]
)
def test_coverage_is_held_against_two_levels(labelled: int, status: Status) -> None:
    found = Measurable.of(sizes(labelled), STEADY, Levels())

    assert found.coverage == pytest.approx(labelled / 100)
    assert found.status == status


@pytest.mark.parametrize(
    ("index", "status"), [(0.8, "passes"), (0.79, "weak"), (0.65, "weak"), (0.64, "fails")]
)
def test_stability_is_held_against_two_levels(index: float, status: Status) -> None:
    moving = replace(STEADY, adjusted_rand=index, thresholds_never_move=False)

    found = Measurable.of(sizes(100), moving, Levels())

    assert found.status == status
    assert f"adjusted Rand index {index:.2f}" in found.in_words().en


def test_a_label_that_says_unknown_covers_nobody() -> None:
    unknown = (Label("unknown", Words("Unknown", "未知")),)

    assert Measurable.of(sizes(100, unknown), STEADY, Levels()).coverage == 0


def test_a_rule_without_thresholds_is_stable_by_construction_and_says_so() -> None:
    found = stability(fixed(), population_of(shoppers(200)), Settings())

    assert found is not None
    assert (found.adjusted_rand, found.share_agreeing, found.thresholds_never_move) == (1, 1, True)
    said = Measurable.of(sizes(100), found, Levels()).in_words()
    assert "stability is 1 by construction" in said.en
    assert "稳定性按定义为1" in said.zh


@pytest.mark.parametrize("scheme", [ABC, RFM])
def test_quantiles_of_many_customers_are_stabler_than_of_few(scheme: type) -> None:
    few, many = (
        stability(scheme, population_of(shoppers(count)), scheme.settings())  # type: ignore[arg-type,attr-defined]
        for count in (60, 4000)
    )

    assert few is not None
    assert many is not None
    assert few.adjusted_rand < many.adjusted_rand < 1
    assert many.share_agreeing is not None
    assert many.share_agreeing > 0.9


def test_the_same_seed_draws_the_same_resamples() -> None:
    first, second = (stability(ABC, population_of(shoppers(300)), ABC.settings()) for _ in "12")

    assert first == second


def test_a_resample_too_small_for_the_scheme_counts_as_no_agreement() -> None:
    ordered = [5.0] * 26 + [np.nan] * 74
    customers = customers_with(days_since_last_order=ordered, orders_last_365_days=[1] * 100)

    found = stability(RFM, population_of(customers), RfmSettings())

    assert found is not None
    assert 0 < found.switched_off < found.resamples
    assert found.adjusted_rand == pytest.approx(1 - found.switched_off / found.resamples)
    assert "had too little to go by" in Measurable.of(sizes(100), found, Levels()).in_words().en


def test_a_scheme_that_is_off_has_no_stability() -> None:
    assert stability(RFM, population_of(shoppers(5)), RfmSettings()) is None
    assert Measurable.of(sizes(100), None, Levels()).status == "fails"


def test_clusters_report_the_stability_that_they_were_chosen_by() -> None:
    tried = tuple(
        Tried(count, 0.5 + count / 10, 0.9, 0.3, 0.2, 0.2, passes=True) for count in (2, 3)
    )
    clusters = tuple(
        Cluster(f"cluster_{i}", Words(f"c{i}", f"类{i}"), (0.0,), 1 / 3) for i in (1, 2, 3)
    )
    fitted = Clustering((), (), clusters, tried, None, 4, "EUR")

    found = reported(fitted, ClusterSettings(bootstrap_fits=12))

    assert found is not None
    assert found.adjusted_rand == 0.8  # of three clusters, not of two
    assert found.resamples == 12
    assert reported(ByLot(4), Settings()) is None
    assert stability(CLUSTER, population_of(shoppers(200)), ClusterSettings()) is None
