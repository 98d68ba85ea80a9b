"""The features that are timed: all that are made from orders, in catalog order."""

from features.catalog import CATALOG

NAMES = tuple(
    feature.name for feature in CATALOG if feature.rows in {"orders", "categories", "products"}
)
