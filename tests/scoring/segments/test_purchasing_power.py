"""Purchasing power: both axes, every cell, ties, what is not known."""

import json
from itertools import product
from typing import Any

import numpy as np
import pytest

from scoring.segments.customers import Customers
from scoring.segments.levels import HIGH, LEVELS, LOW, MEDIUM, UNKNOWN, levels, thirds
from scoring.segments.purchasing_power import PurchasingPower, PurchasingPowerSettings, fit
from scoring.segments.purchasing_power_cells import ABILITY, CELLS, LABELS, WILLINGNESS
from scoring.segments.scheme import UNLABELLED, Off
from scoring.segments.segmentation import Segmentation
from tests.scoring.segments.populations import codes, customers_with, population_of

INCOMES = ("low", "middle", "high")


def nine(**changed: Any) -> Customers:
    """Order values 10, 20, 30 by orders 1, 2, 3."""
    value, orders = zip(*product((10, 20, 30), (1, 2, 3)), strict=True)
    columns: dict[str, Any] = {"mean_order_value": value, "orders_last_365_days": orders}
    return customers_with(**(columns | changed))


def fitted(customers: Customers, **settings: Any) -> PurchasingPower:
    found = fit(
        population_of(customers), PurchasingPowerSettings(**({"least_customers": 3} | settings))
    )
    assert isinstance(found, PurchasingPower)
    return found


def why(customers: Customers, **settings: Any) -> str:
    found = fit(population_of(customers), PurchasingPowerSettings(**settings))
    assert isinstance(found, Off)
    return found.why.en


def test_thirds_end_at_observed_values_and_ties_share_a_level() -> None:
    values = np.array([1.0, 2, 3, 4, 5, 6, np.nan])
    tied = np.array([1.0, 1, 1, 1, 2, 3])

    assert thirds(values) == (2, 4)
    assert levels(values, thirds(values)).tolist() == [0, 0, 1, 1, 2, 2, UNKNOWN]
    assert levels(tied, thirds(tied)).tolist() == [0, 0, 0, 0, 2, 2]
    assert thirds(np.array([4.0, 4, np.nan])) is None
    assert thirds(np.array([])) is None


def test_each_pair_of_levels_has_its_label() -> None:
    customers = nine()

    # Order value low, medium, high, each with few, some and many orders.
    assert codes(fitted(customers), customers) == [
        "low", "low", "medium",
        "low", "medium", "high",
        "medium", "high", "high",
    ]  # fmt: skip


def test_every_table_rises_with_each_axis() -> None:
    ability, willingness = ABILITY[:3, :3], WILLINGNESS[:3]
    power = -CELLS[:3, :3]  # the first label is the highest

    for table in (ability, power):
        assert (np.diff(table, axis=0) >= 0).all()
        assert (np.diff(table, axis=1) >= 0).all()
    assert (np.diff(willingness, axis=0) >= 0).all()
    assert (np.diff(willingness, axis=1) <= 0).all()
    assert sorted(CELLS[:3, :3].ravel().tolist()) == [0] * 3 + [1] * 3 + [2] * 3
    assert (CELLS[UNKNOWN] == UNLABELLED).all()
    assert (CELLS[:, UNKNOWN] == UNLABELLED).all()


def test_income_speaks_only_where_it_says_the_very_opposite() -> None:
    customers = nine(
        traits={"income_band": [*INCOMES, *INCOMES, *INCOMES]}, orders_last_365_days=[1, 2, 3] * 3
    )

    found = fitted(customers).label(customers).facts

    assert found["income_level"].tolist() == ["low", "medium", "high"] * 3
    assert found["ability"].tolist() == [
        "low", "low", "medium",
        "medium", "medium", "medium",
        "medium", "high", "high",
    ]  # fmt: skip


def test_income_alone_tells_ability_where_order_values_do_not_differ() -> None:
    customers = nine(
        traits={"income_band": [*INCOMES, *INCOMES, "high", None, "??"]}, mean_order_value=[5] * 9
    )

    labels = fitted(customers).label(customers)

    assert labels.facts["ability"].tolist() == ["low", "medium", "high"] * 2 + ["high", None, None]
    assert labels.positions.tolist()[-2:] == [UNLABELLED, UNLABELLED]


def test_income_is_left_aside_where_the_project_says_so() -> None:
    customers = nine(traits={"income_band": [*INCOMES] * 3})

    facts = fitted(customers, use_income_band=False).label(customers).facts

    assert facts["income_band"].tolist() == facts["income_level"].tolist() == [None] * 9


def test_a_band_that_nobody_had_does_not_count() -> None:
    power = fitted(nine(traits={"income_band": [*INCOMES] * 3}))
    stranger = customers_with(
        traits={"income_band": ["astronomic"]}, mean_order_value=[10], orders_last_365_days=[3]
    )

    facts = power.label(stranger).facts_of(0)

    assert (facts["ability"], facts["income_level"]) == ("low", None)
    assert "income astronomic: not known" in power.explain(facts).en


