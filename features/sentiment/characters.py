"""Texts as code points: cleaned, capped, and sorted into the kinds that tokens are made of."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from features.sentiment.emoji import KNOWN

# Of a longer text the first half and the last are read: what is concluded often stands at the end.
MOST_CHARACTERS = 2000

# Kinds of characters. Digits and letters form words; each Han character and sign is a token alone.
GAP, DIGIT, LETTER, LATIN, HAN, SIGN = range(6)
TABLE_END = 0x32000  # above it are only tags and private characters
HAN_RANGES = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, TABLE_END))
EMOJI_PLANE = 0x1F000
SIGNS = "!?"
APOSTROPHES = str.maketrans(dict.fromkeys("'\N{RIGHT SINGLE QUOTATION MARK}`"))


@dataclass(frozen=True)
class Characters:
    """The characters of several texts, one after the other, each text closed by a gap.

    Attributes:
        points: Code points.
        kinds: The kind of each.
        text: Which text each is of.
        texts: How many texts there are.
    """

    points: NDArray[np.uint32]
    kinds: NDArray[np.uint8]
    text: NDArray[np.intp]
    texts: int

    @classmethod
    def of(cls, texts: Sequence[str | None]) -> "Characters":
        """Clean the texts and look their characters up."""
        cleaned = [f"{clean(text)}\n" for text in texts]
        # A lone surrogate, which no encoding allows, is a gap like any other unknown character.
        encoded = "".join(cleaned).encode("utf-32-le", "surrogatepass")
        points = np.frombuffer(encoded, np.uint32)
        kinds = _kinds()[np.minimum(points, TABLE_END)]
        text = np.repeat(np.arange(len(cleaned)), [len(one) for one in cleaned])
        return cls(points, kinds, text, len(cleaned))

    def intelligible(self) -> NDArray[np.bool_]:
        """Whether each text is in a script that we read: Han or Latin letters, or a known emoji.

        Letters of other scripts must not outnumber them.
        """
        familiar = self._count((self.kinds == HAN) | (self.kinds == LATIN))
        foreign = self._count(self.kinds == LETTER)
        known = self._count(np.isin(self.points, [ord(one) for one in KNOWN]))
        return ((familiar > 0) & (familiar >= foreign)) | (known > 0)

    def _count(self, where: NDArray[np.bool_]) -> NDArray[np.intp]:
        return np.bincount(self.text[where], minlength=self.texts)


def clean(text: str | None) -> str:
    """A text in one form: full-width as half-width, small letters, no apostrophes, not too long."""
    if not text:
        return ""
    if len(text) > MOST_CHARACTERS:
        half = MOST_CHARACTERS // 2
        text = f"{text[:half]}\n{text[-half:]}"
    # One character may become up to eighteen, hence the second cut.
    return unicodedata.normalize("NFKC", text).lower().translate(APOSTROPHES)[: MOST_CHARACTERS + 1]


@lru_cache(maxsize=1)
def _kinds() -> NDArray[np.uint8]:
    """The kind of every code point, the last entry standing for all beyond the table."""
    kinds = np.full(TABLE_END + 1, GAP, np.uint8)
    for point in range(0x20000):
        kinds[point] = _kind(chr(point))
    for first, end in HAN_RANGES:
        kinds[first:end] = HAN
    kinds[-1] = GAP
    return kinds


def _kind(character: str) -> int:
    category = unicodedata.category(character)
    if category[0] == "L":
        return LATIN if unicodedata.name(character, "").startswith("LATIN ") else LETTER
    if category[0] == "N":
        return DIGIT
    is_sign = category == "So" or (ord(character) >= EMOJI_PLANE and category not in ("Cn", "Sk"))
    return SIGN if is_sign or character in SIGNS else GAP
