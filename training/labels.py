"""Who churned: the one place that looks past an as-of date."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import ibis
import numpy as np
from numpy.typing import NDArray

from features.build import FeatureRows
from features.history.cut import once_per_date
from scoring.churn_definition import Inactivity
from training.errors import TrainingError

if TYPE_CHECKING:
    from features.tables import Tables


def churned(tables: "Tables", definition: Inactivity, rows: FeatureRows) -> NDArray[np.bool_]:
    """Per row, whether the customer placed no order in [T + gap, T + gap + horizon).

    Args:
        tables: The project's tables.
        definition: Sets gap and horizon.
        rows: Customers and as-of dates to label; their features are not read.

    Raises:
        TrainingError: A label window ends after the data, so its labels are not known yet.
    """
    dates = [date.astype(datetime) for date in np.unique(rows.as_of)]
    last = tables.reports["orders"].last
    for date in dates:
        if last is None or date + definition.reach > last:
            raise TrainingError(
                f"as-of {date:%Y-%m-%d}: its label window ends {date + definition.reach:%Y-%m-%d}, "
                f"after the last order ({last:%Y-%m-%d}); choose an earlier date"
            )
    returned = _returned(tables, definition, dates)
    keys = zip(rows.customer_ids, rows.as_of.astype(datetime), strict=True)
    return np.array([key not in returned for key in keys], dtype=bool)


def _returned(
    tables: "Tables", definition: Inactivity, dates: Sequence[datetime]
) -> set[tuple[str, datetime]]:
    orders = tables.orders.filter(~tables.orders.is_return)
    dated = once_per_date(orders, dates)
    opens = dated.as_of + ibis.interval(timedelta(days=definition.gap_days))
    closes = dated.as_of + ibis.interval(definition.reach)
    window = dated.filter((dated.ordered_at >= opens) & (dated.ordered_at < closes))
    found = window.select("customer_id", "as_of").distinct().to_pyarrow()
    customers = found["customer_id"].cast("string").to_pylist()
    return set(zip(customers, found["as_of"].to_pylist(), strict=True))
