"""Why a question is refused, and what may be wrong with keys."""

from features.errors import RetinueError


class KeyRequestError(RetinueError):
    """A key cannot be made, rotated or revoked as asked."""


class UnsafeSettingError(RetinueError):
    """The server would answer whom it should not."""


class RefusedError(RetinueError):
    """A question is not answered because of who asks it."""


class UnidentifiedError(RefusedError):
    """No key, or none that is good; the message is the same whatever is wrong with it."""


class ScopeLackingError(RefusedError):
    """A good key that may not do this."""


class TooOftenError(RefusedError):
    """A good key that asked more often than it may; `wait_s` seconds on it may ask again."""

    def __init__(self, message: str, wait_s: float) -> None:
        """Keep the wait beside the message."""
        super().__init__(message)
        self.wait_s = wait_s


class NotLocalError(RefusedError):
    """A server without keys was asked from somewhere else than its own machine."""


class UndeclaredRouteError(RetinueError):
    """A route that does not say which scope it needs."""
