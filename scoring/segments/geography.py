"""Geography: urban, suburban or rural, by the settlement of the customers table."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from pydantic import Field, model_validator

from features.feature import Words
from scoring.segments.customers import Customers
from scoring.segments.scheme import (
    UNLABELLED,
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

SETTLEMENT = "settlement"
LABELS = (
    Label("urban", Words("Urban", "城市")),
    Label("suburban", Words("Suburban", "郊区")),
    Label("rural", Words("Rural", "乡村")),
)
NOT_KNOWN = Words("settlement is not known", "居住地类型未知")


class GeographySettings(Settings):
    """What a settlement is called in the customers table, in any case."""

    urban: tuple[str, ...] = Field(
        default=("urban", "city", "城市", "城区", "市区", "城镇"), description="Urban."
    )
    suburban: tuple[str, ...] = Field(
        default=("suburban", "suburb", "suburbs", "郊区", "城郊", "近郊"), description="Suburban."
    )
    rural: tuple[str, ...] = Field(
        default=("rural", "country", "countryside", "village", "农村", "乡村", "乡镇"),
        description="Rural.",
    )

    @model_validator(mode="after")
    def _once(self) -> "GeographySettings":
        words = [key(word) for label in LABELS for word in getattr(self, label.code)]
        twice = sorted({word for word in words if words.count(word) > 1})
        if twice:
            raise ValueError(f"{twice} stand in the list more than once; a word has one meaning")
        return self

    @property
    def places(self) -> dict[str, int]:
        """The label's place by word."""
        return {
            key(word): place
            for place, label in enumerate(LABELS)
            for word in getattr(self, label.code)
        }


@dataclass(frozen=True)
class Geography:
    """What each word for a settlement means.

    Attributes:
        places: The label's place by word, in lower case.
    """

    places: Mapping[str, int]

    @property
    def labels(self) -> tuple[Label, ...]:
        """Urban, suburban and rural."""
        return LABELS

    def label(self, customers: Customers) -> Labels:
        """The settlement; of whose is not known, nothing is said."""
        settlement = customers.traits.get(SETTLEMENT, np.full(len(customers), None))
        positions = Texts.of(settlement).looked_up(self.places, UNLABELLED)
        return Labels(positions, {SETTLEMENT: settlement})

    def rule(self) -> Words:
        """Which words mean what."""
        words = [
            (label, [word for word, found in self.places.items() if found == place])
            for place, label in enumerate(LABELS)
        ]
        return Words(
            "By settlement in the customers table: "
            + "; ".join(f"{label.name.en} ({', '.join(found)})" for label, found in words)
            + ".",
            "按客户表中的居住地类型:"
            + ";".join(f"{label.name.zh}({'、'.join(found)})" for label, found in words)
            + "。",
        )

    def explain(self, facts: Mapping[str, Fact]) -> Words:
        """The settlement as the table has it."""
        settlement = facts[SETTLEMENT]
        if settlement is None:
            return NOT_KNOWN
        return Words(f"settlement: {settlement}", f"居住地类型:{settlement}")


def fit(population: Population, settings: GeographySettings) -> Fitted | Off:
    """Takes the words as the project has them, where they name anyone's settlement."""
    geography = Geography(settings.places)
    if (geography.label(population.customers).positions != UNLABELLED).any():
        return geography
    return Off(
        Words(
            "nobody's settlement is known to be urban, suburban or rural; map settlement in "
            "[tables.customers], and say in [segments.geography] what yours are called",
            "没有任何客户的居住地类型可识别为城市、郊区或乡村;请在[tables.customers]中映射settlement,"
            "并在[segments.geography]中写明贵方的叫法",
        )
    )


GEOGRAPHY = Scheme(
    "geography",
    Words("Settlement", "居住地类型"),
    1,
    GeographySettings,
    Geography,
    fit,
    unlabelled=NOT_KNOWN,
)
