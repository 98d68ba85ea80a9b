"""The languages that commands speak."""

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from features.feature import Words

Language = Literal["en", "zh"]


def said(words: "Words", language: Language) -> str:
    """The words in that language."""
    return words.en if language == "en" else words.zh
