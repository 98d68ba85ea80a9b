"""Clusters by hand: scales, the two nearest centroids, what is unknown, a customer alone."""

import math
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from features.feature import Words
from scoring.segments import clusters
from scoring.segments.cluster_inputs import SATISFACTION, Axis, raw_values, written
from scoring.segments.clusters import Cluster, Clustering, LeftOut, Tried
from scoring.segments.customers import Customers
from tests.scoring.segments.populations import codes, customers_with

TOP = math.log(1001)
AXES = (
    Axis("days_since_last_order", "log1p", 0.0, TOP, mean=0.0, scale=1.0),
    Axis("orders_last_365_days", "log1p", 0.0, TOP, mean=math.log(2), scale=0.5),
    Axis(SATISFACTION, "as_is", 0.0, 1.0, mean=0.5, scale=0.25),
)
QUIET = Cluster("cluster_4", Words("Lapsed shoppers", "久未下单的客户"), (4.0, -1.0, 0.0), 0.4)
BUSY = Cluster("cluster_2", Words("Regulars", "高频常客"), (0.0, 3.0, 1.0), 0.6)
FITTED = Clustering(
    axes=AXES,
    left_out=(LeftOut("tickets_last_365_days", Words("nothing known", "未知")),),
    clusters=(BUSY, QUIET),
    tried=(
        Tried(2, 0.91, 0.88, 0.44, 0.3, 0.4, passes=True),
        Tried(3, 0.5, 0.4, 0.3, 0.3, 0.1, passes=False),
    ),
    moved=0.125,
    next_id=5,
    currency="EUR",
)


def someone(**changed: Any) -> Customers:
    values = {"days_since_last_order": [0.0], "orders_last_365_days": [1.0], "recent_csat": [3.0]}
    return customers_with(**(values | changed))


def many(count: int) -> Customers:
    random = np.random.default_rng(5)
    satisfaction = random.uniform(1, 5, count)
    satisfaction[::3] = np.nan
    days = random.lognormal(3, 2, count)
    days[::7] = np.nan
    return customers_with(
        days_since_last_order=days,
        orders_last_365_days=random.geometric(0.1, count) - 1.0,
        recent_csat=satisfaction,
    )


def test_a_customer_belongs_to_the_nearest_centroid_and_is_told_how_far_both_are() -> None:
    # Days 0 is 0; 1 order is log 2, the mean; 3 of 1 to 5 is 0.5, the mean: the origin.
    labels = FITTED.label(someone())

    assert codes(FITTED, someone()) == ["cluster_2"]
    assert labels.facts["distance"][0] == pytest.approx(math.sqrt(10))
    assert labels.facts["next_cluster"][0] == "cluster_4"
    assert labels.facts["next_distance"][0] == pytest.approx(math.sqrt(17))


def test_each_axis_is_measured_in_its_own_spread() -> None:
    # 7 orders: (log 8 - log 2) / 0.5 = 2.77; satisfaction 4 of 1 to 5: (0.75 - 0.5) / 0.25 = 1.
    labels = FITTED.label(someone(orders_last_365_days=[7.0], recent_csat=[4.0]))

    assert labels.facts["distance"][0] == pytest.approx(3 - 4 * math.log(2))


def test_values_beyond_the_caps_count_as_the_caps() -> None:
    at, beyond = (FITTED.label(someone(orders_last_365_days=[n])) for n in (1000.0, 9e9))

    assert at.facts["distance"].tolist() == beyond.facts["distance"].tolist()


def test_unknown_satisfaction_draws_nobody() -> None:
    unknown, average = (FITTED.label(someone(recent_csat=[score])) for score in (np.nan, 3.0))

    assert unknown.facts["distance"].tolist() == average.facts["distance"].tolist()


def test_satisfaction_is_the_average_of_the_scores_that_are_known() -> None:
    rows = customers_with(
        recent_csat=[5.0, np.nan, np.nan],
        recent_nps=[0.0, 7.0, np.nan],
        recent_stars=[3.0, np.nan, np.nan],
    ).rows

    assert raw_values(rows, SATISFACTION)[:2].tolist() == [0.5, 0.7]
    assert np.isnan(raw_values(rows, SATISFACTION)[2])


