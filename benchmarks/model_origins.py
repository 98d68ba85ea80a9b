"""Judge at earlier test dates, to choose settings by without a look at the last test."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.model_rules import MODEL, Rules, said_of_test
from benchmarks.model_sets import ModelSet
from benchmarks.model_snapshots import Origin, earlier_origins
from training.errors import TrainingError
from training.metrics import Outcomes, Probabilities, figures, roc_auc

LINE = "{:<17} {:<22} {:>8} {:>8} {:>17} {:>8} {:>17} {:>6} {:>6} {:>6} {:>6}"
HEADER = (
    "set", "rule", "rows", "log loss", "model less it", "Brier", "model less it",
    "AUC", "error", "slope", "inter",
)  # fmt: skip


@dataclass(frozen=True)
class Test:
    """Everything said at one test date."""

    customers: NDArray[np.object_]
    outcomes: Outcomes
    said: Rules


def develop(one: ModelSet, most: int, cache: Path | None, *, each: bool) -> Iterator[str]:
    """Lines that say what each rule is worth at the set's earlier test dates."""
    started = time.perf_counter()
    try:
        origins = earlier_origins(one, most, cache)
        built = time.perf_counter()
        tests = [judged(origin) for origin in origins]
    except TrainingError as error:
        yield f"{one.name}: {error}"
        return
    if each:
        for origin, test in zip(origins, tests, strict=True):
            yield from lines(f"{one.config.name[:6]} {origin.split.test:%Y-%m-%d}", [test])
    yield from lines(one.config.name, tests)
    dates = ", ".join(
        f"{origin.split.test:%Y-%m-%d} ({len(origin.split.fit)} fit)" for origin in origins
    )
    yield (
        f"  tests at {dates}; horizon {origins[0].config.churn.horizon_days} days; rows in "
        f"{built - started:.1f} s, models in {time.perf_counter() - built:.1f} s"
    )


def judged(origin: Origin) -> Test:
    """Fit on what lies before the test, and ask."""
    test = origin.snapshots.at([origin.split.test])
    return Test(test.rows.customer_ids, test.churned, said_of_test(origin).rules)


def lines(name: str, tests: list[Test]) -> Iterator[str]:
    """A line per rule over the rows of all tests; the AUC is a mean over tests."""
    outcomes = np.concatenate([test.outcomes for test in tests])
    customers = np.concatenate([test.customers for test in tests])
    common = [rule for rule in tests[0].said if all(rule in test.said for test in tests)]
    pooled = {rule: np.concatenate([test.said[rule] for test in tests]) for rule in common}
    model = pooled[MODEL]
    for rule in common:
        found = figures(outcomes, pooled[rule], len(outcomes))
        aucs = [roc_auc(test.outcomes, test.said[rule]) for test in tests]
        less = ["", ""] if rule == MODEL else [
            _difference(customers, loss(outcomes, model) - loss(outcomes, pooled[rule]))
            for loss in (_log_losses, _squares)
        ]  # fmt: skip
        yield LINE.format(
            name, rule, len(outcomes), f"{found['log_loss']:.4f}", less[0],
            f"{found['brier']:.4f}", less[1], f"{np.mean(aucs):.3f}",
            f"{found['calibration_error']:.3f}", f"{found['calibration_slope']:.2f}",
            f"{found['calibration_intercept']:+.2f}",
        )  # fmt: skip


def _log_losses(outcomes: Outcomes, said: Probabilities) -> NDArray[np.float64]:
    sure = np.clip(said, 1e-15, 1 - 1e-15)
    return -np.log(np.where(outcomes, sure, 1 - sure))


def _squares(outcomes: Outcomes, said: Probabilities) -> NDArray[np.float64]:
    return (said - outcomes) ** 2


def _difference(customers: NDArray[np.object_], differences: NDArray[np.float64]) -> str:
    """Mean and half a 95 % interval; rows of one customer at several tests are not independent."""
    _, whose = np.unique(customers.astype(str), return_inverse=True)
    mean = differences.mean()
    sums = np.bincount(whose, weights=differences - mean)
    half = 1.96 * np.sqrt((sums**2).sum()) / len(differences)
    return f"{mean:+.4f} ± {half:.4f}"
