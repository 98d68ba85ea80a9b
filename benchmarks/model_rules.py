"""What our model, and everything that it must beat, says of the rows of one test."""

from dataclasses import dataclass

from benchmarks.model_snapshots import Origin
from scoring.churn import probability
from training.baselines import Baselines, fit_bg_nbd, fit_plain_booster
from training.calibration import fit_recency_rule
from training.churn_model import fit_churn
from training.metrics import Probabilities

MODEL = "model"
Rules = dict[str, Probabilities]


@dataclass(frozen=True)
class Said:
    """What was said of each row of a test, by rules that learned before it alone.

    Attributes:
        rules: By rule, a probability.
        lists: By name, a plain ranking: the highest is contacted first.
        absent: Rules that say nothing, with the reason.
    """

    rules: Rules
    lists: Rules
    absent: dict[str, str]


def said_of_test(origin: Origin) -> Said:
    """Fit everything on what lies before the test, and ask."""
    config, split, snapshots = origin.config, origin.split, origin.snapshots
    fit, test = snapshots.at(split.fit), snapshots.at([split.test])
    model = fit_churn(config, snapshots, split)
    known = snapshots.histories[f"{split.calibration:%Y-%m-%d}"]
    baselines = Baselines(
        model,
        fit_recency_rule(fit),
        fit_bg_nbd(known, config.value.least_customers),
        fit_plain_booster(fit, config.seed),
    )
    rules, absent = baselines.said(test, config.churn)
    lists = baselines.lists(test, rules)
    return Said({MODEL: probability(model.log_odds(test.rows)), **rules}, lists, absent)
