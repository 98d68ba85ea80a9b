"""Guess what a file's columns are in one table of the contract, each with its evidence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from features.contract import Column, Table
from features.inference.seen import Seen, SeenColumn
from features.inference.words import COLUMNS, CUSTOMER, FILES, OUTCOME, OWN_ID, normal, rank
from features.sources.source import SqlExpression, literal, quoted

FEW = 50  # different values of an attribute worth keeping
FITS = {
    "time": {"time"},
    "number": {"number"},
    "boolean": {"boolean", "number"},
    "text": {"text", "boolean"},
    "id": {"text", "number"},
}


@dataclass(frozen=True)
class Guess:
    """What is behind one of our columns, and why we think so."""

    mapped: str | SqlExpression
    why: str

    @property
    def sql(self) -> str:
        """What it is in SQL."""
        return self.mapped.sql if isinstance(self.mapped, SqlExpression) else quoted(self.mapped)


@dataclass(frozen=True)
class Fit:
    """How well a file fits a table of the contract.

    Attributes:
        table: The contract's.
        seen: The file.
        guesses: By the contract's column.
        lookup: A second file and the key to it, where the first lacks a required column.
        score: Comparable between fits of one file and of one table.
    """

    table: Table
    seen: Seen
    guesses: Mapping[str, Guess] = field(default_factory=dict)
    lookup: tuple[Seen, str] | None = None
    score: float = 0.0

    @property
    def missing(self) -> set[str]:
        """Required columns that nothing looks like."""
        wanted = set(self.table.required) - set(self.guesses)
        if self.table.any_of and not set(self.table.any_of) & set(self.guesses):
            wanted.add(" or ".join(self.table.any_of))
        return wanted

    @property
    def named(self) -> bool:
        """Whether the file is called what such tables are called."""
        return bool(FILES[self.table.name].search(normal(self.seen.name)))

    @property
    def telling(self) -> bool:
        """Whether more speaks for it than an id and a date, which anything may have."""
        required = set(self.table.required)
        return self.named or len(required) > 2 or bool(set(self.guesses) - required)

    @property
    def mapped_names(self) -> set[str]:
        """The file's columns that some guess uses."""
        sqls = [g.mapped.sql for g in self.guesses.values() if isinstance(g.mapped, SqlExpression)]
        names = {g.mapped for g in self.guesses.values() if isinstance(g.mapped, str)}
        return names | {c.name for c in self.seen.columns if any(quoted(c.name) in s for s in sqls)}


def fit(table: Table, seen: Seen, columns: Iterable[SeenColumn] | None = None) -> Fit:
    """What of a file (or of the given columns of it) looks like a table's columns."""
    columns = list(seen.columns if columns is None else columns)
    guesses: dict[str, Guess] = {}
    customer = customer_column(seen, columns, own_id=table.name == "customers")
    if customer:
        guesses["customer_id"] = Guess(customer.name, f"the name of an id; {customer.told}")
    for name, kind, ranked in COLUMNS[table.name]:
        taken = {guess.mapped for guess in guesses.values()}
        free = [
            c
            for c in columns
            if c.kind in FITS[kind]
            and c.name not in taken
            and not OUTCOME.fullmatch(normal(c.name))
        ]
        ranks = [(place, c) for c in free if (place := rank(c.name, ranked)) is not None]
        if name not in guesses and ranks:
            best = min(ranks, key=lambda found: found[0])[1]
            guesses[name] = Guess(_mapped(best, table.column(name)), f"its name; {best.told}")
    found = Fit(table, seen, guesses)
    required = len(set(table.required) & set(guesses))
    return replace(found, score=2 * required + len(guesses) + 3 * found.named)


def customer_column(
    seen: Seen, columns: Iterable[SeenColumn], *, own_id: bool
) -> SeenColumn | None:
    """The column that names a customer; a bare `id` only where a row is a customer."""
    ranked = (*CUSTOMER, *OWN_ID) if own_id else CUSTOMER
    ranks = [
        (place, -column.distinct, column)
        for column in columns
        if column.kind in FITS["id"] and (place := rank(column.name, ranked)) is not None
    ]
    return min(ranks, key=lambda found: found[:2])[2] if ranks else None


def attributes(found: Fit) -> dict[str, Guess]:
    """Further attributes of customers: texts of few different values that are no outcome."""
    kept: dict[str, Guess] = {}
    for column in found.seen.columns:
        name = normal(column.name)
        few = 1 < column.distinct <= min(FEW, found.seen.sampled / 2)
        usable = name.isascii() and name[:1].isalpha() and found.table.column(name) is not None
        if (
            column.kind in FITS["text"] and few and usable and not OUTCOME.fullmatch(name)
            and column.name not in found.mapped_names and name not in found.guesses
        ):  # fmt: skip
            kept[name] = Guess(column.name, f"an attribute; {column.told}")
    return kept


def _mapped(column: SeenColumn, ours: Column | None) -> str | SqlExpression:
    if column.form is not None:
        return SqlExpression(f"strptime({quoted(column.name)}, {literal(column.form)})")
    if ours is not None and ours.type == "boolean" and column.kind == "number":
        return SqlExpression(f"{quoted(column.name)} <> 0")
    return column.name
