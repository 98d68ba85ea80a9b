"""The search for LightGBM's settings, as `retinue train --tune` runs and shows it."""

from dataclasses import asdict, dataclass, field

from retinue.console import Tell, say
from training.config import ModelSettings, TrainingConfig
from training.snapshots import Snapshots
from training.train import Search
from training.tuning import Budget, Tuned, tune


@dataclass
class Searching:
    """A search within a budget; it keeps what it found, to be shown at the end."""

    minutes: float | None
    trials: int | None
    found: Tuned | None = field(default=None, init=False)

    def within(self, tell: Tell) -> Search:
        """What `train` calls; progress is told trial by trial."""
        seconds = None if self.minutes is None else 60 * self.minutes
        of_trials = f" of {self.trials}" if self.trials else ""
        of_time = f" of {seconds:.0f}" if seconds else ""

        def done(trials: int, passed: float, best: float) -> None:
            tell(
                f"searching settings: trial {trials}{of_trials}, {passed:.0f}{of_time} s, "
                f"log loss held out {best:.4f}"
            )

        def search(fit: Snapshots, config: TrainingConfig) -> ModelSettings:
            tell("searching settings")
            budget = Budget(seconds, self.trials)
            self.found = tune(fit, config.model, config.seed, budget, done)
            return self.found.settings

        return search


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
