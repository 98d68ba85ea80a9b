"""Order lines made from row numbers alone: one version of DuckDB always makes the same file."""

from datetime import datetime
from pathlib import Path

FIRST_DAY = datetime(2024, 1, 1)  # noqa: DTZ001 - our times are UTC without a zone
DAYS = 730
# A month before the last line, so that leaving out what came later is part of the work.
AS_OF = datetime(2025, 12, 1)  # noqa: DTZ001 - our times are UTC without a zone
LINES_PER_CUSTOMER = 20
LINES_PER_BASKET = 10

# Twenty lines are two baskets, split at a random line. Baskets follow each other in time, each
# moved by up to half a day. A customer's rank is the square of a uniform number: the most
# active hundredth of the customers place a tenth of all orders.
LINES = """
    COPY (
        WITH baskets AS (
            SELECT
                line,
                2 * (line // 20) + (line % 20 > hash(line // 20) % 19)::BIGINT AS basket_id
            FROM range($lines) AS lines(line)
        ),
        chances AS (
            SELECT
                basket_id,
                hash(basket_id, 'customer') / 18446744073709551616.0 AS customer,
                hash(basket_id, 'moment') % 43200 AS seconds_later,
                hash(line, 'return') % 100 = 0 AS is_return,
                1 + hash(line, 'quantity') % 3 AS quantity,
                1 + hash(line, 'price') % 1999 AS cents
            FROM baskets
        )
        SELECT
            floor(customer * customer * $customers)::BIGINT AS household_id,
            basket_id,
            $first_day + to_seconds(basket_id * $seconds // $baskets + seconds_later::BIGINT)
                AS transaction_timestamp,
            round(if(is_return, -1, 1) * (cents * quantity)::BIGINT / 100, 2) AS sales_value,
            quantity::BIGINT AS quantity
        FROM chances
    ) TO '{path}' (FORMAT parquet)
"""


def write_orders(path: Path, lines: int) -> None:
    """Write `lines` order lines to a Parquet file, streaming: memory does not grow with them.

    Columns are those of the Complete Journey example: household_id, basket_id,
    transaction_timestamp, sales_value (two decimals; one line in a hundred is a negative return)
    and quantity.
    """
    # Not above: DuckDB imported while a spawned process still starts takes it for interactive and
    # draws progress bars.
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(
            LINES.format(path=path),
            {
                "lines": lines,
                "customers": max(1, lines // LINES_PER_CUSTOMER),
                "baskets": max(1, lines // LINES_PER_BASKET),
                "first_day": FIRST_DAY,
                "seconds": DAYS * 86_400,
            },
        )
