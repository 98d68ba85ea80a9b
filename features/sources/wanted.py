"""Which columns of a place a mapping uses, and how each is to be read."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from features.contract import Table
from features.sources.source import Source, SqlExpression

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

# Functions of a text: a column in one of them is read as it is written.
READS_TEXT = (exp.TryCast, exp.StrToTime)


class Use(IntEnum):
    """How a column is read, where its place leaves a choice; a later one wins."""

    UNUSED = 0
    TIME = 1
    EXPRESSION = 2
    NUMBER = 3
    TEXT = 4


USES = {"money": Use.NUMBER, "number": Use.NUMBER, "time": Use.TIME}


@dataclass(frozen=True)
class Wanted:
    """The columns that a mapping uses.

    Attributes:
        uses: How each column is used, by its name in small letters, as SQL ignores their case.
        others: How a column is used that `uses` does not name.
    """

    uses: Mapping[str, Use]
    others: Use = Use.UNUSED

    def use(self, name: str) -> Use:
        """How a column is used."""
        return self.uses.get(name.lower(), self.others)

    def of(self, names: Iterable[str]) -> list[str]:
        """Those of the names that are used; all of them if one that is asked for is not there.

        It may be misspelt, and then the error lists every name, or part of an expression that we
        read wrongly, or the lookup's.
        """
        names = list(names)
        everything = self.found(names) < len(self.uses)
        return [name for name in names if everything or self.use(name)] or names

    def found(self, names: Iterable[str]) -> int:
        """How many of the columns asked for are among the names."""
        return len({name.lower() for name in names} & self.uses.keys())


@dataclass(frozen=True)
class Request:
    """What a reader is asked for.

    Attributes:
        connection: Where the rows are to be.
        table: The contract's table that they are for.
        view: The view or table to make of them.
        wanted: The columns to read; others may be left out.
    """

    connection: "Backend"
    table: Table
    view: str
    wanted: Wanted


def wanted(table: Table, source: Source) -> Wanted:
    """What a source's mapping asks of its places; an expression that does not parse, everything."""
    uses: dict[str, Use] = {}
    others = Use.UNUSED

    def note(names: Collection[str], use: Use) -> None:
        for name in names:
            uses[name.lower()] = max(use, uses.get(name.lower(), Use.UNUSED))

    if source.lookup:
        note([source.lookup.key], Use.TEXT)
    for name, mapped in source.columns.items():
        if isinstance(mapped, SqlExpression):
            found = _columns_of(mapped.sql)
            if found is None:
                others = Use.EXPRESSION
            else:
                note(found[0], Use.EXPRESSION)
                note(found[1], Use.TEXT)
        else:
            column = table.column(name)
            note([mapped], USES.get(column.type if column else "text", Use.TEXT))
    return Wanted(uses, others)


def _columns_of(sql: str) -> tuple[set[str], set[str]] | None:
    """The columns of an expression, and those of them that it reads as text; None if unknown."""
    try:
        parsed: Any = sqlglot.parse_one(sql, dialect="duckdb")
    except SqlglotError:
        return None
    if parsed.find(exp.Star, exp.Columns):
        return None
    readers = [
        *(node.this for node in parsed.find_all(*READS_TEXT)),
        *(
            node.expressions[0]
            for node in parsed.find_all(exp.Anonymous)
            if node.name.lower() == "try_strptime" and node.expressions
        ),
    ]
    texts = {node.name for node in readers if isinstance(node, exp.Column)}
    parts = {part.name for column in parsed.find_all(exp.Column) for part in column.parts}
    return parts, texts
