"""Income bands as texts: their order from the lowest up, and the thirds of a population."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from features.feature import Words
from scoring.segments.levels import LEVELS, UNKNOWN

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
        bands: From the lowest up; empty where income is not known, or the same of everyone.
        levels: LOW, MEDIUM or HIGH of each.
        ignored: Bands found in the population whose place is not known.
    """

    bands: tuple[str, ...]
    levels: tuple[int, ...]
    ignored: tuple[str, ...]

    @classmethod
    def fit(cls, found: NDArray[np.object_], listed: tuple[str, ...]) -> Self:
        """Put a population's bands in order and cut them into thirds.

        A band lies in the third that holds the median of its own customers: of bands named low,
        middle and high, the middle one that half of the customers are in is medium.

        Args:
            found: Each customer's band, None for unknown.
            listed: The order, lowest first; empty to find it.
        """
        counts = Counter(band for band in found if band is not None)
        ladder = listed or ascending(counts)
        ignored = tuple(sorted(counts.keys() - {*ladder}))
        customers = np.array([counts[band] for band in ladder], dtype=np.int64)
        if np.count_nonzero(customers) < 2:
            return cls((), (), ignored)
        # In sixths of customers, whole numbers: a median exactly between thirds is the lower's.
        medians = 3 * (2 * np.cumsum(customers) - customers)
        total = 2 * int(customers.sum())
        levels = np.searchsorted([total, 2 * total], medians, side="left")
        return cls(ladder, tuple(levels.tolist()), ignored)

    def levels_of(self, bands: NDArray[np.object_]) -> NDArray[np.int64]:
        """LOW, MEDIUM, HIGH or UNKNOWN of each customer's band."""
        level = dict(zip(self.bands, self.levels, strict=True))
        return np.array([level.get(band, UNKNOWN) for band in bands], dtype=np.int64)

    def in_words(self) -> Words:
        """How income counts beside order value, and which bands do not."""
        said = Words("income is not counted", "不计收入")
        if self.bands:
            said = Words(
                f"where income says the very opposite it is medium ({self._listed('en')})",
                f"若收入水平恰好相反,则取中({self._listed('zh')})",
            )
        if not self.ignored:
            return said
        bands = ", ".join(self.ignored)
        return Words(
            f"{said.en} (bands whose place is not known: {bands}; list them in "
            "[segments.purchasing_power] income_bands)",
            f"{said.zh}(无法排序的档位:{bands};请列入[segments.purchasing_power] income_bands)",
        )

    def _listed(self, language: str) -> str:
        groups = []
        for level, name in enumerate(LEVELS):
            bands = [
                band for band, own in zip(self.bands, self.levels, strict=True) if own == level
            ]
            groups.append(f"{getattr(name, language)}: {', '.join(bands) or '-'}")
        return "; ".join(groups)


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
