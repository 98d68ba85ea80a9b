"""Tables' traits below each other, and each customer's rows made one: no join, one pass."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis

from features.errors import TableError

if TYPE_CHECKING:
    import ibis.expr.types as ir

PRESENT = "present"


@dataclass(frozen=True)
class Part:
    """One table's traits, at most one row per customer.

    Attributes:
        rows: With customer_id and the columns named here.
        counts: Columns of whole numbers; a customer without a row in any table counts 0.
        facts: Other columns.
    """

    rows: "ir.Table"
    counts: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


def together(parts: list[Part]) -> "ir.Table":
    """One row per customer: parts below each other, then each customer's rows into one."""
    types: dict[str, Any] = {}
    for part in parts:
        _refuse_shared(types, part)
        types |= dict.fromkeys(part.counts, "int64")
        types |= {name: part.rows[name].type() for name in part.facts}
    first, *more = [_widened(part, types) for part in parts]
    rows = first.union(*more) if more else first
    counts = {name for part in parts for name in part.counts}
    return rows.group_by("customer_id").agg(
        **{PRESENT: rows[PRESENT].max()},
        **{
            name: rows[name].sum().coalesce(0).cast("int64") if name in counts else rows[name].max()
            for name in types
        },
    )


def _widened(part: Part, types: Mapping[str, Any]) -> "ir.Table":
    """The part's rows with every trait, null where the part does not speak of it."""
    rows = part.rows
    own = {*part.counts, *part.facts}
    return rows.select(
        customer_id=rows.customer_id.cast("string"),
        present=rows.present.cast("int8") if "present" in rows.columns else ibis.literal(1, "int8"),
        **{
            name: rows[name].cast(kind) if name in own else ibis.null(kind)
            for name, kind in types.items()
        },
    )


def _refuse_shared(types: Mapping[str, Any], part: Part) -> None:
    """Themes are counted in two tables; any other name is one trait's alone."""
    names = (*part.counts, *part.facts)
    shared = [name for name in names if name == PRESENT or types.get(name, "int64") != "int64"]
    if shared:
        raise TableError(
            f"customers: the attributes {shared} have names of counts that classes are made of; "
            "map them under other names in [tables.customers.columns]"
        )
