"""Attributes as of a date: of each customer, the row that had last become known."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import ibis

from features.contract import CUSTOMERS
from features.history.cut import KEYS, AsOfDates, cut, keys_of, whole_days

if TYPE_CHECKING:
    import ibis.expr.types as ir

SQL_TYPES = {"number": "decimal(18, 4)", "text": "string", "boolean": "boolean"}


class CustomerHistory:
    """One row per customer and as-of date.

    Columns are those of the customers table, days_since_joined and age, in calendar years. An
    attribute that may have changed since the as-of date, as it neither stands beside a `known_at`
    nor is declared timeless, is null; so is all that follows from a `joined_at` still to come.
    """

    def __init__(self, table: "ir.Table", attributes: "ir.Table") -> None:
        """Use `customers_before` to make one.

        `attributes` has every column, as_of, and `joined_by_then`: false where an undated row says
        that the customer joins only later. Without these they are `facts`, for people to read.
        """
        self.table = table
        self.attributes = attributes
        self.facts = attributes.drop("as_of", "joined_by_then")

    def attribute(self, name: str) -> "ir.Scalar":
        """The attribute's one value, as the aggregate that features are."""
        return self.table[name].max()

    def is_in(self, name: str, value: str) -> "ir.Scalar":
        """Whether the attribute, in any case, is that value."""
        return (self.table[name].lower() == value).max()


def customers_before(
    rows: "ir.Table", as_of_dates: AsOfDates, timeless: Sequence[str]
) -> CustomerHistory:
    """The attributes known at each as-of date.

    Args:
        rows: The customers table; with known_at, any number of rows per customer.
        as_of_dates: UTC without a zone.
        timeless: Attributes that never change; the others count only beside a known_at.
    """
    versions = "known_at" in rows.columns
    joins = "joined_at" in rows.columns and not versions
    rows = rows.mutate(joins_at=rows.joined_at) if joins else rows
    known = cut("customers", rows, as_of_dates)
    if versions:
        latest = ibis.row_number().over(
            group_by=keys_of(as_of_dates), order_by=ibis.desc("known_at")
        )
        known = known.mutate(turn=latest).filter(lambda row: row.turn == 0).drop("turn")
    usable = {
        column.name: known[column.name]
        if column.name in rows.columns and (versions or column.name in timeless)
        else ibis.null(SQL_TYPES[column.type])
        for column in CUSTOMERS.columns
        if column.type in SQL_TYPES
    }
    joined_at = known.joined_at if "joined_at" in rows.columns else ibis.null("timestamp(6)")
    by_then = (known.joins_at < known.as_of).fill_null(True) if joins else ibis.literal(True)
    attributes = known.mutate(joined_by_then=by_then).drop(
        *(["known_at"] if versions else []), *(["joins_at"] if joins else [])
    )
    return CustomerHistory(
        known.select(
            *KEYS,
            **usable,
            days_since_joined=whole_days(known.as_of, joined_at),
            age=known.as_of.year() - usable["birth_year"],
        ),
        attributes,
    )
