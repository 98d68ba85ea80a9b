"""Which customers are read: everyone, or a share chosen by a hash of the id, at the source."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import ibis.expr.types as ir

HASHED_TO = 16**8


@dataclass(frozen=True)
class Sample:
    """The same customers from every table, at any time, on any engine.

    Attributes:
        share: Of all customers, those whose id hashes below it.
        most: Without regard to `share`, the share that leaves about so many, where there are
            more; None for any number.
    """

    share: float = 1.0
    most: int | None = None

    def share_of(self, customers: "Callable[[], int]") -> float:
        """The share to read.

        Args:
            customers: Counts all; called where that decides it.
        """
        return self.share if self.most is None else min(1.0, self.most / customers())


EVERYONE = Sample()


def sampled(rows: "ir.Table", share: float) -> "ir.Table":
    """Rows of a share of customers, and those that name none, which the report counts."""
    if share >= 1:
        return rows
    hashed = rows.customer_id.cast("string").hexdigest("md5")
    return rows.filter((hashed < f"{int(share * HASHED_TO):08x}") | rows.customer_id.isnull())
