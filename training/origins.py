"""Rolling origin: the same recipe trained from scratch at several dates, each judged after its own.

Origins lie one reach (gap + horizon) apart, so that no outcome is judged twice (Tashman, Out-of-
sample tests of forecasting accuracy, International Journal of Forecasting, 2000).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from features.build import FeatureRows, build_features
from features.feature import Words
from features.history.before import History
from scoring.churn import probability
from scoring.segments.scheme import Off
from scoring.value.model import ValueModel
from training.baselines import Baselines, fit_bg_nbd, fit_plain_booster
from training.calibration import fit_recency_rule
from training.capacity import REMAINING_VALUE, worth_of
from training.churn_model import Tell, fit_churn
from training.config import TrainingConfig
from training.errors import TrainingError
from training.evaluation import refuse_single_outcome
from training.panel import Panel
from training.snapshots import Snapshots, build_snapshots
from training.splits import TimeSplit, split_dates
from training.value.fit import fit_value

if TYPE_CHECKING:
    from features.tables import Tables

NOT_ASKED = Off(Words("no value is asked for", "无需客户价值"))


@dataclass(frozen=True)
class JudgedOrigin:
    """One origin: the labelled rows of its date, and what a model made before it said of them."""

    rows: FeatureRows
    panel: Panel
    absent: dict[str, str]
    worth: str


def origin_splits(config: TrainingConfig, tables: "Tables", count: int) -> list[TimeSplit]:
    """The splits of `count` origins, earliest first; the latest is that of `retinue train`.

    Raises:
        TrainingError: The data is too short for so many.
    """
    latest = split_dates(config, tables)
    found = [latest]
    for back in range(1, count):
        earlier = latest.test - config.churn.reach * back
        try:
            found.insert(0, split_dates(replace(config, test_as_of=earlier), tables))
        except TrainingError as error:
            raise TrainingError(
                f"the data bears {back} of {count} origins: one at {earlier:%Y-%m-%d} has {error}; "
                f"or ask for {back}"
            ) from error
    return found


def judge_origins(
    config: TrainingConfig,
    tables: "Tables",
    splits: Sequence[TimeSplit],
    tell: Tell = lambda _: None,
) -> list[JudgedOrigin]:
    """Train at each origin on what was known then, and let it speak of the customers of its date.

    Args:
        config: The recipe, the same for all.
        tables: The project's tables.
        splits: Of `origin_splits`.
        tell: Called with a sentence as each step begins.

    Raises:
        TrainingError: At some origin no model can be made, or only one outcome occurs.
    """
    dates = sorted({date for split in splits for date in split.dates})
    tell(f"snapshots at {len(dates)} as-of dates")
    snapshots = build_snapshots(tables, config.churn, dates)
    values = _values(config, tables, splits)
    found = []
    for place, (split, value) in enumerate(zip(splits, values, strict=True), start=1):
        tell(f"origin {place} of {len(splits)}: {split.test:%Y-%m-%d}")
        found.append(_judge(config, snapshots, split, value))
    return found


def _judge(
    config: TrainingConfig, snapshots: Snapshots, split: TimeSplit, value: ValueModel | Off
) -> JudgedOrigin:
    churn = fit_churn(config, snapshots, split)
    fit = snapshots.at(split.fit)
    known = snapshots.histories[f"{split.calibration:%Y-%m-%d}"]
    test = snapshots.at([split.test])
    refuse_single_outcome(test)
    baselines = Baselines(
        churn,
        fit_recency_rule(fit),
        fit_bg_nbd(known, config.value.least_customers),
        fit_plain_booster(fit, config.seed),
    )
    said, absent = baselines.said(test, config.churn)
    lists = baselines.lists(test, said)
    said = {"model": probability(churn.log_odds(test.rows)), **said}
    worth, words = worth_of(test.rows, value, config.capacity.worth)
    panel = Panel(test.churned, said, lists, worth, config.capacity)
    return JudgedOrigin(test.rows, panel, absent, words)


def _values(
    config: TrainingConfig, tables: "Tables", splits: Sequence[TimeSplit]
) -> list[ValueModel | Off]:
    """A value model per origin, of everyone known then; where worth asks for none, any will do."""
    if config.capacity.worth != REMAINING_VALUE:
        return [NOT_ASKED] * len(splits)
    known = build_features(History.before(tables, [split.test for split in splits]))
    return [fit_value(known.at(split.test), config.value) for split in splits]
