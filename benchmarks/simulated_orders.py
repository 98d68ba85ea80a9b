"""Orders made from row numbers alone: one version of DuckDB always makes the same file."""

from datetime import datetime
from pathlib import Path

FIRST_DAY = datetime(2024, 1, 1)  # noqa: DTZ001 - our times are UTC without a zone
DAYS = 730
# A month before the last line, so that leaving out what came later is part of the work.
AS_OF = datetime(2025, 12, 1)  # noqa: DTZ001 - our times are UTC without a zone
ORDERS_PER_CUSTOMER = 20

# One line per order. Orders follow each other in time, each moved by up to half a day. A
# customer's rank is the square of a uniform number: the most active hundredth of the customers
# place a tenth of all orders.
ORDERS = """
    COPY (
        WITH chances AS (
            SELECT
                number,
                hash(number, 'customer') / 18446744073709551616.0 AS customer,
                hash(number, 'moment') % 43200 AS seconds_later,
                hash(number, 'return') % 100 = 0 AS is_return,
                1 + hash(number, 'quantity') % 3 AS quantity,
                1 + hash(number, 'price') % 1999 AS cents,
                hash(number, 'product') % 5000 AS product,
                hash(number, 'discount') % 4 = 0 AS is_reduced
            FROM range($orders) AS orders(number)
        )
        SELECT
            floor(customer * customer * $customers)::BIGINT AS household_id,
            number AS basket_id,
            $first_day + to_seconds(number * $seconds // $orders + seconds_later::BIGINT)
                AS transaction_timestamp,
            round(if(is_return, -1, 1) * (cents * quantity)::BIGINT / 100, 2) AS sales_value,
            if(is_reduced, cents // 5, 0)::BIGINT / 100 AS discount,
            quantity::BIGINT AS quantity,
            product::BIGINT AS product_id,
            'category ' || product % 20 AS category
        FROM chances
    ) TO '{path}' (FORMAT parquet)
"""


def write_orders(path: Path, orders: int) -> None:
    """Write orders to a Parquet file, streaming: memory does not grow with them.

    Columns are household_id, basket_id, transaction_timestamp, sales_value (two decimals; one
    order in a hundred is a negative return), discount (of a quarter of them), quantity,
    product_id (of 5,000) and category (of 20).
    """
    # Not above: DuckDB imported while a spawned process still starts takes it for interactive and
    # draws progress bars.
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(
            ORDERS.format(path=path),
            {
                "orders": orders,
                "customers": max(1, orders // ORDERS_PER_CUSTOMER),
                "first_day": FIRST_DAY,
                "seconds": DAYS * 86_400,
            },
        )
