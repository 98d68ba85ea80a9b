"""The training population in numbers, against figures worked out by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.build import FeatureRows
from features.catalog import NAMES
from scoring.reference import FeatureReference, Reference, log_silence
from tests.scoring.rows import NULL, feature_rows

TYPICAL = FeatureReference(
    edges=(), shares=(1.0,), null_share=0.0, minimum=0.0, median=5.0, maximum=10.0
)
REFERENCE = Reference(
    features=dict.fromkeys(NAMES, TYPICAL),
    probabilities=tuple(i / 100 for i in range(101)),
    recency_slope=0.5,
    recency_intercept=-1.0,
)


def about(**changed: FeatureReference) -> Reference:
    return replace(REFERENCE, features={**REFERENCE.features, **changed})


def values(**known: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.array([[known.get(name, 5.0) for name in NAMES]])


def test_ten_known_values_are_described_by_their_deciles() -> None:
    described = FeatureReference.of(np.array([*range(1, 11), NULL]))

    np.testing.assert_allclose(described.edges, [1.9, 2.8, 3.7, 4.6, 5.5, 6.4, 7.3, 8.2, 9.1])
    assert described.shares == (0.1,) * 10
    assert described.null_share == pytest.approx(1 / 11)
    assert (described.minimum, described.median, described.maximum) == (1.0, 5.5, 10.0)


def test_equal_values_share_a_bin() -> None:
    described = FeatureReference.of(np.array([5.0, 5.0, 5.0]))
    assert described == FeatureReference((5.0,), (0.0, 1.0), 0.0, 5.0, 5.0, 5.0)


def test_a_feature_that_was_always_null_has_no_range() -> None:
    described = FeatureReference.of(np.array([NULL, NULL]))
    assert described == FeatureReference((), (), 1.0, None, None, None)


def test_a_table_of_other_features_is_described_by_its_own_names() -> None:
    ids = np.array(["ann", "ben", "eve"], dtype=object)
    day = np.full(3, "2024-01-01", dtype="datetime64[us]")
    table = np.array([[1.0, 9.0], [2.0, 7.0], [3.0, NULL]])
    rows = FeatureRows(ids, day, table, names=("visits", "fee"))

    kept = rows.where(np.array([True, False, True])).where_at(np.array([1, 0])).slice(0, 1)
    reference = Reference.of(rows, np.array([0.2, 0.4, 0.6]), (1.5, -2.0))

    assert kept.names == ("visits", "fee")
    assert kept.column("visits").tolist() == [3.0]
    assert tuple(reference.features) == ("visits", "fee")
    assert reference.features["fee"].median == 8.0
    assert reference.out_of_range(np.array([[4.0, 8.0]])) == [["visits"]]
    assert reference.missing(np.array([[1.0, NULL]])) == [["fee"]]


def test_the_reference_describes_every_feature_and_a_hundred_quantiles() -> None:
    rows = feature_rows(days_since_last_order=[1.0, 3.0])

    reference = Reference.of(rows, np.array([0.2, 0.6]), (1.5, -2.0))

    assert tuple(reference.features) == NAMES
    assert reference.features["days_since_last_order"].median == 2.0
    assert reference.features["orders_in_total"].null_share == 1.0
    assert len(reference.probabilities) == 101
    assert reference.probabilities[0] == 0.2
    assert reference.probabilities[50] == pytest.approx(0.4)
    assert reference.probabilities[100] == 0.6
    assert (reference.recency_slope, reference.recency_intercept) == (1.5, -2.0)


@pytest.mark.parametrize(
    ("probability", "percentile"),
    [(0.0, 0), (0.005, 1), (0.01, 1), (0.25, 25), (0.5, 50), (0.99, 99), (1.0, 100)],
)
def test_the_percentile_counts_who_is_at_lower_risk(probability: float, percentile: int) -> None:
    assert REFERENCE.percentile(np.array([probability])).tolist() == [percentile]


def test_a_probability_beyond_the_population_is_at_its_end() -> None:
    narrow = replace(REFERENCE, probabilities=tuple(np.linspace(0.2, 0.3, 101).tolist()))
    assert narrow.percentile(np.array([0.1, 0.2, 0.9])).tolist() == [0, 0, 100]


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20))
def test_a_higher_probability_never_has_a_lower_percentile(probabilities: list[float]) -> None:
    percentiles = REFERENCE.percentile(np.sort(np.array(probabilities)))
    assert (np.diff(percentiles) >= 0).all()
    assert ((percentiles >= 0) & (percentiles <= 100)).all()


def test_the_recency_rule_is_a_line_on_the_log_of_silence() -> None:
    rows = feature_rows(days_since_last_order=[0.0, 3.0])
    np.testing.assert_allclose(
        REFERENCE.recency_log_odds(rows), [-1.0, 0.5 * math.log(4) - 1.0], rtol=1e-15
    )


def test_a_null_is_missing_only_where_most_of_the_population_is_known() -> None:
    reference = about(
        orders_in_total=replace(TYPICAL, null_share=0.49),
        units_per_order=replace(TYPICAL, null_share=0.5),
    )
    assert reference.missing(values(orders_in_total=NULL, units_per_order=NULL)) == [
        ["orders_in_total"]
    ]


def test_a_known_value_is_not_missing() -> None:
    assert REFERENCE.missing(values()) == [[]]


@pytest.mark.parametrize(
    ("value", "outside"),
    [(0.0, False), (10.0, False), (-0.001, True), (10.001, True), (NULL, False)],
)
def test_out_of_range_is_beyond_what_the_population_held(value: float, *, outside: bool) -> None:
    found = REFERENCE.out_of_range(values(spend_in_total=value))
    assert found == [["spend_in_total"] if outside else []]


def test_rows_are_told_apart() -> None:
    rows = np.concatenate([values(), values(spend_in_total=11.0), values(spend_in_total=NULL)])
    assert REFERENCE.out_of_range(rows) == [[], ["spend_in_total"], []]
    assert REFERENCE.missing(rows) == [[], [], ["spend_in_total"]]


def test_what_most_do_not_have_is_not_typical() -> None:
    reference = about(
        orders_in_total=replace(TYPICAL, null_share=0.5),
        units_per_order=replace(TYPICAL, null_share=0.51),
    )
    found = dict(zip(NAMES, reference.typical, strict=True))
    assert found["orders_in_total"] == TYPICAL.median
    assert found["units_per_order"] is None


def test_a_feature_without_a_range_is_never_out_of_it() -> None:
    unknown = FeatureReference((), (), 1.0, None, None, None)
    assert about(spend_in_total=unknown).out_of_range(values(spend_in_total=1e9)) == [[]]


def test_who_never_ordered_is_silent_since_subscribing() -> None:
    rows = feature_rows(
        days_since_last_order=[3, NULL, NULL], days_since_first_subscription=[90, 8, NULL]
    )
    assert log_silence(rows).tolist() == pytest.approx([math.log(4), math.log(9), 0])


HALF = replace(TYPICAL, importance=0.5)


def test_what_was_never_seen_counts_by_importance() -> None:
    reference = about(orders_in_total=HALF, days_since_last_order=replace(HALF, importance=0.3))
    rows = feature_rows(
        orders_in_total=[5.0, 19.0, 21.0, NULL, -11.0, 21.0],
        days_since_last_order=[5.0, 20.0, 5.0, 5.0, 5.0, NULL],
        mean_order_value=[NULL] * 6,  # of no importance
    )
    assert reference.unlike(rows).tolist() == pytest.approx([0, 0, 0.5, 0.5, 0.5, 0.8])


def test_a_null_that_was_seen_before_is_like_others() -> None:
    reference = about(orders_in_total=replace(HALF, null_share=0.001))
    rows = feature_rows(orders_in_total=[NULL], days_since_last_order=[5.0])
    assert reference.unlike(rows).tolist() == [0.0]


def test_importance_is_the_share_of_all_contributions_by_size() -> None:
    rows = feature_rows(days_since_last_order=[1.0, 3.0])
    contributions = np.zeros((2, len(NAMES)))
    contributions[:, NAMES.index("days_since_last_order")] = [3.0, -3.0]
    contributions[:, NAMES.index("orders_in_total")] = [-1.0, 1.0]

    found = Reference.of(rows, np.array([0.2, 0.6]), (1.5, -2.0), contributions=contributions)

    assert found.features["days_since_last_order"].importance == pytest.approx(0.75)
    assert found.features["orders_in_total"].importance == pytest.approx(0.25)
    assert sum(one.importance for one in found.features.values()) == pytest.approx(1)
