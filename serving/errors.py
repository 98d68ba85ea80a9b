"""This package's errors."""

from collections.abc import Sequence

from features.errors import RetinueError


class StoreError(RetinueError):
    """The store cannot be read or written, or holds nothing to answer from."""


class StoreNotWrittenError(StoreError):
    """The store cannot be written."""


class BeingWrittenError(StoreError):
    """Another process writes to the store."""


class UnderWayError(RetinueError):
    """What was asked for, or something that it would get in the way of, is being done already."""


class KeyReusedError(RetinueError):
    """A key by which a thing is done once came with another thing before."""


class StoreUnreachableError(StoreError):
    """The store's database does not answer now; it may in a moment."""


class UnknownCustomerError(RetinueError):
    """The scoring run does not hold some customers; `positions` says which of those asked for."""

    def __init__(self, message: str, positions: Sequence[int]) -> None:
        """Keep the positions beside the message, which names no id."""
        super().__init__(message)
        self.positions = tuple(positions)


class PortError(RetinueError):
    """The server cannot listen where it was told to."""


class UnknownSegmentError(RetinueError):
    """A scheme or label that the scoring run does not have."""


class UnknownRunError(RetinueError):
    """A scoring run that the store does not keep."""


class DatesError(RetinueError):
    """Dates between which no movement can be told."""


class PayloadError(RetinueError):
    """Rows that were sent with a request are not what the model takes."""


class RunGoneError(RetinueError):
    """The scoring run whose list was being read is no longer kept."""


class QueryError(RetinueError):
    """A list was asked for by something that the run does not have; `parameter` says which."""

    def __init__(self, message: str, parameter: str) -> None:
        """Keep the parameter's name beside the message, which repeats nothing that was asked."""
        super().__init__(message)
        self.parameter = parameter


class FormError(RetinueError):
    """An answer was asked for in a form that there is not."""
