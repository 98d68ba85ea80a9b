"""A page of a scheme's customers as a table, to be written to a file."""

from typing import TYPE_CHECKING

from serving.members import Members

if TYPE_CHECKING:
    import pyarrow as pa


def members_table(page: Members) -> "pa.Table":
    """A row per customer, in the order of the list; money in cents."""
    # Only files need Arrow.
    import pyarrow as pa

    schema = pa.schema(
        [
            ("customer_id", pa.string()),
            ("label", pa.string()),
            ("money", pa.float64()),
            ("churn_probability", pa.float64()),
        ]
    )
    rows = [
        {
            "customer_id": line.customer_id,
            "label": line.label,
            "money": round(line.money, 2),
            "churn_probability": line.churn_probability,
        }
        for line in page.lines
    ]
    return pa.Table.from_pylist(rows, schema=schema)
