"""LightGBM as a churn model is boosted with: its parameters, and the final booster."""

from collections.abc import Sequence
from typing import Any

import lightgbm

from training.config import ModelSettings
from training.monotone import constraints
from training.snapshots import Snapshots


def parameters(settings: ModelSettings, seed: int, names: Sequence[str]) -> dict[str, Any]:
    """LightGBM's parameters: of the settings, and what equal bits on any machine need.

    Args:
        settings: LightGBM's settings.
        seed: For row and column sampling.
        names: Of the features, in the model's order.
    """
    signs = {"monotone_constraints": constraints(names)} if settings.monotone else {}
    return {
        **signs,
        "objective": "binary",
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.num_leaves,
        "min_data_in_leaf": settings.min_data_in_leaf,
        "feature_fraction": settings.feature_fraction,
        "bagging_fraction": settings.bagging_fraction,
        "bagging_freq": 1,
        "lambda_l2": settings.lambda_l2,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        # Histogram sums depend on how many threads add them up.
        "num_threads": 1,
        "verbose": -1,
    }


def fit_booster(fit: Snapshots, rounds: int, settings: ModelSettings, seed: int) -> str:
    """Boost on all rows.

    Args:
        fit: Rows to learn from.
        rounds: Of boosting, as many as judged customers best that were held out.
        settings: LightGBM's settings.
        seed: For row and column sampling.

    Returns:
        The booster in LightGBM's text form; whoever serves it never names a number of rounds.
    """
    names = fit.rows.names
    learn = lightgbm.Dataset(fit.rows.values, fit.churned, feature_name=list(names))
    booster = lightgbm.train(parameters(settings, seed, names), learn, num_boost_round=rounds)
    return booster.model_to_string()
