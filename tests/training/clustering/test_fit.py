"""Planted groups are found, and none where there are none; ids and bits stay."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from scoring.segments.cluster_inputs import FREQUENCY, ORDER_VALUE, RECENCY
from scoring.segments.clusters import Clustering, ClusterSettings
from scoring.segments.customers import Customers
from tests.scoring.segments.populations import codes, customers_with
from tests.training.clustering.blobs import CENTRES, blobs, clustering, shoppers, why_off
from training.clustering import fit


def kept_whole(fitted: Clustering, customers: Customers, groups: int) -> bool:
    """Whether each planted group has one label, and each label one group."""
    labels = fitted.label(customers).positions.reshape(groups, -1)
    return bool((labels == labels[:, :1]).all() and len(set(labels[:, 0].tolist())) == groups)


@pytest.mark.parametrize("groups", [2, 3, 4])
def test_planted_groups_are_found_whole(groups: int) -> None:
    customers = blobs(*CENTRES[:groups])

    fitted = clustering(customers)

    assert len(fitted.clusters) == groups
    assert kept_whole(fitted, customers, groups)
    assert fitted.chosen.stability > 0.99
    assert [cluster.share for cluster in fitted.clusters] == [pytest.approx(1 / groups)] * groups


def test_clusters_are_named_by_what_was_planted() -> None:
    fitted = clustering(blobs(*CENTRES[:3]))

    assert {cluster.name.en for cluster in fitted.clusters} == {
        "Regulars, small orders",
        "Average shoppers, large orders",
        "Lapsed shoppers, small orders",
    }


def test_inputs_that_tell_nobody_apart_are_left_out_and_said_to_be() -> None:
    customers = blobs(*CENTRES[:2], size=100)
    known: dict[str, Any] = {
        name: customers.column(name) for name in (RECENCY, FREQUENCY, ORDER_VALUE)
    }
    five_had_events = np.where(np.arange(200) < 5, 3.0, 0.0)

    fitted = clustering(customers_with(**known, events_last_365_days=five_had_events))

    said = {one.name: one.why.en for one in fitted.left_out}
    assert said == {
        "events_last_365_days": "the same, or unknown, for all but 2.5% of the customers",
        "satisfaction_level": (
            "nothing known of any customer; it comes from score in [tables.feedback]"
        ),
        "tickets_last_365_days": "nothing known of any customer; it comes from [tables.tickets]",
    }


def test_who_never_ordered_neither_counts_nor_has_a_cluster() -> None:
    customers = blobs(*CENTRES[:2])
    some = customers.rows.values.copy()
    some[::50] = np.nan
    with_prospects = Customers(replace(customers.rows, values=some))

    fitted = clustering(with_prospects)

    assert len(fitted.clusters) == 2
    assert codes(fitted, with_prospects)[::50] == [None] * 6


@pytest.mark.parametrize("size", [300, 1200])
def test_a_normal_cloud_has_no_clusters(size: int) -> None:
    cloud = np.random.default_rng(1).normal(4, 0.5, (size, 3))

    assert "no stable clustering: of 2 to 8 clusters" in why_off(shoppers(cloud))


def test_a_lopsided_cloud_has_none_though_it_is_cut_alike_every_time() -> None:
    along = np.random.default_rng(2).normal(0, 1, (2000, 1))
    cloud = 4 + along * [-0.8, 0.8, 0.3] + np.random.default_rng(3).normal(0, 0.2, (2000, 3))

    said = why_off(shoppers(cloud))

    assert "no stable clustering of groups that stand apart" in said
    assert "customers differ by degrees" in said


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_evenly_filled_space_has_no_clusters(seed: int) -> None:
    noise = np.random.default_rng(seed).uniform(1, 6, (800, 3))

    assert "no stable clustering" in why_off(shoppers(noise))


@pytest.mark.parametrize("differing", [0, 1])
def test_everyone_equal_in_all_but_one_thing_is_no_clustering(differing: int) -> None:
    logs = np.full((500, 3), 2.0)
    logs[:250, :differing] = 5.0

    said = why_off(shoppers(logs))

    assert "no stable clustering: all 500 customers who ordered are alike" in said


@pytest.mark.parametrize("size", [1, 5, 50])
def test_too_few_customers_are_told_how_many_it_takes(size: int) -> None:
    said = why_off(shoppers(np.random.default_rng(size).uniform(1, 5, (size, 3))))

    assert said == (
        f"{size} customers have ordered; clusters need 100 ([segments.cluster] least_customers)"
    )


@pytest.mark.parametrize("size", [0, 300])
def test_nobody_with_an_order_is_told_where_orders_come_from(size: int) -> None:
    assert "map [tables.orders]" in why_off(customers_with(days_since_last_order=[np.nan] * size))


def test_groups_too_small_for_a_campaign_are_none() -> None:
    customers = blobs(*CENTRES[:2])
    few = customers.where(np.arange(len(customers)) < 165)

    said = why_off(few, settings=ClusterSettings(bootstrap_fits=8, most=2, least_share=0.2))

    assert "the smallest of 2 clusters holds 9.1% of the customers where 20.0% is needed" in said


def test_the_order_of_customers_does_not_matter_to_the_bit() -> None:
    customers = blobs(*CENTRES)
    shuffled = customers.where(np.random.default_rng(4).permutation(len(customers)))

    assert clustering(shuffled) == clustering(customers)


def test_many_customers_are_clustered_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit, "LARGE", 1000)
    monkeypatch.setattr(fit, "CHOOSING", 400)
    customers = blobs(*CENTRES, size=500)

    fitted = clustering(customers)

    assert len(fitted.clusters) == 4
    assert kept_whole(fitted, customers, 4)
    assert clustering(customers) == fitted


def test_another_seed_moves_nobody_between_planted_groups() -> None:
    customers = blobs(*CENTRES)
    champion = clustering(customers)

    again = clustering(customers, champion=champion, seed=99)

    assert again.moved in (0, None)  # None: the very centroids of the champion, who had no other
    assert codes(again, customers) == codes(champion, customers)


def test_shuffled_clusters_of_the_champion_give_the_same_ids() -> None:
    customers = blobs(*CENTRES)
    champion = clustering(customers)
    shuffled = replace(champion, clusters=tuple(champion.clusters[i] for i in (2, 0, 3, 1)))

    again = clustering(customers, champion=shuffled)

    assert codes(again, customers) == codes(champion, customers)
    assert again.moved == 0


def test_a_group_that_comes_gets_an_id_that_no_cluster_had() -> None:
    champion = clustering(blobs(*CENTRES[:2]))
    grown = blobs(*CENTRES[:3]).where(np.arange(400))

    again = clustering(grown, champion=champion)

    assert {cluster.code for cluster in again.clusters} == {"cluster_1", "cluster_2", "cluster_3"}
    assert codes(again, grown)[-1] == "cluster_3"
    assert again.next_id == 4


def test_the_id_of_a_group_that_went_is_not_given_again() -> None:
    first = clustering(blobs(*CENTRES[:3]))
    gone = clustering(blobs(CENTRES[0], CENTRES[1]), champion=first)
    back = clustering(blobs(CENTRES[0], CENTRES[1], CENTRES[3]), champion=gone)

    vanished = {one.code for one in first.clusters} - {one.code for one in gone.clusters}
    assert len(vanished) == 1
    assert vanished.isdisjoint(one.code for one in back.clusters)
    assert "cluster_4" in {one.code for one in back.clusters}


def test_another_seed_moves_few_between_groups_that_overlap() -> None:
    random = np.random.default_rng(6)
    logs = np.log1p(np.repeat(CENTRES, 250, axis=0)) + random.normal(0, 0.45, (1000, 3))
    customers = shoppers(np.clip(logs, 0, None))
    champion = clustering(customers)

    moved = [clustering(customers, champion=champion, seed=seed).moved for seed in (1, 2, 3)]

    assert max(share or 0 for share in moved) <= 0.02
