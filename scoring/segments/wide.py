"""Everyone known at one date as one wide table, which a distributed engine can cut anywhere."""

from typing import TYPE_CHECKING

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from features.asked import with_asked
from features.build import feature_table
from features.trait_parts import PRESENT
from features.traits import Questions, Traits, trait_table, traits_of
from scoring.segments.customers import Customers
from scoring.segments.describe import customers_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.history.before import History

TRAIT = "trait:"  # an attribute may have a feature's name
ID = TRAIT + "customer_id"


def wide_table(history: "History", questions: Questions) -> "ir.Table":
    """One row per customer, ordered or not, as `describe.build_customers` has them.

    Args:
        history: Of one as-of date.
        questions: What to count beside features.

    Returns:
        customer_id, as_of, a column per feature, what the churn definition asks, and a column
        `trait:<name>` per trait; features of prospects are null, as are traits of whom no other
        table tells.

    Raises:
        AsOfDateError: The history is of several dates.
        TableError: See `features.traits.build_traits`.
    """
    features = with_asked(feature_table(history), history)
    traits = trait_table(history, questions)
    if traits is None:
        return features
    own = traits.rename({TRAIT + name: name for name in traits.columns})
    both = features.outer_join(own, features.customer_id == own[ID])
    # Of whom nothing is known but that they join later nobody speaks yet.
    known = both.filter(both.customer_id.notnull() | (both[TRAIT + PRESENT] == 1))
    # Ibis 12 merges the zeros of `feature_table` into the join, where prospects would get them too.
    ordered = known.customer_id.notnull()
    of_ordered = {
        name: ordered.ifelse(known[name], ibis.null("float64")) for name in features.columns[2:]
    }
    return known.mutate(
        customer_id=known.customer_id.coalesce(known[ID]),
        as_of=ibis.literal(history.as_of_dates[0], type="timestamp(6)"),
        **of_ordered,
    ).drop(ID)


def customers_of_wide(rows: pa.Table) -> Customers:
    """Some rows of the wide table as the scorer takes them, in their order."""
    names = [name for name in rows.column_names if name.startswith(TRAIT)]
    found = rows.drop_columns(names)
    if not names:
        return customers_of(found, Traits.of_nobody())
    told = rows.filter(pc.is_valid(rows[TRAIT + PRESENT])).select(["customer_id", *names])
    plain = [name.removeprefix(TRAIT) for name in told.column_names]
    return customers_of(found, traits_of(told.rename_columns(plain)))
