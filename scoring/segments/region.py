"""Region: as the customers table has it, or put together in groups of the project's own."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import Field, model_validator

from features.feature import Words
from scoring.segments.customers import Customers
from scoring.segments.scheme import (
    Fact,
    Fitted,
    Label,
    Labels,
    Off,
    Population,
    Scheme,
    Settings,
)
from scoring.segments.texts import Texts, key

OTHER = Label("other", Words("Other regions", "其他地区"))
CHINESE = {"region": "地区", "country": "国家", "city": "城市"}
NOT_KNOWN = Words("region is not known", "地区未知")


class RegionSettings(Settings):
    """Where customers are."""

    attribute: Literal["region", "country", "city"] = Field(
        default="region", description="Which column of the customers table."
    )
    groups: dict[str, tuple[str, ...]] = Field(
        default={}, description='Regions under one name: { "North" = ["Hamburg", "Bremen"] }.'
    )
    most_regions: int = Field(
        default=30, ge=1, description="Beyond so many, the smaller ones are other regions."
    )

    @model_validator(mode="after")
    def _once(self) -> "RegionSettings":
        regions = Counter(key(region) for group in self.groups.values() for region in group)
        twice = sorted(region for region, found in regions.items() if found > 1)
        if twice:
            raise ValueError(f"{twice} stand in groups more than once; a region is in one")
        names = Counter(key(name) for name in self.groups)
        if any(found > 1 for found in names.values()) or key(OTHER.code) in names or "" in names:
            raise ValueError("names of groups must differ, and be neither blank nor `other`")
        return self


@dataclass(frozen=True)
class Region:
    """Which regions have a label.

    Attributes:
        attribute: Column of the customers table.
        classes: Groups and regions, those with most customers first, then other regions.
        places: The label's place by region, in lower case.
        groups: Regions by group, as the project has them.
    """

    attribute: str
    classes: tuple[Label, ...]
    places: Mapping[str, int]
    groups: Mapping[str, tuple[str, ...]]

    @property
    def labels(self) -> tuple[Label, ...]:
        """Groups and regions, then other regions."""
        return self.classes

    def label(self, customers: Customers) -> Labels:
        """The region or its group; of whose is not known, nothing is said."""
        regions = customers.traits.get(self.attribute, np.full(len(customers), None))
        positions = Texts.of(regions).looked_up(self.places, otherwise=len(self.classes) - 1)
        return Labels(positions, {self.attribute: regions})

    def rule(self) -> Words:
        """What the groups are made of, and how many regions have a label."""
        groups_en = "; ".join(f"{name}: {', '.join(of)}" for name, of in self.groups.items())
        groups_zh = ";".join(f"{name}:{'、'.join(of)}" for name, of in self.groups.items())
        count = len(self.classes) - 1
        return Words(
            f"By {self.attribute} in the customers table, {count} with a label of their own; any "
            "further is among other regions." + (f" Groups: {groups_en}." if groups_en else ""),
            f"按客户表中的{CHINESE[self.attribute]},共{count}个单独成类,其余归入其他地区。"
            + (f"分组:{groups_zh}。" if groups_zh else ""),
        )

    def explain(self, facts: Mapping[str, Fact]) -> Words:
        """The region as the table has it."""
        region = facts[self.attribute]
        return NOT_KNOWN if region is None else Words(f"lives in {region}", f"所在地:{region}")


def fit(population: Population, settings: RegionSettings) -> Fitted | Off:
    """Labels for the groups and for the largest of the regions outside them."""
    regions = population.customers.traits.get(settings.attribute)
    counts = {} if regions is None else Texts.of(regions).counts()
    if not counts:
        lacking = settings.attribute
        return Off(
            Words(
                f"nobody's {lacking} is known; map {lacking} in [tables.customers]",
                f"没有任何客户的{CHINESE[lacking]}已知;请在[tables.customers]中映射{lacking}",
            )
        )
    group_of = {key(region): name for name, of in settings.groups.items() for region in of}
    sizes: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for region, count in sorted(counts.items(), key=lambda found: (-found[1], found[0])):
        name = group_of.get(key(region), region)
        sizes[key(name)] += count
        spelled.setdefault(key(name), name)
    spelled |= {key(name): name for name in settings.groups}
    kept = _kept(sizes, settings)
    places = {name: place for place, name in enumerate(kept)}
    grouped = {region: places[key(name)] for region, name in group_of.items()}
    classes = (Label(name, Words(spelled[name], spelled[name])) for name in kept)
    # A region with a group's own name is of that group.
    return Region(settings.attribute, (*classes, OTHER), places | grouped, settings.groups)


def _kept(sizes: Mapping[str, int], settings: RegionSettings) -> list[str]:
    """Every group and as many of the largest regions as there is room for, largest first."""
    groups = [key(name) for name in settings.groups]
    regions = [name for name in sizes if name not in (*groups, key(OTHER.code))]
    ranked = sorted(regions, key=lambda name: (-sizes[name], name))
    chosen = groups + ranked[: max(settings.most_regions - len(groups), 0)]
    return sorted(chosen, key=lambda name: (-sizes.get(name, 0), name))


REGION = Scheme(
    "region", Words("Region", "地区"), 1, RegionSettings, Region, fit, unlabelled=NOT_KNOWN
)
