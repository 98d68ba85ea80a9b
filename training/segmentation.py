"""Fit every scheme on everyone known when the data ends: classes describe today."""

from typing import TYPE_CHECKING

from features.history.before import History
from scoring.segments.clusters import Clustering
from scoring.segments.customers import Customers
from scoring.segments.describe import build_customers
from scoring.segments.scheme import Population
from scoring.segments.segmentation import Segmentation
from training.clustering.fit import cluster_fit
from training.config import TrainingConfig

if TYPE_CHECKING:
    from features.tables import Tables


def customers_today(tables: "Tables") -> Customers:
    """Everyone known as of the day after the last order."""
    return build_customers(History.before(tables, [tables.day_after_last_order]), tables.questions)


def fit_segmentation(
    config: TrainingConfig, customers: Customers, champion: Segmentation | None = None
) -> Segmentation:
    """Thresholds of every scheme.

    No label of the future enters them, and none of them enters the churn model.

    Args:
        config: Its churn definition, scheme settings and seed.
        customers: Everyone known at one as-of date; without scores, schemes made of them are off.
        champion: The classes in service, whose clusters keep their ids.
    """
    population = Population(customers, config.churn, config.currency, config.seed)
    return Segmentation.fit(population, config.segments, {"cluster": cluster_fit(_of(champion))})


def _of(champion: Segmentation | None) -> Clustering | None:
    found = champion.fitted.get("cluster") if champion else None
    return found if isinstance(found, Clustering) else None
