"""What rules are called in the benchmark of churn models, and how their figures are shown."""

from collections.abc import Sequence

from benchmarks.model_automl import AUTOML
from benchmarks.model_judging import Judged
from benchmarks.model_own import JudgedByCustomer
from benchmarks.model_rules import MODEL
from training.baselines import (
    BG_NBD,
    BG_NBD_LIST,
    MARGIN_LIST,
    PLAIN_LIGHTGBM,
    RECENCY_LIST,
    RECENCY_RULE,
    THREE_TERMS,
    UNCALIBRATED,
)
from training.own.fit import BASE_RATE, LOGISTIC_REGRESSION
from training.panel import Interval

NAMES = {
    MODEL: "**Retinue**",
    UNCALIBRATED: "the same, not calibrated",
    RECENCY_RULE: "recency rule",
    THREE_TERMS: "three-term logistic",
    BG_NBD: "BG/NBD",
    PLAIN_LIGHTGBM: "plain LightGBM",
    LOGISTIC_REGRESSION: "one-hot logistic",
    BASE_RATE: "prior rate",
    AUTOML: "FLAML",
    RECENCY_LIST: "the longest silence first",
    BG_NBD_LIST: "BG/NBD's likeliest first",
    MARGIN_LIST: "our riskiest first, without worth or calibration",
}
HEADER = (
    "", "log loss", "ours less its", "Brier", "ours less its", "ROC AUC", "PR AUC",
    "error", "slope", "intercept",
)  # fmt: skip


def figures_of(one: Judged | JudgedByCustomer) -> str:
    """A line for each rule, ours first, then the lowest log loss first."""
    others = [rule for rule in one.model_minus if "log_loss" in one.rules[rule]]
    order = [MODEL, *sorted(others, key=lambda rule: one.rules[rule]["log_loss"].value)]
    return table(HEADER, [_line(one, rule) for rule in order])


def _line(one: Judged | JudgedByCustomer, rule: str) -> list[str]:
    found = one.rules[rule]
    minus = one.model_minus.get(rule)
    return [
        NAMES[rule],
        _within(found["log_loss"], 4),
        signed(minus["log_loss"]) if minus else "",
        _within(found["brier"], 4),
        signed(minus["brier"]) if minus else "",
        *(_within(found[name], 3) for name in ("roc_auc", "pr_auc", "calibration_error")),
        *(_within(found[name], 2) for name in ("calibration_slope", "calibration_intercept")),
    ]


def _within(found: Interval, digits: int) -> str:
    return f"{found.value:.{digits}f} [{found.low:.{digits}f}, {found.high:.{digits}f}]"


def signed(found: Interval) -> str:
    """A difference of losses with its interval."""
    return f"{found.value:+.4f} [{found.low:+.4f}, {found.high:+.4f}]"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """In Markdown, numbers to the right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
