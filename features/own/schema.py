"""What a project's own columns are: their kind, their categories, and how a reason says them."""

import hashlib
import json
from dataclasses import dataclass
from typing import Literal

from features.feature import NUMBER, Unit, Words

Kind = Literal["number", "category"]
UNKNOWN = "unknown"  # the date of a table that does not say which day it describes
# The trait that holds a customer's money as the table says it; no attribute is called so.
GIVEN_VALUE = "own_features.value"


@dataclass(frozen=True)
class OwnColumn:
    """One column as the model takes it in.

    Attributes:
        name: As the table has it.
        kind: A number as it stands, or a category as its place in `categories`.
        categories: The stored vocabulary; every other value gets the code after the last.
        says: How a reason calls the column.
    """

    name: str
    kind: Kind
    categories: tuple[str, ...]
    says: Words

    @property
    def unit(self) -> Unit:
        """A number of whatever the column counts."""
        return NUMBER

    @property
    def null(self) -> Words:
        """What a blank says."""
        en, zh = self.says.en, self.says.zh
        return Words(f"{en[:1].upper()}{en[1:]}: not known", f"{zh}：未知")

    @property
    def phrase(self) -> Words:
        """Column and value."""
        en, zh = (_escaped(text[:1].upper() + text[1:]) for text in (self.says.en, self.says.zh))
        return Words(f"{en}: {{value}}", f"{zh}：{{value}}")

    @property
    def other(self) -> float:
        """The code of a value that the vocabulary does not hold."""
        return float(len(self.categories))

    def category(self, code: float) -> Words:
        """What a code stands for."""
        if code >= self.other:
            return Words("another value", "其他取值")
        name = self.categories[int(code)]
        return Words(name, name)


@dataclass(frozen=True)
class OwnFeatures:
    """The columns of a model, in order, and the day that they describe.

    Attributes:
        columns: In the table's order.
        as_of: ISO 8601 date, or `unknown`.
    """

    columns: tuple[OwnColumn, ...]
    as_of: str = UNKNOWN

    @property
    def names(self) -> tuple[str, ...]:
        """Of the columns."""
        return tuple(column.name for column in self.columns)

    @property
    def hash(self) -> str:
        """A digest of names, kinds and vocabularies: equal hashes mean columns models may share."""
        listed = [[column.name, column.kind, column.categories] for column in self.columns]
        return hashlib.sha256(json.dumps(listed).encode()).hexdigest()


def _escaped(text: str) -> str:
    """A column may have braces in its name, and a phrase is a format."""
    return text.replace("{", "{{").replace("}", "}}")
