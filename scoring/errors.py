"""This package's errors."""

from features.errors import RetinueError


class BundleError(RetinueError):
    """A bundle folder that cannot be trusted or read by this version."""


class DefinitionError(RetinueError):
    """Rows that do not hold what a churn definition asks."""


class MigrationError(RetinueError):
    """Customers between whose dates or labels no movement can be told."""
