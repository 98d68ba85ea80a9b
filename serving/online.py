"""Customers whose rows come with the question: described by the batch's own features and traits."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from queue import LifoQueue
from typing import TYPE_CHECKING

from features.online import OnlineFeatures, OnlinePlan
from features.sentiment.model import SentimentModel
from features.traits import NO_THEMES, Questions
from scoring.churn_definition import ChurnDefinition
from scoring.scorer import Scorer
from scoring.segments.customers import Customers
from scoring.segments.describe import asked_by, customers_online

if TYPE_CHECKING:
    import pyarrow as pa

Asked = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class OnlineSettings:
    """What a project maps and asks; it can be sent to another process.

    Attributes:
        columns: The mapped columns by table.
        timeless: Attributes of customers that never change.
        questions: What classes ask beside features.
        sentiment: The project's own model of texts; None for the shipped one.
        sessions: How many threads may compute at the same time.
    """

    columns: Mapping[str, tuple[str, ...]]
    timeless: tuple[str, ...] = ()
    questions: Questions = NO_THEMES
    sentiment: Path | None = None
    sessions: int = 2


class OnlineCustomers:
    """Describes customers by the rows that were sent; threads take turns at its sessions."""

    def __init__(self, settings: OnlineSettings) -> None:
        """Remember what is asked; nothing is compiled before the first question."""
        self.settings = settings
        self._making = threading.Lock()
        self._sessions: dict[Asked, LifoQueue[OnlineFeatures]] = {}

    def warm(self, scorer: Scorer) -> None:
        """Compile now what this model will ask, which takes most of a second."""
        with self._session(scorer.bundle.manifest.churn_definition):
            pass

    def customers(
        self,
        scorer: Scorer,
        tables: "Mapping[str, pa.Table]",
        customer_ids: Sequence[str],
        as_of: datetime,
    ) -> Customers:
        """Everyone named, in that order; of whom no row was sent nothing is known.

        Args:
            scorer: Whose questions are answered.
            tables: Rows by table, see `features.online.OnlineFeatures.rows`.
            customer_ids: Whose rows they are, each once.
            as_of: UTC without a zone.

        Raises:
            TableError: The project has no such table or column, or a value does not fit.
            BundleError: Texts are read by another model than the bundle was trained on.
        """
        scorer.bundle.refuse_other_texts(self._reads.digest if self._has_texts else None)
        with self._session(scorer.bundle.manifest.churn_definition) as session:
            return customers_online(session, tables, customer_ids, as_of)

    @contextmanager
    def _session(self, churn: ChurnDefinition) -> Iterator[OnlineFeatures]:
        free = self._free(asked_by([churn]))
        session = free.get()
        try:
            yield session
        finally:
            free.put(session)

    def _free(self, asked: Asked) -> LifoQueue[OnlineFeatures]:
        """The sessions for a churn definition's questions, made by the first who asks."""
        with self._making:
            if asked not in self._sessions:
                settings = self.settings
                questions = replace(settings.questions, asked=asked)
                plan = OnlinePlan.of(settings.columns, settings.timeless, questions)
                made: LifoQueue[OnlineFeatures] = LifoQueue()
                for _ in range(settings.sessions):
                    made.put(OnlineFeatures(plan, self._reads))
                self._sessions[asked] = made
            return self._sessions[asked]

    @property
    def _has_texts(self) -> bool:
        return "text" in self.settings.columns.get("feedback", ())

    @cached_property
    def _reads(self) -> SentimentModel:
        own = self.settings.sentiment
        return SentimentModel.shipped() if own is None else SentimentModel.read(own)
