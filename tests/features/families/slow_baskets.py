"""Features of what was bought, said slowly, over one customer's known lines."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from tests.features.families.plain import over
from tests.features.families.slow_orders import is_return
from tests.features.streams import Row


def slow_baskets(lines: Sequence[Row], _as_of: datetime) -> dict[str, float]:
    """Features of one customer from the lines known; returns are left aside."""
    bought = [line for line in lines if not is_return(line)]
    categories = Counter(line["category"] for line in bought if line["category"] is not None)
    products = Counter(line["product_id"] for line in bought if line["product_id"] is not None)
    again = sum(times > 1 for times in products.values())
    return {
        "categories_in_total": len(categories),
        "share_of_favourite_category": over(
            max(categories.values(), default=0), categories.total()
        ),
        "products_in_total": len(products),
        "share_of_products_bought_again": over(again, len(products)),
    }