def test_a_tie_goes_to_the_cluster_named_first() -> None:
    both = (
        Cluster("cluster_1", Words("B", "乙"), (1.0,), 0.5),
        Cluster("cluster_2", Words("A", "甲"), (-1.0,), 0.5),
    )
    axis = Axis("days_since_last_order", "log1p", 0.0, TOP, mean=math.log(2), scale=1.0)
    fitted = Clustering((axis,), (), both, (), None, 3, "EUR")

    assert codes(fitted, someone(days_since_last_order=[1.0])) == ["cluster_1"]


def test_of_who_never_ordered_nothing_is_said() -> None:
    prospect = someone(days_since_last_order=[np.nan])

    facts = FITTED.label(prospect).facts_of(0)

    assert codes(FITTED, prospect) == [None]
    assert (facts["cluster"], facts["next_cluster"], facts["distance"]) == (None, None, None)
    assert FITTED.explain(facts).en == "never ordered"


def test_a_customer_alone_gets_the_very_bits_of_the_batch() -> None:
    customers = many(500)
    batch = FITTED.label(customers)

    for i in range(500):
        alone = FITTED.label(customers.where(np.array([i])))
        assert alone.positions[0] == batch.positions[i]
        assert alone.facts_of(0) == batch.facts_of(i)


def test_chunks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    customers = many(100)
    whole = FITTED.label(customers)
    monkeypatch.setattr(clusters, "CHUNK", 7)

    parts = FITTED.label(customers)

    assert parts.positions.tolist() == whole.positions.tolist()
    for name in ("distance", "next_distance"):
        np.testing.assert_array_equal(parts.facts[name], whole.facts[name])


def test_no_customers_have_no_labels() -> None:
    assert FITTED.label(many(0)).positions.shape == (0,)


def test_the_explanation_says_how_sure_and_what_sets_the_cluster_apart() -> None:
    sure = someone(days_since_last_order=[60.0], orders_last_365_days=[0.0], recent_csat=[np.nan])

    said = FITTED.explain(FITTED.label(sure).facts_of(0))

    # 53.6 = e^4 - 1 days and 2 * e^-0.5 - 1 = 0.2 orders lie at the centroid.
    assert said.en == (
        "clearly in Lapsed shoppers (distance 0.4; next is Regulars, 6.1); what sets that cluster "
        "apart: days since the last order 60 (typical there 54, of everyone 0); orders in 365 days "
        "0 (typical there 0.2, of everyone 1)"
    )
    assert said.zh.startswith(
        "明显属于久未下单的客户（距离0.4；其次为高频常客，6.1）；该类的特点："
    )


@pytest.mark.parametrize(("days", "said"), [(0, "nearest to"), (1, "only just in")])
def test_a_close_call_is_said_to_be_one(days: float, said: str) -> None:
    # From (0, 0, 0): 3.16 and 4.12. From (0.69, 0, 0): 3.24 and 3.46.
    facts = FITTED.label(someone(days_since_last_order=[days])).facts_of(0)

    assert FITTED.explain(facts).en.startswith(said)


def test_the_rule_says_inputs_choice_profiles_and_what_moved() -> None:
    rule = FITTED.rule()

    for part in (
        "nearest of 2 centroids",
        "satisfaction from 0 to 1 counts as average: silence is no opinion",
        "tickets in 365 days (nothing known)",
        "adjusted Rand index 0.91; the cluster that comes back worst, Jaccard index 0.88",
        "silhouette 0.44, 0.30 in an evenly filled cloud",
        "12.5% of the customers moved",
        "Regulars (60%): days since the last order 0, orders in 365 days 8.0",
    ):
        assert part in rule.en
    assert "高频常客（60%）：距上次下单0天，365天订单数8.0单" in rule.zh


def test_a_small_typical_number_keeps_a_decimal() -> None:
    found = [written("tickets_last_365_days", value, "EUR").en for value in (0, 0.4, 3, 12.6)]

    assert found == ["0", "0.4", "3", "13"]


def test_json_brings_back_the_same_clusters() -> None:
    adapter = TypeAdapter(Clustering)

    assert adapter.validate_json(adapter.dump_json(FITTED)) == FITTED
