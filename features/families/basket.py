"""Basket: how broadly a customer buys; a monetary family of its own tables."""

from typing import TYPE_CHECKING

from features.families.recency import NEVER_ORDERED
from features.feature import CATEGORIES, LINES, NEVER_NULL, PRODUCTS, SHARE, Feature, Words

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.history.items import ItemHistory
    from features.history.orders import OrderHistory

NO_CATEGORY = Words("no category known", "品类未知")
NO_PRODUCT = Words("no product known", "商品未知")


def lines_per_order(orders: "OrderHistory") -> "ir.FloatingScalar":
    """Average number of lines per order: how many different things are bought at once."""
    lines = orders.lines.sum(where=orders.is_purchase)
    return lines.cast("float64") / orders.count(orders.is_purchase).nullif(0)


def categories_in_total(categories: "ItemHistory") -> "ir.IntegerScalar":
    """Number of different categories ever bought."""
    return categories.count()


def categories_last_91_days(categories: "ItemHistory") -> "ir.IntegerScalar":
    """Number of different categories bought in the 91 days before the as-of date."""
    return categories.count(categories.since(91))


def share_of_favourite_category(categories: "ItemHistory") -> "ir.FloatingScalar":
    """Order lines of the category bought most divided by all order lines with a category."""
    return categories.lines.max().cast("float64") / categories.lines.sum()


def products_in_total(products: "ItemHistory") -> "ir.IntegerScalar":
    """Number of different products ever bought."""
    return products.count()


def products_last_91_days(products: "ItemHistory") -> "ir.IntegerScalar":
    """Number of different products bought in the 91 days before the as-of date."""
    return products.count(products.since(91))


def share_of_products_bought_again(products: "ItemHistory") -> "ir.FloatingScalar":
    """Products bought on more than one order line divided by all products bought."""
    return products.count(products.lines > 1).cast("float64") / products.count()


BASKET = (
    Feature(
        lines_per_order,
        "orders",
        "monetary",
        LINES,
        NEVER_ORDERED,
        Words("{value} per order on average", "平均每单{value}商品"),
        "每单平均行数,即一次购买的不同商品数。",
    ),
    Feature(
        categories_in_total,
        "categories",
        "monetary",
        CATEGORIES,
        NEVER_NULL,
        Words("{value} bought from so far", "累计购买过{value}"),
        "累计购买过的品类数。",
    ),
    Feature(
        categories_last_91_days,
        "categories",
        "monetary",
        CATEGORIES,
        NEVER_NULL,
        Words("{value} bought from in the last 91 days", "最近91天购买了{value}"),
        "截至日前91天内购买的品类数。",
    ),
    Feature(
        share_of_favourite_category,
        "categories",
        "monetary",
        SHARE,
        NO_CATEGORY,
        Words(
            "{value} of purchases from the favourite category", "{value}的商品来自最常购买的品类"
        ),
        "购买最多的品类占全部有品类订单行的比例。",
    ),
    Feature(
        products_in_total,
        "products",
        "monetary",
        PRODUCTS,
        NEVER_NULL,
        Words("{value} bought so far", "累计购买过{value}"),
        "累计购买过的商品种数。",
    ),
    Feature(
        products_last_91_days,
        "products",
        "monetary",
        PRODUCTS,
        NEVER_NULL,
        Words("{value} bought in the last 91 days", "最近91天购买了{value}"),
        "截至日前91天内购买的商品种数。",
    ),
    Feature(
        share_of_products_bought_again,
        "products",
        "monetary",
        SHARE,
        NO_PRODUCT,
        Words("{value} of products bought more than once", "{value}的商品买过不止一次"),
        "购买超过一次的商品占全部商品的比例。",
    ),
)
