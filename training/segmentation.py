"""Fit every scheme on everyone known when the data ends: classes describe today."""

from typing import TYPE_CHECKING

from features.history.before import History
from features.traits import Questions
from scoring.churn import ChurnModel
from scoring.scorer import with_probability
from scoring.segments.clusters import Clustering
from scoring.segments.customers import Customers
from scoring.segments.describe import build_customers
from scoring.segments.scheme import Population
from scoring.segments.segmentation import Segmentation
from training.clustering.fit import cluster_fit
from training.config import TrainingConfig

if TYPE_CHECKING:
    from features.tables import Tables


def fit_segmentation(
    config: TrainingConfig,
    tables: "Tables",
    churn: ChurnModel | None,
    champion: Segmentation | None = None,
) -> Segmentation:
    """Thresholds of every scheme, on the population as of the day after the last order.

    No label of the future enters them, and none of them enters the churn model.

    Args:
        config: Its churn definition, scheme settings and seed.
        tables: The project's tables.
        churn: Scores the population; without one the schemes made of scores are off.
        champion: The classes in service, whose clusters keep their ids.
    """
    history = History.before(tables, [tables.day_after_last_order])
    customers = build_customers(history, Questions())
    if churn is not None:
        customers = with_probability(customers, churn, config.churn)
    return fit_on(config, customers, champion)


def fit_on(
    config: TrainingConfig, customers: Customers, champion: Segmentation | None = None
) -> Segmentation:
    """Thresholds of every scheme, on these customers.

    Args:
        config: As above.
        customers: Everyone known at one as-of date, scored where a model was asked.
        champion: As above.
    """
    population = Population(customers, config.churn, config.currency, config.seed)
    return Segmentation.fit(population, config.segments, {"cluster": cluster_fit(_of(champion))})


def _of(champion: Segmentation | None) -> Clustering | None:
    found = champion.fitted.get("cluster") if champion else None
    return found if isinstance(found, Clustering) else None
