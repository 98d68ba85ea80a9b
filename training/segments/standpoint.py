"""Whose customers are classified, and by which thresholds: the champion's, or fitted here."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from features.feature import Words
from features.history.before import History
from scoring.bundle import Bundle
from scoring.scorer import with_scores
from scoring.segments.customers import Customers
from scoring.segments.describe import build_customers
from scoring.segments.scheme import Off, Population
from scoring.segments.schemes import SCHEMES
from scoring.segments.segmentation import Segmentation
from training.config import TrainingConfig
from training.errors import TrainingError
from training.segmentation import fit_segmentation
from training.segments.comparison import Dated
from training.segments.standpoint_words import OLDER_CHAMPION, still_filling

if TYPE_CHECKING:
    from features.tables import Tables

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Standpoint:
    """From where customers are looked at.

    Attributes:
        config: Of the project.
        tables: The project's tables.
        champion: The model in service; None before the first training, when thresholds are fitted
            on the very customers that they label.
    """

    config: TrainingConfig
    tables: "Tables"
    champion: Bundle | None

    @property
    def today(self) -> datetime:
        """The date that knows most: the day after the last order."""
        return self.tables.day_after_last_order

    @property
    def learned_until(self) -> datetime | None:
        """The end of the outcomes that the champion was made from; None without a champion."""
        if self.champion is None:
            return None
        manifest = self.champion.manifest
        calibration = datetime.fromisoformat(manifest.trained_on.calibration)
        return calibration + manifest.churn_definition.reach

    def customers(self, as_of: datetime, *, scored: bool = True) -> Customers:
        """Everyone known at a date, with the champion's scores unless told otherwise.

        Raises:
            TrainingError: The date lies after the data, of which nothing can be said.
            AsOfDateError: It lies before the data.
            BundleError: Texts are read by another model than the champion was trained on.
        """
        if as_of > self.today:
            raise TrainingError(
                f"as-of {as_of:%Y-%m-%d}: the data ends the day before {self.today:%Y-%m-%d}; "
                "choose that date or an earlier one"
            )
        customers = build_customers(History.before(self.tables, [as_of]), self.tables.questions)
        if self.champion is None or not scored:
            return customers
        manifest = self.champion.manifest
        self.champion.refuse_other_texts(self.tables.text_model)
        parts = self.champion.known_at(as_of).parts
        return with_scores(
            customers, parts.churn, parts.value, parts.reference, manifest.churn_definition
        )

    def dated(self, as_of: datetime) -> Dated:
        """A date's customers under the champion's thresholds, else under their own."""
        customers = self.customers(as_of)
        return Dated(self._frozen() or fit_segmentation(self.config, customers), customers)

    def refitted(self, as_of: datetime, before: Segmentation | None = None) -> Dated:
        """A date's customers under thresholds of their own, clusters keeping the ids of before."""
        customers = self.customers(as_of)
        return Dated(fit_segmentation(self.config, customers, before), customers)

    def caution(self, start: datetime) -> Words | None:
        """Where a movement from that date is partly that of a window which still fills."""
        back = start - self.tables.first
        return None if back >= YEAR else still_filling(f"{start:%Y-%m-%d}", back.days)

    def population(self, customers: Customers) -> Population:
        """The customers as schemes are fitted on them."""
        config = self.config
        return Population(customers, config.churn, config.currency, config.seed)

    def _frozen(self) -> Segmentation | None:
        """The champion's; a scheme that it does not know of is off."""
        if self.champion is None:
            return None
        found = self.champion.parts.segments
        known = found.fitted.keys() | found.off.keys()
        newer = {scheme.name: Off(OLDER_CHAMPION) for scheme in SCHEMES if scheme.name not in known}
        return replace(found, off={**found.off, **newer})
