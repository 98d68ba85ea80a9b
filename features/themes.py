"""Themes of texts and categories: keywords in any language, found by one pattern per theme."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

PREFIX = "theme_"
PLAIN = " -'&"  # mean nothing in a pattern
UNQUOTABLE = "^[]\\"  # cannot stand alone in a bracket on every engine


@dataclass(frozen=True)
class Theme:
    """What texts and categories of one theme are told by.

    Attributes:
        name: For machines: `functional`.
        keywords: In any case. One that begins with a Latin letter is looked for where a word
            begins (`gift` is in "two gifts", `ham` is not in "champagne"), any other anywhere.
        categories: Whole names of categories that are of the theme, in any case.
    """

    name: str
    keywords: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        """Where a text's belonging stands in the feedback table, and a customer's count."""
        return PREFIX + self.name

    def in_text(self, text: "ir.StringColumn") -> "ir.BooleanColumn":
        """Whether the text holds a keyword; null where there is no text."""
        if not self.keywords:
            return text.notnull() & False
        return text.lower().re_search(pattern(self.keywords))

    def in_category(self, category: "ir.StringColumn") -> "ir.BooleanColumn":
        """Whether the category is one of the theme's, or its name holds a keyword."""
        named = self.in_text(category)
        if not self.categories:
            return named
        return named | category.lower().isin([name.lower() for name in self.categories])


def with_themes(rows: "ir.Table", themes: Iterable[Theme]) -> "ir.Table":
    """Feedback with a yes or no per theme, made from its `text`; unchanged where it has none."""
    if "text" not in rows.columns:
        return rows
    return rows.mutate(**{theme.column: theme.in_text(rows.text) for theme in themes})


def pattern(keywords: Iterable[str]) -> str:
    """A regular expression that DuckDB's RE2 and Spark's Java read alike: no backslash in it."""
    lower = sorted({keyword.strip().lower() for keyword in keywords} - {""})
    words = [_literally(word) for word in lower if "a" <= word[0] <= "z"]
    others = [_literally(word) for word in lower if not "a" <= word[0] <= "z"]
    begun = [f"(^|[^a-z])({'|'.join(words)})"] if words else []
    return "|".join(begun + others)


def _literally(keyword: str) -> str:
    return "".join(
        character
        if character.isalnum() or not character.isascii() or character in PLAIN
        else "."
        if character in UNQUOTABLE
        else f"[{character}]"
        for character in keyword
    )
