"""This package's errors."""

from features.errors import RetinueError


class ProjectError(RetinueError):
    """A project file that is absent or does not say what it must."""


class GateError(RetinueError):
    """The gate refused a challenger."""


class NotReadyError(RetinueError):
    """A project from which no model should be made yet."""


class AuditError(RetinueError):
    """The audit log cannot be checked as asked."""
