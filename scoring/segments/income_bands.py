"""Income bands as texts: their order from the lowest up, and the thirds of a population."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from features.feature import Words
from scoring.segments.levels import Edges, levels, thirds

NUMBER = re.compile(r"(\d+(?:[.,]\d+)?)\s*(k|m|w|千|万|百万)?", re.IGNORECASE)
THOUSANDS = re.compile(r"(?<=\d)[,. '\u00a0\u202f](?=\d{3}(?!\d))")
TIMES = {"": 1, "k": 1e3, "千": 1e3, "w": 1e4, "万": 1e4, "m": 1e6, "百万": 1e6}
BELOW = re.compile(r"under|below|less|up to|<|≤|低于|不足|少于|以下|以内", re.IGNORECASE)
AROUND = re.compile(r"\s*(incomes?|earners?|class|收入群体|收入者|收入|等)\s*", re.IGNORECASE)
IN_WORDS = {
    word: float(place)
    for place, names in enumerate(
        (
            ("very low", "lowest", "很低", "极低"),
            ("low", "低"),
            ("lower middle", "low middle", "中低", "中下", "中偏低"),
            ("middle", "medium", "mid", "average", "moderate", "中"),
            ("upper middle", "high middle", "中高", "中上", "中偏高"),
            ("high", "高"),
            ("very high", "highest", "很高", "极高"),
        )
    )
    for word in names
}


@dataclass(frozen=True)
class IncomeLadder:
    """Which bands are low, medium and high.

    Attributes:
        bands: From the lowest up.
        edges: Between thirds of the population, as positions in `bands`; None where income is
            not known, or the same of everyone.
        ignored: Bands found in the population whose place is not known.
    """

    bands: tuple[str, ...]
    edges: Edges | None
    ignored: tuple[str, ...]

    @classmethod
    def fit(cls, found: NDArray[np.object_], listed: tuple[str, ...]) -> Self:
        """Put a population's bands in order and cut them into thirds.

        Args:
            found: Each customer's band, None for unknown.
            listed: The order, lowest first; empty to find it.
        """
        distinct = {band for band in found if band is not None}
        ladder = listed or ascending(distinct)
        return cls(ladder, thirds(_places(found, ladder)), tuple(sorted(distinct - {*ladder})))

    def levels(self, bands: NDArray[np.object_]) -> NDArray[np.int64]:
        """LOW, MEDIUM, HIGH or UNKNOWN of each customer's band."""
        return levels(_places(bands, self.bands), self.edges)

    def in_words(self) -> Words:
        """How income counts beside order value, and which bands do not."""
        if self.edges is None:
            said = Words("income is not counted", "不计收入")
        else:
            low, medium = (self.bands[int(edge)] for edge in self.edges)
            said = Words(
                f"where income says the very opposite (low up to {low}, medium up to {medium}, "
                "high beyond) it is medium",
                f"若收入档位恰好相反({low}及以下为低,至{medium}为中,以上为高),则取中",
            )
        if not self.ignored:
            return said
        bands = ", ".join(self.ignored)
        return Words(
            f"{said.en} (bands whose place is not known: {bands}; list them in "
            "[segments.purchasing_power] income_bands)",
            f"{said.zh}(无法排序的档位:{bands};请列入[segments.purchasing_power] income_bands)",
        )


def ascending(bands: Collection[str]) -> tuple[str, ...]:
    """The bands that can be ordered, lowest first.

    Bands with a number are ordered by the first, "under" so much before those that start there;
    where no band has one, by words such as low, middle and high. Others are left out.
    """
    by_number = {band: found for band in bands if (found := _by_number(band)) is not None}
    by_word = {band: (word, 0.0) for band in bands if (word := _by_word(band)) is not None}
    places = by_number or by_word
    return tuple(sorted(places, key=lambda band: (places[band], band)))


def _by_number(band: str) -> tuple[float, float] | None:
    found = NUMBER.findall(THOUSANDS.sub("", band))
    if not found:
        return None
    # In 35-49K and 3-5万 the unit stands at the end alone.
    units = [unit.lower() for _, unit in found]
    unit = units[0] or next((later for later in units if later), "")
    first = float(found[0][0].replace(",", ".")) * TIMES[unit]
    return first, 0.0 if BELOW.search(band) else 1.0


def _by_word(band: str) -> float | None:
    plain = AROUND.sub("", band.casefold().replace("-", " ").replace("_", " "))
    return IN_WORDS.get(plain.strip())


def _places(found: NDArray[np.object_], ladder: tuple[str, ...]) -> NDArray[np.float64]:
    place = {band: float(i) for i, band in enumerate(ladder)}
    return np.array([place.get(band, np.nan) for band in found], dtype=np.float64)
