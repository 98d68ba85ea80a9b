"""Score every customer of a project's own table into the store."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from features.own.encoding import encode
from features.own.money import money_of
from features.own.reading import OwnSource, OwnTable
from features.own.schema import GIVEN_VALUE, UNKNOWN
from features.profile import Profile
from scoring.errors import BundleError
from scoring.scorer import Scorer
from scoring.segments.customers import Customers
from serving.batch import batches
from serving.records import Origin, Run
from serving.store import Store


def score_own_customers(
    table: OwnTable,
    source: OwnSource,
    scorer: Scorer,
    store: Store,
    *,
    advance: Callable[[int, int], None] = lambda _done, _all: None,
) -> Run:
    """Score everyone whom the table does not mark as churned, into one run of the store.

    Args:
        table: One row per customer; its label may be absent.
        source: For the day that the table describes.
        scorer: Of the champion.
        store: Where the run goes.
        advance: Called with customers done and customers in all, for a progress bar.

    Raises:
        BundleError: The champion is not of own features.
        TableError: The table lacks a column that the model takes in, or its value is no money.
        StoreError: The store cannot be written.
    """
    own, manifest = scorer.bundle.parts.own, scorer.bundle.manifest
    if own is None:
        raise BundleError(
            f"bundle {manifest.bundle_id} was made of dated tables, and the project brings "
            "[own_features]; run `retinue train`, or name another output folder"
        )
    day = None if source.as_of == UNKNOWN else datetime.fromisoformat(source.as_of)
    rows = encode(table, replace(own.features, as_of=source.as_of))
    # Nothing is handed on of those who are gone, and without features nobody is scored.
    values = np.where(_gone(table, source)[:, None], np.nan, rows.values)
    # Tiers that were made with money keep their column; a new one needs no training.
    column = source.value or own.value
    traits = {GIVEN_VALUE: money_of(table, column)} if column else {}
    customers = Customers(replace(rows, values=values), traits)
    return store.write_run(
        batches(scorer, customers, _known(table, source), advance),
        Origin(day, day, manifest.bundle_id, manifest.catalog_hash),
    )


def _gone(table: OwnTable, source: OwnSource) -> NDArray[np.bool_]:
    """Whom the table marks as churned, shape (rows,); nobody where it has no label."""
    if source.label not in table.columns:
        return np.zeros(len(table), dtype=np.bool_)
    return np.array(table.column(source.label).texts == source.churned, dtype=np.bool_)


def _known(table: OwnTable, source: OwnSource) -> tuple[list[str], dict[str, Profile]]:
    return [*_shown(table, source)], profiles_of(table, source)


def profiles_of(table: OwnTable, source: OwnSource) -> dict[str, Profile]:
    """By customer, the row as it was read, for people to read: all but id and label; no blanks."""
    shown = _shown(table, source)
    return {
        str(customer): Profile(
            {name: texts[i] for name, texts in shown.items() if texts[i] is not None}
        )
        for i, customer in enumerate(table.customer_ids)
    }


def _shown(table: OwnTable, source: OwnSource) -> dict[str, NDArray[np.object_]]:
    return {
        name: column.texts
        for name, column in table.columns.items()
        if name not in (source.customer_id, source.label)
    }
