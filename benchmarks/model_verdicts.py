"""What was expected of our model on each set, and whether it came."""

from collections.abc import Iterator, Sequence

from benchmarks.model_cells import NAMES, signed, table
from benchmarks.model_judging import Judged, Refused
from benchmarks.model_own import JudgedByCustomer
from benchmarks.model_rules import MODEL
from training.baselines import BG_NBD, RECENCY_RULE, UNCALIBRATED
from training.panel import Interval

CLEARLY = (RECENCY_RULE, BG_NBD)
LOSSES = ("log_loss", "brier")
LEAST_ERROR, SLOPES = 0.02, (0.9, 1.1)
EXPECTED = (
    "", "log loss and the best other", "Brier and the best other", "clearly beats recency",
    "clearly beats BG/NBD", f"error under {LEAST_ERROR}", "slope {} to {}".format(*SLOPES),
)  # fmt: skip


def verdicts(sets: Sequence[Judged | JudgedByCustomer | Refused]) -> str:
    """Of each set, what was expected of it and whether it came."""
    rows = [
        [one.name, "**no model can be made of it**", *[""] * 5]
        if isinstance(one, Refused)
        else [one.name, *_verdict(one)]
        for one in sets
    ]
    return table(EXPECTED, rows)


def _verdict(one: Judged | JudgedByCustomer) -> Iterator[str]:
    for metric in LOSSES:
        minus = {
            rule: found[metric]
            for rule, found in one.model_minus.items()
            if rule != UNCALIBRATED and metric in found
        }
        best = min(minus, key=lambda rule: one.rules[rule][metric].value)
        yield f"{_sign(minus[best])} {NAMES[best]}, {signed(minus[best])}"
    silent = "does not apply" if isinstance(one, JudgedByCustomer) else "it says nothing"
    for rule in CLEARLY:
        both = [one.model_minus[rule][name] for name in LOSSES] if rule in one.model_minus else []
        yield _held(all(minus.high < 0 for minus in both)) if both else silent
    error, slope = (one.rules[MODEL][f"calibration_{name}"].value for name in ("error", "slope"))
    yield f"{_held(error < LEAST_ERROR)}, {error:.3f} (if right {one.least_error:.3f})"
    yield f"{_held(SLOPES[0] <= slope <= SLOPES[1])}, {slope:.2f}"


def _sign(minus: Interval) -> str:
    """Of the interval of a difference, in words."""
    if minus.high < 0:
        return "better than"
    if minus.low > 0:
        return "**worse than**"
    return f"{'below' if minus.value <= 0 else 'above'}, but not told apart from,"


def _held(so: bool) -> str:
    return "yes" if so else "**no**"
