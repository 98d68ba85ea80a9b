"""One kept connection of HTTP/1.1, as light as can be that knows when an answer is whole."""

import asyncio
from collections.abc import Callable
from typing import cast

import orjson


def request(method: str, path: str, body: object = None) -> bytes:
    """One request over a kept connection; a body becomes JSON."""
    content = b"" if body is None else orjson.dumps(body)
    head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    if body is not None:
        head += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    return "\r\n".join([*head, "", ""]).encode() + content


class Connection(asyncio.Protocol):
    """One kept connection, over which one request is asked at a time."""

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self._transport = asyncio.Transport()  # which writes nowhere
        self._received = b""
        self._wanted = 0
        self._status = 0
        self._head = 0
        self.body = b""  # of the last answer
        self.answered: Callable[[Connection, int], None] = nobody_listens
        self.due = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what is written to."""
        self._transport = cast("asyncio.Transport", transport)

    def ask(self, content: bytes, due: float) -> None:
        """Send a request that was due at that moment."""
        self.due = due
        self._transport.write(content)

    def close(self) -> None:
        """Ask no more."""
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Put an answer together; tell when it is whole."""
        received = self._received + data if self._received else data
        if not self._wanted:
            end = received.find(b"\r\n\r\n")
            if end < 0:
                self._received = received
                return
            self._status = int(received[9:12])
            self._head = end + 4
            self._wanted = self._head + _length(received[:end])
        if len(received) < self._wanted:
            self._received = received
            return
        self.body = received[self._head :]
        self._received, self._wanted = b"", 0
        self.answered(self, self._status)

    def connection_lost(self, error: Exception | None) -> None:
        """A connection that was to be kept and is not counts as a failure."""
        self.answered(self, 0)


def nobody_listens(_connection: Connection, _status: int) -> None:
    """What is done with an answer that nobody waits for."""
    return


def _length(head: bytes) -> int:
    """Of the body.

    Raises:
        ValueError: The server does not say.
    """
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ValueError(f"an answer without Content-Length: {head[:200]!r}")
