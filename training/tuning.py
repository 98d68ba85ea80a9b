"""Search LightGBM's settings for those that judge customers held out best, within a budget.

Optuna's tree-structured Parzen estimator (Bergstra et al., 2011) proposes, and a trial that is
behind the median of the others at the same round is pruned. The first trial are the settings one
has, so what is found is never worse on these customers. The test's rows are not looked at.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from training.config import ModelSettings
from training.crossfit import Round, held_out_loss
from training.snapshots import Snapshots

if TYPE_CHECKING:
    import optuna

Done = Callable[[int, float, float], None]
SETTLED_ROUNDS = 30  # before them no trial is pruned
REPORT_EVERY = 5
DIGITS = 3  # of a setting: shorter to write down, and as good


@dataclass(frozen=True)
class Budget:
    """When to stop searching; with trials alone the same data and seed find the same settings.

    Attributes:
        seconds: After so long no trial is begun; None for no such limit.
        trials: At most so many; None for no such limit.
    """

    seconds: float | None
    trials: int | None


@dataclass(frozen=True)
class Tuned:
    """What a search found.

    Attributes:
        settings: The best.
        loss: Their log loss on customers held out.
        loss_before: That of the settings one had.
        trials: How many were tried.
        pruned: How many of them were given up half-way.
    """

    settings: ModelSettings
    loss: float
    loss_before: float
    trials: int
    pruned: int


def tune(  # noqa: PLR0913 - of what, how, how long, and what to say of it
    fit: Snapshots,
    before: ModelSettings,
    seed: int,
    budget: Budget,
    done: Done = lambda _trials, _seconds, _best: None,
    *,
    groups: NDArray[np.object_] | None = None,
) -> Tuned:
    """Search from the settings one has.

    Args:
        fit: Labelled rows of every fit date.
        before: The settings one has.
        seed: Of boosting and of the search.
        budget: When to stop.
        done: Called after each trial with trials, seconds and the best log loss so far.
        groups: Shape (rows,): who is held out together; without, each customer.

    Raises:
        TrainingError: Nothing can be boosted on these rows.
        ValueError: A budget without any limit.
    """
    import optuna  # two thirds of a second, which only a search should take

    if budget.seconds is None and budget.trials is None:
        raise ValueError("a search needs a number of seconds or of trials to end by")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    began = time.monotonic()
    study = optuna.create_study(
        sampler=optuna.samplers.TPESampler(seed=seed),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=5, n_warmup_steps=SETTLED_ROUNDS),
    )
    study.enqueue_trial(_as_parameters(before))

    def tell(study: "optuna.Study", _: Any) -> None:
        done(len(study.trials), time.monotonic() - began, study.best_value)

    study.optimize(
        lambda trial: held_out_loss(fit, _proposed(trial, before), seed, _pruned(trial), groups),
        timeout=budget.seconds,
        n_trials=budget.trials,
        callbacks=[tell],
    )
    first = study.trials[0].value
    if first is None:
        raise RuntimeError("the first trial is never pruned, and yet has no value")
    states = [trial.state for trial in study.trials]
    return Tuned(
        settings=_settings(study.best_params, before),
        loss=study.best_value,
        loss_before=first,
        trials=len(states),
        pruned=states.count(optuna.trial.TrialState.PRUNED),
    )


def _proposed(trial: "optuna.Trial", before: ModelSettings) -> ModelSettings:
    trial.suggest_float("learning_rate", 0.01, 0.2, log=True)
    trial.suggest_int("num_leaves", 3, 63, log=True)
    trial.suggest_int("min_data_in_leaf", 10, 500, log=True)
    trial.suggest_float("feature_fraction", 0.1, 1.0)
    trial.suggest_float("bagging_fraction", 0.4, 1.0)
    trial.suggest_float("lambda_l2", 0.01, 100.0, log=True)
    return _settings(trial.params, before)


def _settings(parameters: dict[str, Any], before: ModelSettings) -> ModelSettings:
    short: dict[str, Any] = {
        name: float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value
        for name, value in parameters.items()
    }
    return replace(before, **short)


def _as_parameters(settings: ModelSettings) -> dict[str, float]:
    names = ("learning_rate", "feature_fraction", "bagging_fraction", "lambda_l2")
    whole = {name: getattr(settings, name) for name in ("num_leaves", "min_data_in_leaf")}
    return {name: float(getattr(settings, name)) for name in names} | whole


def _pruned(trial: "optuna.Trial") -> Round:
    def judge(number: int, loss: float) -> None:
        import optuna

        if number % REPORT_EVERY:
            return
        trial.report(loss, number)
        if trial.should_prune():
            raise optuna.TrialPruned

    return judge
