"""This package's errors."""

from features.errors import RetinueError


class BundleError(RetinueError):
    """A bundle folder that cannot be trusted or read by this version."""
