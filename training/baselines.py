"""What a model must beat: rules and models that are simpler, or that anybody would try first."""

import lightgbm
import numpy as np

from scoring.bundle import Bundle
from scoring.churn import probability
from scoring.churn_definition import Inactivity
from scoring.reference import Baselines
from scoring.segments.scheme import Off
from scoring.value.model import orders_of
from scoring.value.purchasing import Orders, Purchasing
from training.logistic import fit_three_terms
from training.metrics import Probabilities
from training.snapshots import Snapshots
from training.value.errors import NoValueModelError
from training.value.purchasing import fit_purchasing

RECENCY_RULE, THREE_TERMS = "recency_rule", "three_term_logistic"
BG_NBD, PLAIN_LIGHTGBM = "bg_nbd", "plain_lightgbm"
PATIENCE, MOST_ROUNDS = 50, 2000


def fit_baselines(fit: Snapshots, known: Orders, least_repeat_customers: int) -> Baselines:
    """Fit the baselines that a bundle keeps.

    Args:
        fit: The rows that the model learns from.
        known: Orders of everyone known at the calibration date, the latest before the test.
            BG/NBD needs no labels, and without those who left it believes that nobody leaves.
        least_repeat_customers: With fewer customers of two orders BG/NBD is left out.
    """
    try:
        purchasing: Purchasing | Off = fit_purchasing(known, least_repeat_customers)
    except NoValueModelError as error:
        purchasing = Off(error.why)
    return Baselines(fit_three_terms(fit), purchasing)


def fit_plain_booster(fit: Snapshots, stop: Snapshots, seed: int) -> str:
    """LightGBM with its own defaults and early stopping, neither tuned nor calibrated.

    Returns:
        The booster in LightGBM's text form, cut at its best round.
    """
    learn = lightgbm.Dataset(fit.rows.values, fit.churned)
    booster = lightgbm.train(
        {
            "objective": "binary",
            "seed": seed,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": 1,
            "verbose": -1,
        },
        learn,
        num_boost_round=MOST_ROUNDS,
        valid_sets=[learn.create_valid(stop.rows.values, stop.churned)],
        callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)],
    )
    return booster.model_to_string(num_iteration=booster.best_iteration)


def recency_probabilities(bundle: Bundle, snapshot: Snapshots) -> Probabilities:
    """What the recency rule, fitted on the bundle's own fit dates, says of each row."""
    return probability(bundle.parts.reference.recency_log_odds(snapshot.rows))


def said_by_baselines(
    bundle: Bundle, snapshot: Snapshots, plain_booster: str | None = None
) -> tuple[dict[str, Probabilities], dict[str, str]]:
    """What each baseline says of each row; and which say nothing, with the reason."""
    said = {RECENCY_RULE: recency_probabilities(bundle, snapshot)}
    absent = {}
    baselines = bundle.parts.reference.baselines
    if baselines is None:
        absent = dict.fromkeys((THREE_TERMS, BG_NBD), "this bundle was trained without it")
    else:
        said[THREE_TERMS] = probability(baselines.three_terms.log_odds(snapshot.rows))
        silence = _silence(baselines.purchasing, snapshot, bundle.manifest.churn_definition)
        if isinstance(silence, str):
            absent[BG_NBD] = silence
        else:
            said[BG_NBD] = silence
    if plain_booster is None:
        absent[PLAIN_LIGHTGBM] = "fitted by `retinue train` for its own test; no bundle keeps it"
    else:
        booster = lightgbm.Booster(model_str=plain_booster)
        likely = booster.predict(snapshot.rows.values, num_threads=1)
        said[PLAIN_LIGHTGBM] = np.asarray(likely, dtype=np.float64)
    return said, absent


def _silence(
    model: Purchasing | Off, snapshot: Snapshots, definition: Inactivity
) -> Probabilities | str:
    """BG/NBD's probability of no order in the label window; or why it has none."""
    if isinstance(model, Off):
        return model.why.en
    if definition.gap_days:
        return "it counts orders from the as-of date, and here a gap comes before the label window"
    return model.counts(orders_of(snapshot.rows), definition.horizon_days).none
