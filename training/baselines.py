"""What a model must beat: rules and models that are simpler, or that anybody would try first."""

from collections.abc import Mapping
from dataclasses import dataclass

import lightgbm
import numpy as np
from numpy.typing import NDArray

from scoring.bundle import Bundle
from scoring.churn import ChurnModel, probability
from scoring.churn_definition import ChurnDefinition, Inactivity
from scoring.reference import log_silence
from scoring.segments.scheme import Off
from scoring.value.model import orders_of
from scoring.value.purchasing import Orders, Purchasing
from training.crossfit import folds_of
from training.metrics import Probabilities
from training.snapshots import Snapshots
from training.value.errors import NoValueModelError
from training.value.purchasing import fit_purchasing

RECENCY_RULE, THREE_TERMS = "recency_rule", "three_term_logistic"
BG_NBD, PLAIN_LIGHTGBM = "bg_nbd", "plain_lightgbm"
UNCALIBRATED = "uncalibrated"
RECENCY_LIST, BG_NBD_LIST = "list_by_recency", "list_by_bg_nbd"
MARGIN_LIST = "list_by_margin"
NOT_KEPT = "fitted by `retinue train` for its own test; no bundle keeps it"
PATIENCE, MOST_ROUNDS = 50, 2000


def fit_bg_nbd(known: Orders, least_repeat_customers: int) -> Purchasing | Off:
    """Fit BG/NBD, or say what the data lacks for it.

    Args:
        known: Orders of everyone known at the calibration date, the latest before the test.
            It needs no labels, and without those who left it believes that nobody leaves.
        least_repeat_customers: With fewer customers of two orders it is left out.
    """
    try:
        return fit_purchasing(known, least_repeat_customers)
    except NoValueModelError as error:
        return Off(error.why)


def fit_plain_booster(fit: Snapshots, seed: int, groups: NDArray[np.object_] | None = None) -> str:
    """LightGBM with its own defaults and early stopping, neither tuned nor calibrated.

    It is stopped by a fifth of the customers, at the latest fit date, as anybody would who has no
    later labels to spare.

    Returns:
        The booster in LightGBM's text form, cut at its best round.
    """
    learn, stop = folds_of(fit, groups)[0]
    data = lightgbm.Dataset(fit.rows.values[learn], fit.churned[learn])
    booster = lightgbm.train(
        {
            "objective": "binary",
            "seed": seed,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": 1,
            "verbose": -1,
        },
        data,
        num_boost_round=MOST_ROUNDS,
        valid_sets=[data.create_valid(fit.rows.values[stop], fit.churned[stop])],
        callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)],
    )
    return booster.model_to_string(num_iteration=booster.best_iteration)


def recency_probabilities(bundle: Bundle, snapshot: Snapshots) -> Probabilities:
    """What the recency rule, fitted on the bundle's own fit dates, says of each row."""
    return probability(bundle.parts.reference.recency_log_odds(snapshot.rows))


@dataclass(frozen=True)
class Baselines:
    """What to judge a churn model beside.

    Attributes:
        churn: The model itself, of which the logistic part and the raw margin are judged alone.
        recency_rule: Slope and intercept on the logarithm of the days of silence.
        bg_nbd: Or what the data lacks for it.
        plain_booster: Of `fit_plain_booster`, which no bundle holds.
    """

    churn: ChurnModel
    recency_rule: tuple[float, float]
    bg_nbd: Purchasing | Off
    plain_booster: str | None = None

    @classmethod
    def of(cls, bundle: Bundle, plain_booster: str | None = None) -> "Baselines":
        """Those that a bundle keeps."""
        reference = bundle.parts.reference
        rule = (reference.recency_slope, reference.recency_intercept)
        return cls(bundle.parts.churn, rule, reference.bg_nbd, plain_booster)

    def said(
        self, snapshot: Snapshots, definition: ChurnDefinition
    ) -> tuple[dict[str, Probabilities], dict[str, str]]:
        """What each says of each row; and which say nothing, with the reason."""
        slope, intercept = self.recency_rule
        said = {
            RECENCY_RULE: probability(slope * log_silence(snapshot.rows) + intercept),
        }
        absent = {}
        if self.churn.blend.rule in ("blend", "three_term_logistic"):
            said[THREE_TERMS] = probability(self.churn.blend.logistic.log_odds(snapshot.rows))
        else:
            absent[THREE_TERMS] = "on customers held out it lost to the rule that answers"
        said[UNCALIBRATED] = probability(self.margin(snapshot))
        silence = _silence(self.bg_nbd, snapshot, definition)
        if isinstance(silence, str):
            absent[BG_NBD] = silence
        else:
            said[BG_NBD] = silence
        if self.plain_booster is None:
            absent[PLAIN_LIGHTGBM] = (
                "fitted by `retinue train` for its own test; no bundle keeps it"
            )
        else:
            booster = lightgbm.Booster(model_str=self.plain_booster)
            likely = booster.predict(snapshot.rows.values, num_threads=1)
            said[PLAIN_LIGHTGBM] = np.asarray(likely, dtype=np.float64)
        return said, absent

    def lists(
        self, snapshot: Snapshots, said: Mapping[str, Probabilities]
    ) -> dict[str, Probabilities]:
        """Plain rankings, as one makes them who asks for no probability and no money."""
        lists = {RECENCY_LIST: log_silence(snapshot.rows), MARGIN_LIST: self.margin(snapshot)}
        return lists | ({BG_NBD_LIST: said[BG_NBD]} if BG_NBD in said else {})

    def margin(self, snapshot: Snapshots) -> Probabilities:
        """The model's log-odds as they are before the sigmoid."""
        calibration = self.churn.calibration
        log_odds = self.churn.log_odds(snapshot.rows)
        return (log_odds - calibration.intercept) / calibration.slope


def said_by_baselines(
    bundle: Bundle, snapshot: Snapshots, plain_booster: str | None = None
) -> tuple[dict[str, Probabilities], dict[str, str]]:
    """What each baseline of a bundle says of each row; and which say nothing, with the reason."""
    definition = bundle.manifest.churn_definition
    return Baselines.of(bundle, plain_booster).said(snapshot, definition)


def _silence(
    model: Purchasing | Off, snapshot: Snapshots, definition: ChurnDefinition
) -> Probabilities | str:
    """BG/NBD's probability of no order in the label window; or why it has none."""
    if isinstance(model, Off):
        return model.why.en
    if not isinstance(definition, Inactivity):
        return "it says whether an order comes in the horizon, and churn means something else here"
    if definition.gap_days:
        return "it counts orders from the as-of date, and here a gap comes before the label window"
    return model.counts(orders_of(snapshot.rows), definition.horizon_days).none
