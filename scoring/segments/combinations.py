"""Attributes of the customers table in combination: what demography and psychography share."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator, model_validator

from features.feature import Words
from scoring.segments.customers import Customers
from scoring.segments.scheme import UNLABELLED, Fact, Label, Labels, Off, Settings
from scoring.segments.texts import UNKNOWN, Texts, key

AGE, AGE_BANDS = "age_in_years", ("age_band", "age")
# By word, as attributes are named: age_band, is_married, number_of_children.
SENSITIVE = (
    *("age", "birth", "birthday", "birthdate", "born", "senior", "gender", "sex", "pronouns"),
    *("marital", "married", "marriage", "partner", "family", "household", "children", "kids"),
    *(
        "dependents",
        "pregnant",
        "pregnancy",
        "orientation",
        "sexuality",
        "religion",
        "religious",
        "faith",
    ),
    *("race", "ethnic", "ethnicity", "nationality", "citizenship", "origin", "migration"),
    *("political", "politics", "party", "union", "health", "disability", "disabled", "illness"),
)
SENSITIVE_ZH = (
    *("年龄", "出生", "生日", "性别", "婚姻", "已婚", "家庭", "子女", "孩子", "怀孕", "取向"),
    *("宗教", "信仰", "民族", "种族", "国籍", "籍贯", "政治", "党", "工会", "健康", "残疾", "疾病"),
)
# Names and values that many tables write in English.
CHINESE = {
    "age_band": "年龄段",
    "age": "年龄段",
    "gender": "性别",
    "income_band": "收入档",
    "marital_status": "婚姻状况",
    "household_size": "家庭人数",
    "interests": "兴趣",
    "lifestyle": "生活方式",
    "values": "价值观",
    "female": "女",
    "male": "男",
    "high": "高",
    "middle": "中",
    "medium": "中",
    "low": "低",
}
OTHER = Label("other", Words("Other combinations", "其他组合"))
INCOMPLETE = Words("an attribute is not known", "有属性未知")


def is_sensitive(attribute: str) -> bool:
    """Whether an attribute's name, such as `age_band` or `MaritalStatus`, may discriminate."""
    return bool(words_of(attribute) & set(SENSITIVE)) or any(
        word in attribute for word in SENSITIVE_ZH
    )


