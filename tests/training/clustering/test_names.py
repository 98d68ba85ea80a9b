"""Names say what sets a cluster apart, in both languages, each its own."""

import math

import numpy as np
import pytest

from scoring.segments.cluster_inputs import INPUTS, Axis
from training.clustering.names import name_clusters

# Recency, frequency, order value, engagement, satisfaction, tickets; 19 days silent on average.
AXES = tuple(Axis(one.name, one.transform, -9.0, 9.0, math.log(20), 1.0) for one in INPUTS)


def names(*centroids: list[float]) -> list[tuple[str, str]]:
    found = name_clusters(AXES, np.array(centroids), silent_days=90)
    return [(name.en, name.zh) for name in found]


@pytest.mark.parametrize(
    ("centroid", "en", "zh"),
    [
        ([-1, 1, 0, 0, 0, 0], "Regulars", "高频常客"),
        ([0.5, 0.9, 0, 0, 0, 0], "Regulars going quiet", "渐趋沉默的常客"),
        ([1.6, 0.9, 1.2, 0, 0, 0], "Former regulars, large orders", "流失的常客（客单价高）"),
        ([1.6, -1, 0, -1, 0, 0], "Lapsed shoppers, rarely engaged", "久未下单的客户（互动少）"),
        ([2.7, -1, 0, 0, 0, 0], "Long-lapsed shoppers", "早已流失的客户"),
        ([-0.2, -0.6, -0.7, 0, 0, 0], "Occasional shoppers, small orders", "低频客户（客单价低）"),
        (
            [-0.8, 0, 0, 0.6, -1.3, 0.9],
            "Active shoppers, dissatisfied, many tickets",
            "近期活跃客户（满意度低、工单多）",
        ),
        ([-0.2, 0.1, 0, 0, 0, -0.9], "Average shoppers", "普通客户"),
    ],
)
def test_a_name_says_who_they_are_and_the_two_most_striking_things(
    centroid: list[float], en: str, zh: str
) -> None:
    assert names(centroid) == [(en, zh)]


def test_whom_nobody_would_call_quiet_is_not_though_all_others_came_later() -> None:
    # Two standard deviations above the average, and yet seen 8 days ago.
    days = Axis("days_since_last_order", "log1p", 0.0, 9.0, math.log(3), 0.55)
    found = name_clusters((days,), np.array([[2.0], [-2.0]]), silent_days=90)

    assert [name.en for name in found] == ["Average shoppers", "Active shoppers"]


def test_clusters_of_one_name_are_told_apart_by_what_differs_most() -> None:
    found = names([0, 1.0, 0.1, 0.2, 0, 0], [0, 1.3, 0.2, -0.4, 0, 0])

    assert found == [
        ("Regulars, more engaged", "高频常客（互动较多）"),
        ("Regulars, less engaged", "高频常客（互动较少）"),
    ]


def test_a_comparison_takes_the_place_of_what_both_were_called() -> None:
    found = names([-1, 1, 0.8, 0, 0, 0], [-1, 1, 2.0, 0, 0, 0])

    assert [en for en, _ in found] == ["Regulars, smaller orders", "Regulars, larger orders"]


def test_any_clusters_have_names_of_their_own() -> None:
    random = np.random.default_rng(1)
    for _ in range(50):
        found = names(*random.normal(0, 0.3, (9, 6)).tolist())
        assert len({en for en, _ in found}) == len({zh for _, zh in found}) == 9


def test_clusters_at_one_place_are_numbered() -> None:
    assert names([0.0] * 6, [0.0] * 6) == [
        ("Average shoppers (1)", "普通客户（1）"),
        ("Average shoppers (2)", "普通客户（2）"),
    ]
