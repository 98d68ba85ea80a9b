"""The story of a training run; docs/architecture.md has the picture."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from features.build import FeatureRows
from scoring.bundle import Bundle, Description, ModelParts, TrainedOn
from scoring.churn import ChurnModel, probability
from scoring.reference import Reference
from scoring.scorer import with_scores
from scoring.segments.scheme import Off
from scoring.value.purchasing import Purchasing
from training.baselines import fit_bg_nbd, fit_plain_booster
from training.calibration import fit_recency_rule
from training.churn_model import Tell, calibrated_anew, fit_churn
from training.config import ModelSettings, TrainingConfig
from training.evaluation import Evaluation, evaluate
from training.leaks import refuse_leaks
from training.segmentation import customers_today, fit_segmentation
from training.simple import too_few
from training.snapshots import Snapshots, build_snapshots
from training.splits import TimeSplit, split_dates
from training.value.fit import fit_value

if TYPE_CHECKING:
    from features.tables import Tables

Search = Callable[[Snapshots, TrainingConfig], ModelSettings]
MOST_EXPLAINED = 2000  # customers, to learn which features the model goes by


@dataclass(frozen=True)
class TrainingResult:
    """What a training run leaves behind; its configuration holds the settings a search found."""

    bundle: Bundle
    evaluation: Evaluation
    split: TimeSplit
    test: Snapshots
    config: TrainingConfig


def train(  # noqa: PLR0913 - of what, how, and what to say of it
    config: TrainingConfig,
    tables: "Tables",
    *,
    data_hash: str,
    created_at: str,
    champion: Bundle | None = None,
    search: Search | None = None,
    tell: Tell = lambda _: None,
) -> TrainingResult:
    """Fit, calibrate and judge one churn model.

    Args:
        config: Decides, with the tables, what comes out: the same of both give the same bundle.
        tables: The project's tables.
        data_hash: Digest of the source files, for the manifest.
        created_at: ISO 8601, UTC, for the manifest.
        champion: The model in service, judged beside the new one, whose clusters keep their ids.
        search: Finds LightGBM's settings on the fit dates; without, they are the configuration's.
        tell: Called with a sentence as each step begins.

    Raises:
        TrainingError: No model can be made of this data with these settings.
    """
    split = split_dates(config, tables)
    tell(f"snapshots at {len(split.dates)} as-of dates")
    snapshots = build_snapshots(tables, config.churn, split.dates)
    refuse_leaks(tables, config.churn, split, snapshots, config.allow_features)
    if search is not None:
        config = replace(config, model=search(snapshots.at(split.fit), config))
    fit, test = snapshots.at(split.fit), snapshots.at([split.test])
    churn = calibrated_anew(fit_churn(config, snapshots, split, tell), test)
    known = snapshots.histories[f"{split.calibration:%Y-%m-%d}"]
    bg_nbd = fit_bg_nbd(known, config.value.least_customers)
    reference = _reference(churn, test.rows, fit_recency_rule(fit), bg_nbd)
    tell("value and segments")
    today = customers_today(tables)
    value = fit_value(today.rows, config.value)
    scored = with_scores(today, churn, value, reference, config.churn)
    segments = fit_segmentation(config, scored, champion.parts.segments if champion else None)
    parts = ModelParts(churn, segments, value, reference)
    description = Description(
        name=config.name,
        created_at=created_at,
        currency=config.currency,
        churn_definition=config.churn,
        trained_on=TrainedOn(
            fit=tuple(f"{date:%Y-%m-%d}" for date in split.fit),
            calibration=f"{split.calibration:%Y-%m-%d}",
            test=f"{split.test:%Y-%m-%d}",
            rows=len(fit),
            data_hash=data_hash,
            text_model=tables.text_model,
            customer_share=tables.customer_share,
            too_few=too_few(fit, config.least_to_boost),
        ),
    )
    tell("test beside the baselines")
    evaluation = evaluate(
        Bundle.of(parts, description, metrics={}),
        test,
        samples=config.bootstrap_samples,
        seed=config.seed,
        plain_booster=fit_plain_booster(fit, config.seed),
        champion=champion,
        capacity=config.capacity,
    )
    bundle = Bundle.of(parts, description, metrics_of(evaluation))
    return TrainingResult(bundle, evaluation, split, test, config)


def metrics_of(evaluation: Evaluation) -> dict[str, float]:
    """The evaluation as flat names and numbers: `test_roc_auc`, `recency_rule_log_loss`, ..."""
    flat = {"test_churn_rate": evaluation.churn_rate.value}
    for rule, figures in evaluation.rules.items():
        prefix = "test" if rule == "model" else rule
        for metric, interval in figures.items():
            flat |= {
                f"{prefix}_{metric}": interval.value,
                f"{prefix}_{metric}_low": interval.low,
                f"{prefix}_{metric}_high": interval.high,
            }
    return flat


def parameters_of(config: TrainingConfig) -> dict[str, str]:
    """The configuration as flat names and text, for the tracking server."""
    flat: dict[str, str] = {}
    for name, value in asdict(config).items():
        if name == "segments":
            flat |= {
                f"segments.{scheme}": found.model_dump_json() for scheme, found in value.items()
            }
        elif isinstance(value, dict):
            flat |= {f"{name}.{key}": str(inner) for key, inner in value.items()}
        else:
            flat[name] = str(value)
    return flat


def _reference(
    churn: ChurnModel, rows: FeatureRows, rule: tuple[float, float], bg_nbd: Purchasing | Off
) -> Reference:
    said = probability(churn.log_odds(rows))
    some = np.unique(np.linspace(0, len(rows) - 1, MOST_EXPLAINED).astype(np.int64))
    contributions = churn.contributions(rows.where_at(some)).values
    return Reference.of(rows, said, rule, bg_nbd, contributions)
