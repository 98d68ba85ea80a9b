"""What a churn definition asks beside the catalog: days since the last event of some kinds."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from features.history.cut import KEYS, aggregated

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.history.before import History

PREFIX = "days_since_last_event_of:"


def asked_column(kinds: Sequence[str]) -> str:
    """The column's name; it names the kinds, so that those of one question answer no other."""
    return PREFIX + "|".join(kinds)


def is_asked(column: str) -> bool:
    """Whether a column answers such a question, rather than being a feature or a trait."""
    return column.startswith(PREFIX)


def with_asked(table: "ir.Table", history: "History") -> "ir.Table":
    """A table of features with a float64 column for each question; null where none ever was.

    Counted over the same history as features: an event not known at T decides nothing at T.
    """
    events = history.events
    if events is None or not history.asked:
        return table
    columns = {
        asked_column(kinds): events.days_ago.min(where=events.kind.isin(kinds)).cast("float64")
        for kinds in history.asked
    }
    found = aggregated(events.table, history.as_of_dates, **columns)
    found = found.mutate(customer_id=found.customer_id.cast("string"))
    joined = table.left_join(found, [*KEYS], rname="asked_{name}")
    return joined.select(*table.columns, *columns)


def asked_of(columns: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[np.float64]]:
    """The answers among an engine's columns; NaN for null."""
    return {name: values.astype(np.float64) for name, values in columns.items() if is_asked(name)}
