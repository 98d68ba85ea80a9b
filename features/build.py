"""One row of features per customer and as-of date."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from features.catalog import CATALOG, NAMES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.history import History


@dataclass(frozen=True)
class FeatureRows:
    """Features of customers at as-of dates, ordered by as-of date and customer.

    Attributes:
        customer_ids: Shape (rows,).
        as_of: Shape (rows,), datetime64 in UTC.
        values: Shape (rows, features) float64 in catalog order, NaN for null.
    """

    customer_ids: NDArray[np.object_]
    as_of: NDArray[np.datetime64]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.customer_ids)

    def column(self, name: str) -> NDArray[np.float64]:
        """One feature's values, by name."""
        return self.values[:, NAMES.index(name)]

    def where(self, chosen: NDArray[np.bool_]) -> "FeatureRows":
        """The rows at which `chosen`, of shape (rows,), is true."""
        return FeatureRows(self.customer_ids[chosen], self.as_of[chosen], self.values[chosen])

    def slice(self, start: int, stop: int) -> "FeatureRows":
        """The rows from `start` up to `stop`."""
        cut = slice(start, stop)
        return FeatureRows(self.customer_ids[cut], self.as_of[cut], self.values[cut])

    def at(self, as_of: datetime) -> "FeatureRows":
        """The rows of one as-of date."""
        return self.where(self.as_of == np.datetime64(as_of))


def feature_table(history: "History") -> "ir.Table":
    """The catalog as one aggregation: customer_id, as_of, then a float64 column per feature."""
    columns = {
        feature.name: feature.function(history.orders).cast("float64") for feature in CATALOG
    }
    return history.orders.table.group_by(["customer_id", "as_of"]).agg(**columns)


def build_features(history: "History") -> FeatureRows:
    """Compute every feature of every customer at every as-of date of the history."""
    table = feature_table(history).order_by(["as_of", "customer_id"]).to_pyarrow()
    columns = [table[name].to_numpy() for name in NAMES]
    return FeatureRows(
        customer_ids=table["customer_id"].to_numpy(),
        as_of=table["as_of"].to_numpy().astype("datetime64[us]"),
        values=np.column_stack(columns),
    )
