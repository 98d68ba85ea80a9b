"""The story of a training run on own features; docs/own_features.md tells it in words."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from features.own.reading import OwnSource
from features.own.schema import OwnFeatures
from scoring.bundle import Bundle, Description, ModelParts, TrainedOn
from scoring.churn import ChurnModel, probability
from scoring.own import NO_ORDERS, OwnPart
from scoring.reference import Reference
from scoring.segments.customers import Customers
from scoring.segments.risk import RISK, RiskSettings
from scoring.segments.risk import fit as fit_risk
from scoring.segments.scheme import Off, Population
from scoring.segments.schemes import SCHEMES
from scoring.segments.segmentation import Segmentation
from training.config import ModelSettings, TrainingConfig
from training.evaluation import Evaluation
from training.metrics import Probabilities
from training.own.fit import Recipe, fit_own, held_out_probabilities
from training.own.judging import judge
from training.own.labelled import Labelled
from training.train import MOST_EXPLAINED, metrics_of
from training.tuning import Tuned

Tell = Callable[[str], None]
Search = Callable[[Labelled, TrainingConfig], Tuned]


@dataclass(frozen=True)
class OwnResult:
    """What a training run leaves behind.

    Attributes:
        bundle: The model.
        evaluation: Of customers held out.
        said: By rule, what was said of each of them.
        settings: LightGBM's, as given or as found.
        trials: Of the search for them; None where there was none.
    """

    bundle: Bundle
    evaluation: Evaluation
    said: dict[str, Probabilities]
    settings: ModelSettings
    trials: int | None


def train_own(  # noqa: PLR0913 - of what, how, and what to say of it
    config: TrainingConfig,
    table: Labelled,
    source: OwnSource,
    *,
    data_hash: str,
    created_at: str,
    search: Search | None = None,
    tell: Tell = lambda _: None,
) -> OwnResult:
    """Fit, calibrate and judge one model of own features.

    A search for settings is part of what is judged: each part gets one of its own among the
    others, of as many trials as that on everyone.

    Args:
        config: Decides, with the table, what comes out: the same of both give the same bundle.
        table: The labelled table.
        source: What its columns are for.
        data_hash: Digest of the table and of what its columns are for, for the manifest.
        created_at: ISO 8601, UTC, for the manifest.
        search: Finds LightGBM's settings; without, they are the configuration's.
        tell: Called with a sentence as each step begins.

    Raises:
        TrainingError: No model can be made of this table with these settings.
    """
    tuned = None if search is None else search(table, config)
    settings, trials = (tuned.settings, tuned.trials) if tuned else (config.model, None)
    said = held_out_probabilities(table, Recipe(config.model, config.seed, trials), tell)
    tell(f"boosting on {len(table.snapshots):,} customers")
    churn = fit_own(table.snapshots, table.groups, Recipe(settings, config.seed))
    own = OwnPart(
        table.features, source.group, asdict(config.model), config.seed, source.value, trials
    )
    parts = ModelParts(
        churn=churn,
        segments=_segments(config, table, churn),
        value=NO_ORDERS,
        reference=_reference(churn, table),
        own=own,
    )
    tell("figures on customers held out")
    evaluation = judge(
        table, said, config.capacity, samples=config.bootstrap_samples, seed=config.seed
    )
    description = Description(
        name=config.name,
        created_at=created_at,
        currency=config.currency,
        churn_definition=config.churn,
        trained_on=_trained_on(table.features, len(table.snapshots), data_hash),
    )
    bundle = Bundle.of(parts, description, metrics_of(evaluation))
    return OwnResult(bundle, evaluation, said, settings, trials)


def _trained_on(features: OwnFeatures, rows: int, data_hash: str) -> TrainedOn:
    day = features.as_of
    return TrainedOn(fit=(day,), calibration=day, test=day, rows=rows, data_hash=data_hash)


def _segments(config: TrainingConfig, table: Labelled, churn: ChurnModel) -> Segmentation:
    """Risk tiers; every other scheme is made of orders."""
    rows = table.snapshots.rows
    said = probability(churn.log_odds(rows))
    scored = Customers(rows, churn_probability=said, remaining_value=table.money)
    population = Population(scored, config.churn, config.currency, config.seed)
    settings = config.segments.get(RISK.name, RiskSettings())
    risk = fit_risk(population, settings)  # type: ignore[arg-type]  # of the scheme's own class
    if isinstance(risk, Off):
        raise TypeError(f"everyone is scored, and yet: {risk.why.en}")
    off = {scheme.name: NO_ORDERS for scheme in SCHEMES if scheme.name != RISK.name}
    return Segmentation(table.features.as_of, len(rows), {RISK.name: risk}, off)


def _reference(churn: ChurnModel, table: Labelled) -> Reference:
    rows = table.snapshots.rows
    some = np.unique(np.linspace(0, len(rows) - 1, MOST_EXPLAINED).astype(np.int64))
    contributions = churn.contributions(rows.where_at(some)).values
    said = probability(churn.log_odds(rows))
    # Without a date nobody has been silent: the rule to beat is a base rate.
    return Reference.of(rows, said, (0.0, 0.0), contributions=contributions)
