"""A split by lot is dropped, a planted responder split is kept."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from scoring.segments.scheme import Fitted, Scheme, Settings
from scoring.segments.segmentation import Segmentation
from tests.scoring.segments.populations import customers_with, population_of
from tests.training.segments.conftest import Campaigns
from tests.training.segments.splits import LABELS, ByLot, drawn_anew, fixed, planted, scheme_of
from training.segments.examination import Case, Examination, cases_of, examine
from training.segments.levels import Levels
from training.segments.responding import Responding
from training.segments.response import response

SEEDS = 200


def examined(
    campaigns: Campaigns, scheme: Scheme, fitted: Fitted, *, with_answers: bool = True
) -> Examination:
    answers = campaigns.answers(fitted) if with_answers else None
    case = Case(scheme, fitted, Settings(), answers)
    return examine([case], campaigns.population)[scheme.name]


def test_a_planted_responder_split_is_kept(campaigns: Campaigns) -> None:
    found = examined(campaigns, *planted(campaigns.archetypes))

    assert set(found.statuses.values()) == {"passes"}
    assert found.verdict == "keep"
    said = found.responding.in_words()
    assert "(persuadable)" in said.en
    assert "(do_not_disturb)" in said.en


def test_a_split_by_lot_is_dropped_though_stable_large_and_within_reach(
    campaigns: Campaigns,
) -> None:
    found = examined(campaigns, fixed(), ByLot(5))

    assert found.statuses == {
        "measurable": "passes",
        "substantial": "passes",
        "accessible": "passes",
        "responding": "fails",
    }
    assert found.verdict == "drop"
    assert found.in_words().en == "Drop it: labels do not respond differently to campaigns."
    assert "does not differ by label beyond chance" in found.responding.in_words().en


def test_a_split_that_each_fit_draws_anew_is_not_measurable(campaigns: Campaigns) -> None:
    scheme = scheme_of("anew", drawn_anew)
    found = examined(campaigns, scheme, drawn_anew(campaigns.population, Settings()))

    assert found.measurable.status == "fails"
    assert found.measurable.stability is not None
    assert found.measurable.stability.adjusted_rand == pytest.approx(0, abs=0.01)
    assert found.verdict == "drop"


def test_of_splits_by_lot_19_in_20_are_dropped(campaigns: Campaigns) -> None:
    stable = examined(campaigns, fixed(), ByLot(5))
    answers = campaigns.answers(ByLot(5))
    levels = Levels()

    def judged() -> Iterator[Examination]:
        for seed in range(SEEDS):
            lots = np.random.default_rng(seed).integers(0, 4, len(answers.positions))
            found = response(replace(answers, positions=lots), LABELS, levels)
            yield replace(stable, responding=Responding.of(found, found.p_value, levels))

    verdicts = [one.verdict for one in judged()]

    # 95 % of 200, and three standard deviations about it.
    assert 181 <= verdicts.count("drop") <= 199
    assert set(verdicts) == {"drop", "keep"}


def test_without_campaigns_a_split_by_lot_is_not_kept_either(campaigns: Campaigns) -> None:
    found = examined(campaigns, fixed(), ByLot(5), with_answers=False)

    assert found.responding.status == "unknown"
    assert found.verdict == "unknown"
    assert found.in_words().en == "It cannot be judged yet: responding differently: unknown."
    assert "No campaign was logged" in found.responding.in_words().en


@pytest.mark.parametrize("count", [0, 1, 5, 50])
def test_few_customers_and_equal_ones_are_examined_too(count: int) -> None:
    customers = customers_with(
        spend_last_365_days=[7.0] * count,
        orders_last_365_days=[1.0] * count,
        days_since_last_order=[3.0] * count,
    )
    population = population_of(customers)
    segmentation = Segmentation.fit(population, {})

    found = examine(cases_of(segmentation, {}, {}), population)

    assert set(found) == set(segmentation.fitted)
    assert all(one.verdict == "drop" for one in found.values())
    assert all(one.in_words().en and one.in_words().zh for one in found.values())


def test_every_scheme_of_a_segmentation_is_examined_together(campaigns: Campaigns) -> None:
    segmentation = Segmentation.fit(campaigns.population, {})
    answers = {name: campaigns.answers(fitted) for name, fitted in segmentation.fitted.items()}
    told: list[str] = []

    found = examine(cases_of(segmentation, {}, answers), campaigns.population, tell=told.append)

    assert list(found) == told == list(segmentation.fitted)
    for one in found.values():
        raw = one.responding.response
        assert raw is not None
        assert raw.p_value is not None
        assert one.responding.p_value is not None
        assert one.responding.p_value >= raw.p_value
        assert one.in_words().en
        assert one.in_words().zh