def test_large_discounts_cost_one_level_of_willingness() -> None:
    # The highest share of the medium third is 0.3: only more than that counts.
    shares = [0.0, 0.1, 0.3, 0.0, 0.1, 0.3, 0.5, 0.5, 0.5]
    customers = nine(share_discounted=shares)

    power = fitted(customers)

    assert power.discount_edge == 0.3
    assert power.label(customers).facts["willingness"].tolist() == [
        "low", "medium", "high", "low", "medium", "high", "low", "low", "medium",
    ]  # fmt: skip


def test_small_discounts_never_count_however_little_others_have() -> None:
    few = nine(share_discounted=[0.0] * 6 + [0.01, 0.05, 0.1])
    none = nine(share_discounted=[0.0] * 9)

    assert fitted(few).discount_edge == fitted(none).discount_edge == 0.1
    assert fitted(nine()).discount_edge is None
    assert codes(fitted(few), few) == codes(fitted(nine()), nine())


def test_of_who_never_ordered_nothing_is_said() -> None:
    power = fitted(nine(traits={"income_band": [*INCOMES] * 3}))
    prospect = customers_with(
        traits={"income_band": ["high"]}, mean_order_value=[np.nan], orders_last_365_days=[0]
    )

    labels = power.label(prospect)

    assert codes(power, prospect) == [None]
    assert labels.facts_of(0)["ability"] is labels.facts_of(0)["willingness"] is None
    assert power.explain(labels.facts_of(0)).en == "never ordered"


def test_too_few_or_all_alike_are_told_what_it_takes() -> None:
    nobody = customers_with(days_since_joined=[1, 2])

    assert "9 customers have ordered; thirds need 25" in why(nine())
    assert "0 customers have ordered" in why(nobody)
    for alike in (
        nine(orders_last_365_days=[2] * 9),
        nine(mean_order_value=[5] * 9),
        nine(mean_order_value=[5] * 9, traits={"income_band": ["low"] * 9}),
    ):
        assert "nobody's power can be told from another's" in why(alike, least_customers=3)


def many() -> Customers:
    random = np.random.default_rng(4)
    bands = np.array([*INCOMES, "odd", None], dtype=object)
    return customers_with(
        traits={"income_band": random.choice(bands, 300).tolist()},
        mean_order_value=random.lognormal(3, 1, 300),
        orders_last_365_days=random.geometric(0.2, 300) - 1,
        share_discounted=random.beta(1, 5, 300),
    )


def test_a_customer_alone_has_the_label_of_the_population() -> None:
    customers = many()
    power = fitted(customers)

    alone = [codes(power, customers.where(np.array([i])))[0] for i in range(300)]

    assert alone == codes(power, customers)


def test_labels_survive_the_bundle() -> None:
    customers = many()
    before = Segmentation.fit(population_of(customers), {})

    after = Segmentation.of_json(json.dumps(before.as_json()).encode())

    assert after.fitted["purchasing_power"] == before.fitted["purchasing_power"]
    assert after == before
    assert {name: found.positions.tolist() for name, found in after.label(customers).items()} == {
        name: found.positions.tolist() for name, found in before.label(customers).items()
    }


def test_the_explanation_says_both_levels_and_what_they_are_made_from() -> None:
    customers = nine(traits={"income_band": [*INCOMES] * 3}, share_discounted=[0.2] * 8 + [0.5])
    power = fitted(customers)

    said = power.explain(power.label(customers).facts_of(8))

    assert said.en == (
        "ability high (EUR 30.00 per order, income high: high), "
        "willingness medium (3 orders in 365 days, 50% discounted)"
    )
    assert said.zh == ("支付能力高(每单EUR 30.00,收入high:高),购买意愿中(365天内3单,折扣占50%)")


def test_the_rule_holds_edges_bands_and_every_cell() -> None:
    rule = fitted(nine(traits={"income_band": [*INCOMES] * 3})).rule()

    assert "low up to EUR 10.00 per order, medium up to EUR 20.00, high beyond" in rule.en
    assert "low: low; medium: middle; high: high" in rule.en
    assert "High (medium/high, high/medium, high/high)" in rule.en
    assert all(label.name.zh in rule.zh for label in LABELS)
    assert rule.en.count("/") == len(LEVELS) ** 2


@pytest.mark.parametrize(("ability", "willingness", "code"), [
    (LOW, LOW, "low"), (HIGH, LOW, "medium"), (LOW, HIGH, "medium"), (MEDIUM, MEDIUM, "medium"),
    (HIGH, HIGH, "high"),
])  # fmt: skip
def test_corners_have_the_labels_that_people_expect(
    ability: int, willingness: int, code: str
) -> None:
    assert LABELS[CELLS[ability, willingness]].code == code
