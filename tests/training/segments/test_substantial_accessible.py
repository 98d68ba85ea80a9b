"""Floors of customers, money and reach, on both sides."""

import numpy as np
import pytest

from scoring.segments.abc import LABELS
from scoring.segments.sizes import Sizes
from tests.scoring.segments.populations import customers_with
from training.segments.accessible import Accessible
from training.segments.levels import Levels, Status
from training.segments.substantial import Substantial

NULL = np.nan


def sizes(
    customers: tuple[int, int, int],
    money: tuple[float, float, float] = (1.0, 1.0, 1.0),
    consenting: tuple[float, float, float] | None = None,
) -> Sizes:
    """Labels A, B and C of so many customers, with so much money each, so many consenting."""
    positions = np.repeat([0, 1, 2], customers)
    emails = [
        np.arange(count) < round(share * count)
        for count, share in zip(customers, consenting or (0, 0, 0), strict=True)
    ]
    known = customers_with(
        orders_last_365_days=np.ones(len(positions)),
        spend_last_365_days=np.repeat(money, customers),
        consents_to_email=np.concatenate(emails) if consenting else np.full(len(positions), NULL),
    )
    return Sizes.of(LABELS, positions, known)


@pytest.mark.parametrize(
    ("customers", "money", "status"),
    [
        ((2000, 970, 30), (1, 1, 1), "passes"),  # 30 customers, 1 % of all
        ((2000, 971, 29), (1, 1, 1), "weak"),
        ((2001, 970, 30), (1, 1, 1), "weak"),  # just below 1 %, of customers and of money
        ((2001, 970, 30), (1, 1, 2), "passes"),  # but of money more
        ((2971, 29, 0), (1, 1, 1), "fails"),
    ],
)
def test_a_label_is_large_by_customers_or_by_money_but_never_of_a_handful(
    customers: tuple[int, int, int], money: tuple[float, float, float], status: Status
) -> None:
    assert Substantial.of(sizes(customers, money), Levels()).status == status


def test_the_smallest_label_and_those_too_small_are_named() -> None:
    said = Substantial.of(sizes((900, 100, 0)), Levels()).in_words()

    assert said.en == (
        "The smallest label, C, holds 0 customers (0.0%) and 0.0% of the money. 1% of customers "
        "or of money, and 30 customers, are asked for; too small: C."
    )
    assert "最小的标签「C类」有0位客户(占0.0%,金额占0.0%)" in said.zh


@pytest.mark.parametrize(
    ("consenting", "status"),
    [
        ((0.9, 0.3, 0.3), "passes"),
        ((0.9, 0.3, 0.29), "weak"),
        ((0.29, 0.2, 0.0), "fails"),
        (None, "unknown"),
    ],
)
def test_every_large_label_must_be_within_reach(
    consenting: tuple[float, float, float] | None, status: Status
) -> None:
    found = Accessible.of(sizes((100, 100, 100), consenting=consenting), Levels())

    assert found.status == status


def test_labels_out_of_reach_are_named() -> None:
    found = Accessible.of(sizes((100, 100, 100), consenting=(0.9, 0.6, 0.15)), Levels())

    assert found.in_words().en == (
        "55.0% of customers consent to e-mail or phone; fewer than 30% of C (15.0%)."
    )
    assert found.in_words().zh.endswith("低于30%的标签:C类(15.0%)。")


def test_without_consents_it_is_said_where_they_would_come_from() -> None:
    found = Accessible.of(sizes((100, 100, 100)), Levels())

    assert "map consent_email" in found.in_words().en


def test_reach_is_not_asked_of_labels_too_small() -> None:
    few = Accessible.of(sizes((100, 100, 5), consenting=(0.9, 0.9, 0.0)), Levels())
    none = Accessible.of(sizes((10, 10, 10), consenting=(0.9, 0.9, 0.9)), Levels())

    assert (few.status, none.status) == ("passes", "unknown")
    assert "no label is large enough" in none.in_words().en
