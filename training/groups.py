"""Which group a customer is in at an as-of date: by tenure, month, attribute or a model's classes.

Attributes are read for the figures alone; no model is given them here.
"""

from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from features.build import FeatureRows
from features.history.before import History
from features.traits import AGE
from scoring.bundle import Bundle
from scoring.scorer import Scorer
from scoring.segments.describe import build_customers
from training.errors import TrainingError
from training.slices import UNKNOWN

if TYPE_CHECKING:
    from features.tables import Tables

TENURE, MONTH = "tenure", "month"
TENURES = ((91, "under 91 days"), (182, "91 to 181 days"), (365, "182 to 364 days"))
LONGEST = "365 days and more"
AGES = (25, 35, 45, 55, 65)
SINCE_FIRST = ("days_since_first_order", "days_since_first_subscription")
Groups = NDArray[np.object_]


def groups_of(by: str, rows: FeatureRows, tables: "Tables", bundle: Bundle | None = None) -> Groups:
    """The group of each row.

    Args:
        by: `tenure`, `month`, a text attribute of the customers table, `age_in_years`, or, where a
            bundle is given, one of its schemes.
        rows: Of one as-of date or several.
        tables: Where attributes are.
        bundle: Whose classes a scheme's name means.

    Raises:
        TrainingError: Nothing has that name; the message lists what has one.
    """
    if by == TENURE:
        return _tenures(rows)
    if by == MONTH:
        return np.datetime_as_string(rows.as_of, unit="M").astype(object)
    found = np.full(len(rows), UNKNOWN, dtype=object)
    for moment in np.unique(rows.as_of):
        here = rows.as_of == moment
        ids, groups = _at(by, moment.astype(datetime), tables, bundle)
        known = dict(zip(ids, groups, strict=True))
        found[here] = [known.get(customer, UNKNOWN) for customer in rows.customer_ids[here]]
    return found


def _at(
    by: str, as_of: datetime, tables: "Tables", bundle: Bundle | None
) -> tuple[NDArray[np.object_], Groups]:
    """Everyone known at one date, and their groups."""
    history = History.before(tables, [as_of])
    schemes = [] if bundle is None else list(bundle.parts.segments.fitted)
    if bundle is not None and by in schemes:
        answers = Scorer(bundle).answer(build_customers(history, tables.questions))
        codes = answers.codes[by]
        return answers.customers.rows.customer_ids, _or_unknown(codes)
    customers = build_customers(history, tables.questions, SINCE_FIRST)
    attributes = [
        name for name, values in customers.traits.items() if values.dtype == object or name == AGE
    ]
    if by not in attributes:
        names = ", ".join((TENURE, MONTH, *schemes, *attributes))
        raise TrainingError(f"there are no groups by {by!r}; there are those by {names}")
    values = customers.traits[by]
    return customers.rows.customer_ids, _ages(values) if by == AGE else _or_unknown(values)


def _tenures(rows: FeatureRows) -> Groups:
    """Bands of days since the first order or subscription, whichever came first."""
    days = np.fmax(*(rows.column(name) for name in SINCE_FIRST))
    edges = [edge for edge, _ in TENURES]
    names = np.array([*(name for _, name in TENURES), LONGEST], dtype=object)
    found: Groups = np.where(np.isnan(days), UNKNOWN, names[np.searchsorted(edges, days, "right")])
    return found


def _ages(years: NDArray[Any]) -> Groups:
    names = [f"under {AGES[0]}"]
    names += [f"{low} to {high - 1}" for low, high in pairwise(AGES)]
    names.append(f"{AGES[-1]} and more")
    bands = np.array(names, dtype=object)[np.searchsorted(AGES, years, "right")]
    found: Groups = np.where(np.isnan(years), UNKNOWN, bands)
    return found


def _or_unknown(values: NDArray[Any]) -> Groups:
    return np.array([UNKNOWN if one is None else str(one) for one in values], dtype=object)
