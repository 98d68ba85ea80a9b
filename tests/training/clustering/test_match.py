"""Ids follow the customers: golden overlaps, and clusters in any order."""

from itertools import permutations

import numpy as np
import pytest

from training.clustering.match import match

OLD = np.repeat([0, 1, 2], [50, 30, 20])
CODES = ("cluster_5", "cluster_1", "cluster_7")


def test_without_a_champion_ids_count_from_one() -> None:
    found = match(OLD, 3, OLD, (), next_id=1)

    assert found.codes == ("cluster_1", "cluster_2", "cluster_3")
    assert (found.next_id, found.moved) == (4, None)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_same_clusters_in_any_order_keep_their_ids(order: tuple[int, ...]) -> None:
    new = np.array(order)[OLD]

    found = match(new, 3, OLD, CODES, next_id=8)

    assert [found.codes[i] for i in new] == [CODES[i] for i in OLD]
    assert (found.next_id, found.moved) == (8, 0)


def test_as_many_customers_as_can_be_keep_their_id() -> None:
    # Overlaps: new 0 has 40 of old 0 and 25 of old 1; new 1 has 35 of old 0. The largest overlap
    # first (40) would keep 40; the best matching keeps 25 + 35.
    new = np.repeat([0, 0, 1], [40, 25, 35])
    old = np.repeat([0, 1, 0], [40, 25, 35])

    found = match(new, 2, old, ("cluster_1", "cluster_2"), next_id=3)

    assert found.codes == ("cluster_2", "cluster_1")
    assert found.moved == pytest.approx(0.4)


def test_a_split_leaves_the_id_with_the_larger_part() -> None:
    new = np.repeat([0, 1, 2, 3], [35, 15, 30, 20])

    found = match(new, 4, OLD, CODES, next_id=8)

    assert found.codes == ("cluster_5", "cluster_8", "cluster_1", "cluster_7")
    assert found.next_id == 9
    assert found.moved == pytest.approx(0.15)


@pytest.mark.parametrize(("parts", "first"), [(3, "cluster_1"), (4, "cluster_2")])
def test_clusters_are_the_same_if_a_third_of_either_is_in_both(parts: int, first: str) -> None:
    new = np.repeat(np.arange(parts), 10)

    found = match(new, parts, np.zeros_like(new), ("cluster_1",), next_id=2)

    assert found.codes[0] == first
    assert len(set(found.codes)) == parts
