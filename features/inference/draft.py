"""Guess a whole project: which file is which table, the churn definition, currency and name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from features.contract import CONTRACT, CUSTOMERS, ORDERS, SUBSCRIPTIONS
from features.errors import TableError
from features.inference.churn import ChurnGuess, guess_churn
from features.inference.expressions import with_expressions
from features.inference.guess import Fit, attributes
from features.inference.lookups import with_lookup
from features.inference.seen import Seen, Unread, is_unique, look, shared
from features.inference.words import normal
from features.sources.source import quoted

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

NO_CURRENCY = "XXX"  # ISO 4217 for none
CODES = ("usd", "eur", "gbp", "cny", "rmb", "jpy", "chf", "cad", "aud", "inr", "brl")
COUNTRIES = {
    "united kingdom": "GBP", "uk": "GBP", "gb": "GBP", "united states": "USD", "usa": "USD",
    "us": "USD", "china": "CNY", "cn": "CNY", "中国": "CNY", "germany": "EUR", "de": "EUR",
    "france": "EUR", "fr": "EUR", "japan": "JPY", "jp": "JPY", "canada": "CAD", "ca": "CAD",
    "australia": "AUD", "au": "AUD", "india": "INR", "in": "INR", "brazil": "BRL", "br": "BRL",
}  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """A guessed project.

    Attributes:
        name: Of the project.
        currency: Its code, and why.
        churn: The churn section.
        tables: What each table is made of.
        joined: Of each table, how many of its customers another table has, in words.
        unused: Files that became no table, and why.
    """

    name: str
    currency: tuple[str, str]
    churn: ChurnGuess
    tables: tuple[Fit, ...]
    joined: Mapping[str, str]
    unused: tuple[tuple[str, str], ...]


def draft(connection: "Backend", folder: Path) -> Draft:
    """Look at every data file of a folder and guess the project that they make.

    Raises:
        TableError: There is no data file, or none looks like orders or subscriptions.
    """
    looked = look(connection, folder)
    seen = [one for one in looked if isinstance(one, Seen) and one.rows]
    if not seen:
        raise TableError(
            f"{folder}: no data file found; init reads .parquet, .csv, .tsv and .duckdb"
            + "".join(f"; {one.path.name}: {one.why}" for one in looked if isinstance(one, Unread))
        )
    tables = _assigned(connection, seen)
    if not {ORDERS.name, SUBSCRIPTIONS.name} & {one.table.name for one in tables}:
        shown = "; ".join(f"{one.name}: {[c.name for c in one.columns]}" for one in seen)
        raise TableError(
            f"{folder}: nothing looks like orders (a customer's id, a moment and an amount) or "
            f"subscriptions; found {shown}; write the project file by hand, see docs/tables.md"
        )
    by_name = {one.table.name: one for one in tables}
    used = {one.seen.view for one in tables} | {one.lookup[0].view for one in tables if one.lookup}
    unused = [(one.name, _no_table(one)) for one in seen if one.view not in used]
    unused += [(one.path.name, one.why) for one in looked if isinstance(one, Unread)]
    place = folder if folder.is_dir() else folder.parent
    return Draft(
        name=_name(place.resolve().name if folder.is_dir() else folder.stem),
        currency=_currency(connection, seen),
        churn=guess_churn(connection, by_name.get(ORDERS.name)),
        tables=tables,
        joined=_joined(connection, tables),
        unused=tuple(unused),
    )


def _assigned(connection: "Backend", seen: list[Seen]) -> tuple[Fit, ...]:
    """The best file for each table and the best table for each file, best fits first."""
    fits = []
    for one in seen:
        for table in CONTRACT:
            found = with_lookup(connection, table, one, seen)
            found = replace(found, guesses=with_expressions(connection, found))
            if found.telling and not found.missing and _one_row_each(connection, found):
                fits.append(found)
    chosen: dict[str, Fit] = {}
    taken: set[str] = set()
    for found in sorted(fits, key=lambda one: -one.score):
        if found.table.name not in chosen and found.seen.view not in taken:
            chosen[found.table.name] = _finished(found)
            taken.add(found.seen.view)
    return tuple(chosen[table.name] for table in CONTRACT if table.name in chosen)


def _one_row_each(connection: "Backend", found: Fit) -> bool:
    """Whether what is to be a table of customers has one row each; other tables may have many."""
    if found.table is not CUSTOMERS:
        return True
    customer = str(found.guesses["customer_id"].mapped)
    return found.lookup is None and is_unique(connection, found.seen, customer)


def _finished(found: Fit) -> Fit:
    if found.table is not CUSTOMERS:
        return found
    return replace(found, guesses={**found.guesses, **attributes(found)})


def _joined(connection: "Backend", tables: tuple[Fit, ...]) -> dict[str, str]:
    main = next(one for one in tables if one.table in (ORDERS, SUBSCRIPTIONS))
    told = {}
    for one in tables:
        if one is not main and one.lookup is None:
            share = shared(connection, _customers(one), _customers(main))
            told[one.table.name] = f"{share:.0%} of its customers are in {main.table.name}"
    return told


def _customers(found: Fit) -> tuple[Seen, str]:
    return found.seen, str(found.guesses["customer_id"].mapped)


def _currency(connection: "Backend", seen: list[Seen]) -> tuple[str, str]:
    """A currency by a column's name, the commonest country, or Chinese names; and the reason."""
    columns = [(one, column) for one in seen for column in one.columns]
    for one, column in columns:
        code = next((c for c in CODES if c in normal(column.name).split("_")), None)
        if code:
            return code.upper().replace("RMB", "CNY"), f"the column {column.name} of {one.name}"
    for one, column in columns:
        if column.kind == "text" and normal(column.name) in ("country", "国家"):
            value, share = _commonest(connection, one, column.name)
            if value.lower() in COUNTRIES:
                why = f"{share:.0%} of the rows of {one.name} are from {value}"
                return COUNTRIES[value.lower()], why
    if any(re.search("[\u4e00-\u9fff]", column.name) for _, column in columns):
        return "CNY", "the columns have Chinese names"
    return NO_CURRENCY, "nothing says it: set it"


def _commonest(connection: "Backend", seen: Seen, column: str) -> tuple[str, float]:
    found = connection.raw_sql(
        f"SELECT {quoted(column)}, count(*) / sum(count(*)) OVER () FROM {seen.view} "  # noqa: S608 - quoted
        "GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
    ).fetchone()
    return str(found[0]), float(found[1])


def _name(written: str) -> str:
    name = re.sub(r"[^a-z0-9_]", "", normal(written)).strip("_")
    return name if name[:1].isalpha() else f"project_{name}".rstrip("_")


def _no_table(seen: Seen) -> str:
    names = ", ".join(column.name for column in seen.columns)
    return f"fits no table, or another file fits it better; has {names}"


def why_unmapped(found: Fit) -> list[str]:
    """The columns of a file that no guess uses, in words."""
    return [f"{c.name} ({c.told})" for c in found.seen.columns if c.name not in found.mapped_names]
