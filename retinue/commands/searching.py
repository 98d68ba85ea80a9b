"""The search for LightGBM's settings, as `retinue train --tune` runs and shows it."""

from dataclasses import asdict, dataclass, field

from retinue.console import Tell, say
from training.config import ModelSettings, TrainingConfig
from training.crossfit import PARTS
from training.own.labelled import Labelled
from training.own.train import Search as OwnSearch
from training.snapshots import Snapshots
from training.train import Search
from training.tuning import Budget, Done, Tuned, tune


@dataclass
class Searching:
    """A search within a budget; it keeps what it found, to be shown at the end."""

    minutes: float | None
    trials: int | None
    found: Tuned | None = field(default=None, init=False)

    def within(self, tell: Tell) -> Search:
        """What `train` calls; progress is told trial by trial."""
        budget = self._budget(1)

        def search(fit: Snapshots, config: TrainingConfig) -> ModelSettings:
            tell("searching settings")
            self.found = tune(fit, config.model, config.seed, budget, _told(budget, tell))
            return self.found.settings

        return search

    def of_own(self, tell: Tell) -> OwnSearch:
        """What `train_own` calls; the time is shared with a search for each part that is judged."""
        budget = self._budget(1 + PARTS)

        def search(table: Labelled, config: TrainingConfig) -> Tuned:
            tell("searching settings")
            done = _told(budget, tell)
            self.found = tune(
                table.snapshots, config.model, config.seed, budget, done, groups=table.groups
            )
            return self.found

        return search

    def _budget(self, searches: int) -> Budget:
        """Of each of so many searches."""
        return Budget(None if self.minutes is None else 60 * self.minutes / searches, self.trials)


def _told(budget: Budget, tell: Tell) -> Done:
    of_trials = f" of {budget.trials}" if budget.trials else ""
    of_time = f" of {budget.seconds:.0f}" if budget.seconds else ""

    def done(trials: int, passed: float, best: float) -> None:
        tell(
            f"searching settings: trial {trials}{of_trials}, {passed:.0f}{of_time} s, "
            f"log loss held out {best:.4f}"
        )

    return done


def show_tuned(found: Tuned) -> None:
    """What was found, as the section of the project file that finds the same model again."""
    say(
        f"Of {found.trials} trials ({found.pruned} given up half-way) the best has a log loss of "
        f"{found.loss:.4f} on customers held out, {found.loss_before:.4f} before. To keep it:"
    )
    settings = {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in asdict(found.settings).items()
    }
    say("\n[training.model]")
    for name, value in settings.items():
        say(f"{name} = {value}")
    say("")
