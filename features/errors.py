"""The root of every error that a person can mend, and this package's own."""


class RetinueError(Exception):
    """Something a person can mend: the message says what was found, where, and what to do."""


class TableError(RetinueError):
    """A table's source cannot be read or does not hold what the project file says of it."""


class AsOfDateError(RetinueError):
    """An as-of date for which the tables hold nothing to say."""


class SentimentError(RetinueError):
    """A text model's file is absent or is not one."""
