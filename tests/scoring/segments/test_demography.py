"""Demography and psychography: combinations, what is sensitive, and what is off by default."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from scoring.segments.combinations import Combinations, is_sensitive
from scoring.segments.customers import Customers
from scoring.segments.demography import DemographySettings
from scoring.segments.demography import fit as fit_demography
from scoring.segments.psychography import PsychographySettings
from scoring.segments.psychography import fit as fit_psychography
from scoring.segments.scheme import Off
from tests.scoring.segments.populations import codes, customers_with, population_of


def fitted(customers: Customers, *attributes: str, **changed: Any) -> Combinations:
    settings = DemographySettings(attributes=attributes, sensitive=True, **changed)
    found = fit_demography(population_of(customers), settings)
    assert isinstance(found, Combinations)
    return found


def people(**traits: Sequence[str | None]) -> Customers:
    return customers_with({name: (*values, None) for name, values in traits.items()})


def test_labels_are_combinations_with_the_most_common_first_and_ties_by_code() -> None:
    customers = people(
        gender=["female", "male", "Female", "male", "female"],
        income_band=["high", "low", "high", "high", "low"],
    )

    found = fitted(customers, "gender", "income_band")

    assert [label.code for label in found.labels] == [
        *("female|high", "female|low", "male|high", "male|low", "other")
    ]
    assert codes(found, customers) == [
        *("female|high", "male|low", "female|high", "male|high", "female|low", None)
    ]
    assert found.labels[0].name.zh == "女 · 高"


def test_who_lacks_one_attribute_has_no_label() -> None:
    customers = people(gender=["female", None], income_band=["high", "high"])

    assert codes(fitted(customers, "gender", "income_band"), customers) == [
        "female|high",
        None,
        None,
    ]


def test_rare_and_unseen_combinations_are_one() -> None:
    found = fitted(people(income_band=["a", "a", "b", "b", "c"]), "income_band", most_labels=2)

    assert codes(found, people(income_band=["a", "b", "c", "z"])) == [
        "a",
        "b",
        "other",
        "other",
        None,
    ]


def test_an_age_band_is_made_of_ages_and_a_bound_begins_the_next() -> None:
    customers = customers_with({"age_in_years": [17, 18, 24, 25, 64, 65, 99, np.nan]})

    assert codes(fitted(customers, "age_band"), customers) == [
        *("0-17", "18-24", "18-24", "25-34", "55-64", "65+", "65+", None)
    ]
    assert codes(fitted(customers, "age_band", age_bands=(60,)), customers)[3:6] == [
        *("0-59", "60+", "60+")
    ]


def test_an_age_band_of_the_table_is_taken_as_it_is() -> None:
    customers = customers_with({"age_band": ["19-24", "65+"], "age_in_years": [20.0, 70.0]})

    assert codes(fitted(customers, "age_band"), customers) == ["19-24", "65+"]


def test_a_stored_customer_alone_of_unknown_age_has_no_band() -> None:
    bands = fitted(customers_with({"age_in_years": [30.0, 70.0]}), "age_band")
    alone = customers_with({"age_in_years": [None]})

    assert codes(bands, alone) == [None]


def test_ages_of_the_features_serve_where_there_is_no_trait() -> None:
    customers = customers_with(age_in_years=[30, 70])

    assert codes(fitted(customers, "age_band"), customers) == ["25-34", "65+"]


@pytest.mark.parametrize(
    "attribute",
    [
        "gender",
        "age_band",
        "birth_year",
        "marital_status",
        "is-married",
        "Religion",
        "性别",
        "kids",
    ],
)
def test_what_may_discriminate_is_refused_unless_it_is_switched_on(attribute: str) -> None:
    with pytest.raises(ValueError, match=f"{attribute} may discriminate and are off"):
        DemographySettings(attributes=("income_band", attribute))
    with pytest.raises(ValueError, match="set sensitive = true"):
        PsychographySettings(attributes=(attribute,))

    assert DemographySettings(attributes=(attribute,), sensitive=True).attributes == (attribute,)


def test_words_that_only_look_alike_are_not_sensitive() -> None:
    harmless = (
        "income_band",
        "lifestyle",
        "values",
        "language",
        "page_style",
        "interests",
        "region",
    )

    assert not [name for name in harmless if is_sensitive(name)]


def test_both_are_off_until_the_project_asks() -> None:
    population = population_of(people(gender=["female"], lifestyle=["sporty"]))

    demography = fit_demography(population, DemographySettings())
    psychography = fit_psychography(population, PsychographySettings())

    assert isinstance(demography, Off)
    assert isinstance(psychography, Off)
    assert 'attributes = ["income_band"]' in demography.why.en
    assert "sensitive = true" in demography.why.zh
    assert 'attributes = ["lifestyle"]' in psychography.why.en


def test_an_attribute_that_the_table_lacks_is_named() -> None:
    population = population_of(people(lifestyle=["sporty"]))

    found = fit_psychography(population, PsychographySettings(attributes=("lifestyle", "values")))

    assert isinstance(found, Off)
    assert "no text values; map it" in found.why.en


def test_nobody_with_all_attributes_known_switches_it_off() -> None:
    customers = people(lifestyle=["sporty", None], interests=[None, "chess"])
    settings = PsychographySettings(attributes=("lifestyle", "interests"))

    found = fit_psychography(population_of(customers), settings)

    assert isinstance(found, Off)
    assert "nobody's lifestyle, interests are all known" in found.why.en


def test_a_customer_alone_has_the_label_of_the_population() -> None:
    random = np.random.default_rng(6)
    customers = people(
        gender=random.choice(["f", "m"], 80).tolist(),
        income_band=random.choice(["a", "b", "c", "d"], 80).tolist(),
    )
    found = fitted(customers, "gender", "income_band", most_labels=5)

    alone = [codes(found, customers.where(np.array([i])))[0] for i in range(81)]

    assert alone == codes(found, customers)
    assert "other" in alone


def test_many_distinct_values_do_not_run_into_each_other() -> None:
    names = [f"v{i}" for i in range(3000)]
    attributes = [f"taste_{i}" for i in range(6)]
    customers = people(**{name: list(names) for name in attributes})

    found = fitted(customers, *attributes, most_labels=4000)

    assert len(found.labels) == 3001


def test_it_says_the_attributes_in_both_languages() -> None:
    customers = people(gender=["female", None], income_band=["high", "low"])
    found = fitted(customers, "gender", "income_band")
    labels = found.label(customers)

    assert found.explain(labels.facts_of(0)).zh == "性别:女;收入档:高"
    assert found.explain(labels.facts_of(1)).en == "gender: not known; income_band: low"
    assert "By the combination of gender, income_band" in found.rule().en


@pytest.mark.parametrize("changed", [{"age_bands": (30, 20)}, {"age_bands": (0, 20)}])
def test_age_bands_must_ascend(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="age_bands must ascend"):
        DemographySettings(**changed)
