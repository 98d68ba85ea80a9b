"""What to simulate, and how to take it in chunks."""

from dataclasses import dataclass, field

from training.simulation.truths import Truths

CHUNK = 20_000  # customers at a time, of two years
CHUNK_DAYS = 730


@dataclass(frozen=True)
class Plan:
    """What to simulate; with the same numpy and pyarrow, the same plan gives the same bytes.

    Attributes:
        customers: How many.
        days: Length of the tables.
        seed: Of everything drawn.
        truths: What is planted.
    """

    customers: int
    days: int = 730
    seed: int = 7
    truths: Truths = field(default_factory=Truths)

    @property
    def chunks(self) -> list[range]:
        """Ids of each chunk's customers; fewer at a time over more days, for the memory's sake."""
        size = max(1, CHUNK * CHUNK_DAYS // max(self.days, CHUNK_DAYS))
        starts = range(1, self.customers + 1, size)
        return [range(start, min(start + size, self.customers + 1)) for start in starts]
