"""What a server takes on at most; imported by the project file too, so it imports nothing."""

from dataclasses import dataclass

MIB = 2**20
KEPT_RUNS = 3


@dataclass(frozen=True)
class Limits:
    """Of one worker.

    Attributes:
        running: Requests that are answered at the same time. Python computes on one core, and with
            more threads they mostly wait for each other; the second fills the gaps of the first.
        exporting: Lists of any length that are written out at the same time.
        waiting: Requests that may wait for a place.
        single_seconds: Until a request about one customer must have its answer.
        batch_seconds: Until one about many must.
        body_bytes: Of one request's body, at most.
        held_bytes: Of all bodies that are held at the same time.
        depth: Of nested JSON.
        drain_seconds: From the signal to stop until no more is accepted.
        refresh_seconds: Between two looks for another champion.
    """

    running: int = 2
    exporting: int = 2
    waiting: int = 64
    single_seconds: float = 2.0
    batch_seconds: float = 30.0
    body_bytes: int = 16 * MIB
    held_bytes: int = 256 * MIB
    depth: int = 32
    drain_seconds: float = 5.0
    refresh_seconds: float = 2.0
