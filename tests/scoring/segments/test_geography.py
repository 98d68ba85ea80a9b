"""Geography and region: words for settlements, groups of regions, and the many small ones."""

from collections.abc import Sequence

import numpy as np
import pytest

from scoring.segments.customers import Customers
from scoring.segments.geography import Geography, GeographySettings
from scoring.segments.geography import fit as fit_geography
from scoring.segments.region import Region, RegionSettings
from scoring.segments.region import fit as fit_region
from scoring.segments.scheme import Off
from tests.scoring.segments.populations import codes, customers_with, population_of


def living(settlement: Sequence[str | None]) -> Customers:
    return customers_with({"settlement": settlement})


def of_regions(*regions: str | None) -> Customers:
    return customers_with({"region": (*regions, None)})


def geography(customers: Customers) -> Geography:
    found = fit_geography(population_of(customers), GeographySettings())
    assert isinstance(found, Geography)
    return found


def region(customers: Customers, settings: RegionSettings | None = None) -> Region:
    found = fit_region(population_of(customers), settings or RegionSettings())
    assert isinstance(found, Region)
    return found


def test_settlements_are_read_in_any_case_and_in_chinese() -> None:
    customers = living(["urban", "Rural", "SUBURBAN", "城市", "农村", "moon", None])

    assert codes(geography(customers), customers) == [
        *("urban", "rural", "suburban", "urban", "rural", None, None)
    ]


def test_unreadable_or_absent_settlements_switch_geography_off() -> None:
    for customers in (living(["moon", None]), customers_with(orders_in_total=[1])):
        found = fit_geography(population_of(customers), GeographySettings())
        assert isinstance(found, Off)
        assert "map settlement in [tables.customers]" in found.why.en


def test_a_population_of_nobody_switches_both_off() -> None:
    nobody = customers_with({"settlement": [], "region": []})

    assert isinstance(fit_geography(population_of(nobody), GeographySettings()), Off)
    assert isinstance(fit_region(population_of(nobody), RegionSettings()), Off)


def test_a_word_means_one_kind_of_settlement() -> None:
    with pytest.raises(ValueError, match=r"\['town'\] stand in the list more than once"):
        GeographySettings(urban=("Town",), rural=("town",))


def test_geography_says_what_the_table_has() -> None:
    customers = living(["Rural", None])
    found = geography(customers)
    labels = found.label(customers)

    assert found.explain(labels.facts_of(0)).en == "settlement: Rural"
    assert found.explain(labels.facts_of(1)).zh == "居住地类型未知"
    assert "Rural (rural, country" in found.rule().en


def test_regions_are_labels_with_the_largest_first_and_ties_by_name() -> None:
    customers = of_regions("South", "North", "South", "west", "East")

    assert [label.name.en for label in region(customers).labels] == [
        *("South", "East", "North", "west", "Other regions")
    ]


def test_spellings_that_differ_in_case_and_spaces_are_one_region() -> None:
    customers = of_regions("new  York", "New York", "New York", "NEW YORK")

    found = region(customers)

    assert [label.name.en for label in found.labels] == ["New York", "Other regions"]
    assert codes(found, customers) == ["new york"] * 4 + [None]


def test_groups_take_their_regions_together() -> None:
    settings = RegionSettings(groups={"North": ("hamburg", "Bremen"), "Far": ("Nome",)})
    customers = of_regions("Hamburg", "Bremen", "Bayern", "Bayern", "north", None)

    found = region(customers, settings)

    assert codes(found, customers) == ["north", "north", "bayern", "bayern", "north", None, None]
    assert [label.name.en for label in found.labels] == ["North", "Bayern", "Far", "Other regions"]
    assert codes(found, of_regions("nome")) == ["far", None]
    assert "Groups: North: hamburg, Bremen; Far: Nome." in found.rule().en


def test_beyond_the_limit_and_never_seen_are_other_regions() -> None:
    customers = of_regions("a", "a", "a", "b", "b", "c", "other")
    found = region(customers, RegionSettings(most_regions=2))

    assert codes(found, customers) == ["a", "a", "a", "b", "b", "other", "other", None]
    assert codes(found, of_regions("z")) == ["other", None]
    every = region(customers)
    assert [label.code for label in every.labels] == ["a", "b", "c", "other"]


def test_groups_have_a_label_however_small_the_limit() -> None:
    settings = RegionSettings(groups={"North": ("Hamburg",)}, most_regions=1)

    found = region(of_regions("b", "b", "Hamburg"), settings)

    assert [label.code for label in found.labels] == ["north", "other"]


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ({"a": ("x",), "b": ("X",)}, r"\['x'\] stand in groups more than once"),
        ({"Other": ("x",)}, "names of groups must differ"),
        ({"a": ("x",), "A": ("y",)}, "names of groups must differ"),
    ],
)
def test_groups_that_overlap_are_refused(groups: dict[str, tuple[str, ...]], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        RegionSettings(groups=groups)


def test_another_column_may_be_the_region() -> None:
    customers = customers_with({"city": ["Wien", None]})

    assert codes(region(customers, RegionSettings(attribute="city")), customers) == ["wien", None]


def test_without_regions_the_scheme_says_what_to_map() -> None:
    for customers in (of_regions(None), customers_with(orders_in_total=[1])):
        found = fit_region(population_of(customers), RegionSettings())
        assert isinstance(found, Off)
        assert found.why.en == "nobody's region is known; map region in [tables.customers]"


def test_a_customer_alone_is_in_the_region_of_the_population() -> None:
    names = np.random.default_rng(1).choice(["a", "B", "c", "d", "e"], 60).tolist()
    customers = of_regions(*names)
    found = region(customers, RegionSettings(most_regions=3))

    alone = [codes(found, customers.where(np.array([i])))[0] for i in range(61)]

    assert alone == codes(found, customers)