def words_of(attribute: str) -> set[str]:
    """The words in an attribute's name, in small letters."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|[-\s]", "_", attribute)
    return set(apart.casefold().split("_"))


class CombinationSettings(Settings):
    """Attributes of the customers table, in combination."""

    attributes: tuple[str, ...] = Field(
        default=(), description="Names as in [tables.customers.columns]; none is off."
    )
    sensitive: bool = Field(
        default=False, description="Whether attributes such as gender or age may be among them."
    )
    age_bands: tuple[int, ...] = Field(
        default=(18, 25, 35, 45, 55, 65),
        min_length=1,
        description="Ages at which bands begin, for age_band where only birth_year is mapped.",
    )
    most_labels: int = Field(
        default=30, ge=1, description="Beyond so many, the rarer combinations are one."
    )

    @field_validator("age_bands")
    @classmethod
    def _ascend(cls, ages: tuple[int, ...]) -> tuple[int, ...]:
        if list(ages) != sorted(set(ages)) or ages[0] < 1:
            raise ValueError("age_bands must ascend, from 1")
        return ages

    @model_validator(mode="after")
    def _allowed(self) -> "CombinationSettings":
        if len(set(self.attributes)) < len(self.attributes):
            raise ValueError("an attribute stands in attributes more than once")
        refused = [name for name in self.attributes if is_sensitive(name)]
        if refused and not self.sensitive:
            raise ValueError(
                f"{', '.join(refused)} may discriminate and are off; remove them from attributes, "
                "or set sensitive = true if you may and must use them"
            )
        return self


@dataclass(frozen=True)
class Combinations:
    """Which combinations of attributes have a label.

    Attributes:
        attributes: Names, in the order that labels say them.
        age_bands: Ages at which bands begin.
        classes: Combinations, those with most customers first, then the others as one.
        places: The label's place by code.
    """

    attributes: tuple[str, ...]
    age_bands: tuple[int, ...]
    classes: tuple[Label, ...]
    places: Mapping[str, int]

    @property
    def labels(self) -> tuple[Label, ...]:
        """Combinations, then the others."""
        return self.classes

    def label(self, customers: Customers) -> Labels:
        """The combination; of whom an attribute is not known, nothing is said."""
        values = {name: _values(customers, name, self.age_bands) for name in self.attributes}
        places, combined = _combined(
            [np.full(len(customers), None) if found is None else found for found in values.values()]
        )
        otherwise = len(self.classes) - 1
        numbers = [self.places.get(_code(texts), otherwise) for texts in combined]
        found = np.array([*numbers, UNLABELLED], dtype=np.int64)[places]
        return Labels(
            found, {name: column for name, column in values.items() if column is not None}
        )

    def rule(self) -> Words:
        """Which attributes, and how many combinations have a label."""
        count = len(self.classes) - 1
        bands = _bands(self.age_bands)
        made = [name for name in self.attributes if name in AGE_BANDS]
        return Words(
            f"By the combination of {', '.join(self.attributes)} in the customers table, {count} "
            "with a label of their own; any further is among the others."
            + (
                f" Where only the year of birth is known, {made[0]} is {', '.join(bands)}."
                if made
                else ""
            ),
            f"按客户表中{'、'.join(map(_chinese, self.attributes))}的组合,"
            f"共{count}种单独成类,其余归为其他组合。"
            + (f"仅有出生年份时,{_chinese(made[0])}按岁分为{'、'.join(bands)}。" if made else ""),
        )

    def explain(self, facts: Mapping[str, Fact]) -> Words:
        """Each attribute as the table has it."""
        known = [(name, facts.get(name)) for name in self.attributes]
        return Words(
            "; ".join(f"{name}: {value or 'not known'}" for name, value in known),
            ";".join(
                f"{_chinese(name)}:{_chinese(str(value)) if value else '未知'}"
                for name, value in known
            ),
        )


def fit_combinations(customers: Customers, settings: CombinationSettings) -> Combinations | Off:
    """Labels for the most common combinations of the population."""
    found = {name: _values(customers, name, settings.age_bands) for name in settings.attributes}
    lacking = [name for name, values in found.items() if values is None]
    if lacking:
        return Off(
            Words(
                f"the customers table has no text {', '.join(lacking)}; map it in "
                "[tables.customers.columns], or remove it from attributes",
                f"客户表中没有文本属性{'、'.join(lacking)};请在[tables.customers.columns]中映射,"
                "或从attributes中去掉",
            )
        )
    places, combined = _combined([values for values in found.values() if values is not None])
    counts = Counter(dict(enumerate(np.bincount(places[places != UNKNOWN]).tolist())))
    sizes: Counter[str] = Counter()
    named: dict[str, Label] = {}
    for place, count in sorted(counts.items(), key=lambda one: (-one[1], combined[one[0]])):
        code = _code(combined[place])
        sizes[code] += count
        named.setdefault(code, Label(code, _name(combined[place])))
    if not sizes:
        names = ", ".join(settings.attributes)
        return Off(
            Words(
                f"nobody's {names} are all known; look at [tables.customers]",
                f"没有任何客户的{names}全部已知;请检查[tables.customers]",
            )
        )
    kept = sorted(sizes, key=lambda code: (-sizes[code], code))[: settings.most_labels]
    classes = (*(named[code] for code in kept), OTHER)
    return Combinations(
        settings.attributes, settings.age_bands, classes, {code: i for i, code in enumerate(kept)}
    )


def _values(
    customers: Customers, attribute: str, age_bands: tuple[int, ...]
) -> NDArray[Any] | None:
    """An attribute's texts; None where the project lacks it."""
    found = customers.traits.get(attribute)
    if found is not None and found.dtype == object:
        return found
    if found is None and attribute in AGE_BANDS:
        known = customers.number(AGE)
        age = customers.column(AGE) if known is None else known
        if np.isnan(age).all():
            return None
        bands = np.array([*_bands(age_bands), None], dtype=object)
        place = np.searchsorted(np.array(age_bands), np.nan_to_num(age), side="right")
        return bands[np.where(np.isnan(age), len(bands) - 1, place)]
    return None


def _bands(ages: tuple[int, ...]) -> list[str]:
    between = [f"{start}-{end - 1}" for start, end in pairwise(ages)]
    return [f"0-{ages[0] - 1}", *between, f"{ages[-1]}+"]


def _combined(columns: Sequence[NDArray[Any]]) -> tuple[NDArray[np.int64], list[tuple[str, ...]]]:
    """Each customer's combination by its place among the distinct ones; UNKNOWN if incomplete."""
    complete = np.ones(len(columns[0]), dtype=bool)
    number = np.zeros(len(columns[0]), dtype=np.int64)
    first = number
    for column in map(Texts.of, columns):
        complete &= column.places != UNKNOWN
        # Numbered anew for each attribute, so that no product of their sizes can overflow.
        product = number * (len(column.distinct) + 1) + column.places + 1
        _, first, number = np.unique(product, return_index=True, return_inverse=True)
    whole = complete[first]
    kept = np.where(whole, np.cumsum(whole) - 1, UNKNOWN)
    combined = [tuple(column[i] for column in columns) for i in first[whole]]
    return kept[number], combined


def _code(texts: Sequence[str]) -> str:
    return "|".join(key(text).replace("|", "/") for text in texts)


def _name(texts: Sequence[str]) -> Words:
    return Words(" · ".join(texts), " · ".join(map(_chinese, texts)))


def _chinese(word: str) -> str:
    return CHINESE.get(key(word), word)
