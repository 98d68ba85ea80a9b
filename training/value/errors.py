"""Why a value model cannot be fitted, in both languages."""

from features.feature import Words
from training.errors import TrainingError


class NoValueModelError(TrainingError):
    """Data from which a part of the value model cannot be made."""

    def __init__(self, why: Words) -> None:
        """Say what was found and what it takes."""
        super().__init__(why.en)
        self.why = why
