"""Populations by hand: columns of features, the others null."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from features.build import FeatureRows
from features.catalog import NAMES
from scoring.churn_definition import Inactivity
from scoring.segments.customers import Customers
from scoring.segments.scheme import Population


def customers_with(
    traits: Mapping[str, Sequence[Any]] | None = None,
    scores: Mapping[str, Sequence[float]] | None = None,
    **columns: Any,
) -> Customers:
    """Customers c0, c1, ... with the named features, one value each; None in a trait is unknown."""
    traits = traits or {}
    count = len(next(iter([*columns.values(), *traits.values(), *(scores or {}).values()])))
    values = np.full((count, len(NAMES)), np.nan)
    for name, column in columns.items():
        values[:, NAMES.index(name)] = column
    rows = FeatureRows(
        np.array([f"c{i}" for i in range(count)], dtype=object),
        np.full(count, "2024-01-01", dtype="datetime64[us]"),
        values,
    )
    arrays = {
        name: np.array(column, dtype=object if _is_text(column) else np.float64)
        for name, column in traits.items()
    }
    return Customers(rows, arrays, **{k: np.array(v) for k, v in (scores or {}).items()})


def population_of(customers: Customers) -> Population:
    """The customers as a population to fit on, with a churn definition of 90 silent days."""
    return Population(customers, Inactivity(silent_days=90, horizon_days=30), "EUR", seed=7)


def codes(fitted: Any, customers: Customers) -> list[str | None]:
    """Each customer's label by code, None where the scheme says nothing."""
    found = fitted.label(customers).positions
    return [None if i < 0 else fitted.labels[i].code for i in found]


def _is_text(column: Sequence[Any]) -> bool:
    return any(value is None or isinstance(value, str) for value in column)
