"""This package's errors."""

from features.errors import RetinueError


class TrainingError(RetinueError):
    """Data or settings from which no model can be made."""
