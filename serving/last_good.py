"""A copy of the bundle that answers, to start from when the shelf has none that can."""

import fcntl
import shutil
from dataclasses import dataclass
from pathlib import Path

from scoring.bundle import Bundle
from scoring.errors import BundleError
from scoring.shelf import Shelf

TURN = ".turn"


@dataclass(frozen=True)
class LastGood:
    """A shelf of one bundle; a kill at any step leaves the one before on it, or the new one."""

    folder: Path

    def bundle(self) -> Bundle | None:
        """The bundle, verified; None where there is none that can be trusted."""
        try:
            return self._kept.champion()
        except BundleError:  # the caller tells of the shelf, which matters more
            return None

    def keep(self, shelf: Shelf, bundle_id: str) -> None:
        """Copy a bundle from its shelf, and drop all others.

        Raises:
            OSError: It cannot be read, or not be written.
            BundleError: The copy cannot be trusted.
        """
        # Looked at first, as a folder that holds it already may be read-only.
        if self._holds(bundle_id) and not self._others(bundle_id):
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / TURN).open("w") as turn:
            # Workers swap at the same time: one would drop what another has just pointed at.
            fcntl.flock(turn, fcntl.LOCK_EX)
            if not self._holds(bundle_id):
                shelf.copy(bundle_id, self.folder)
                self._kept.promote(bundle_id)
            for other in self._others(bundle_id):
                shutil.rmtree(other, ignore_errors=True)

    @property
    def _kept(self) -> Shelf:
        return Shelf(self.folder)

    def _holds(self, bundle_id: str) -> bool:
        return self._kept.sound_champion_id() == bundle_id

    def _others(self, bundle_id: str) -> list[Path]:
        """What swaps before left, those too that were killed."""
        return [one for one in self.folder.iterdir() if one.is_dir() and one.name != bundle_id]
