"""The model that answers: the champion, and the next one once it has shown that it can."""

from typing import Self

import numpy as np

from features.build import FeatureRows
from scoring.bundle import Bundle
from scoring.errors import BundleError
from scoring.scorer import Scorer
from scoring.shelf import Shelf
from serving.last_good import LastGood

ADDS_UP = 1e-6


class ServedModel:
    """Holds the scorer that answers; whoever answers takes it once per request.

    Threads may read `scorer` at any moment: it is replaced in one step.
    """

    def __init__(
        self, scorer: Scorer, shelf: Shelf | None = None, last_good: LastGood | None = None
    ) -> None:
        """A model that stays; with a shelf, one that follows its champion.

        Args:
            scorer: What answers now.
            shelf: Whose champion to follow.
            last_good: Where to keep a copy of the bundle that answers.
        """
        self.scorer = scorer
        self._standing: str | None = None  # of the model that answers
        self._refused: str | None = None  # of another that was to
        self._shelf = shelf
        self._last_good = last_good

    @classmethod
    def load(cls, shelf: Shelf, last_good: LastGood) -> Self:
        """Load the champion; if it cannot be trusted, the last bundle that was kept.

        Raises:
            BundleError: There is no champion, or neither can be trusted.
        """
        try:
            scorer, remark = checked(shelf.champion()), None
        except BundleError as error:
            before = last_good.bundle()
            if before is None:
                raise
            scorer = checked(before)
            remark = (
                f"the champion cannot be served ({error}); the last that could answers, "
                f"{before.manifest.bundle_id}"
            )
        served = cls(scorer, shelf, last_good)
        served._standing = remark
        return served

    @property
    def remark(self) -> str | None:
        """What somebody should look at though the model answers."""
        return self._refused or self._standing

    def refresh(self) -> bool:
        """Load another champion, if there is one; on any failure the old model goes on.

        Returns:
            Whether another model answers from now on.
        """
        if self._shelf is None:
            return False
        try:
            champion = self._shelf.champion_id()
            if champion in {None, self.scorer.bundle.manifest.bundle_id}:
                self._refused = None
                return False
            scorer = checked(self._shelf.champion())
        except BundleError as error:
            self._refused = f"another champion cannot be served, the old one answers: {error}"
            return False
        self.scorer = scorer
        self._standing = self._refused = None
        self.keep()
        return True

    def keep(self) -> None:
        """Keep a copy of what answers; a full disk is no reason not to answer."""
        if self._last_good is None or self._shelf is None:
            return
        try:
            self._last_good.keep(self._shelf, self.scorer.bundle.manifest.bundle_id)
        except (OSError, BundleError) as error:
            self._standing = f"no copy of the bundle that answers could be kept: {error}"


def checked(bundle: Bundle) -> Scorer:
    """A scorer that has been seen to answer: of a customer like the model's typical one.

    Raises:
        BundleError: What it says is no probability, or its reasons do not add up to it.
    """
    scorer = Scorer(bundle)
    typical = [np.nan if one is None else one for one in bundle.parts.reference.typical]
    row = FeatureRows.of_nobody(np.array([typical]), bundle.manifest.feature_names)
    churn = bundle.parts.churn
    with np.errstate(all="ignore"):  # what overflows is told below
        log_odds, why = churn.log_odds(row), churn.contributions(row)
        total = why.base + why.values.sum(axis=1)
    if not (np.isfinite(log_odds).all() and (np.abs(total - log_odds) <= ADDS_UP).all()):
        raise BundleError(
            f"bundle {bundle.manifest.bundle_id}: of a typical customer it says log-odds "
            f"{log_odds[0]}, and its contributions add up to {total[0]}; train again"
        )
    return scorer
