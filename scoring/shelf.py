"""A project's bundles on disk, and which of them is champion."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from scoring.bundle import Bundle, sync_folder
from scoring.errors import BundleError

POINTER = "champion"


@dataclass(frozen=True)
class Shelf:
    """The folder of a project's bundles; the file `champion` in it holds the champion's id."""

    folder: Path

    def add(self, bundle: Bundle) -> Path:
        """Put a bundle on the shelf; the champion stays who it is."""
        return bundle.save(self.folder)

    def copy(self, bundle_id: str, folder: Path) -> None:
        """Put a bundle's very bytes on another shelf; one of that id there makes place.

        Raises:
            OSError: It cannot be read, or not be written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".bundle-", dir=folder))
        try:
            (aside / bundle_id).mkdir()
            for file in (self.folder / bundle_id).iterdir():
                shutil.copyfile(file, aside / bundle_id / file.name)
            if (folder / bundle_id).exists():
                (folder / bundle_id).rename(aside / "before")
            (aside / bundle_id).rename(folder / bundle_id)
            sync_folder(folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def bundle(self, bundle_id: str) -> Bundle:
        """Load and verify one bundle.

        Raises:
            BundleError: It is not there, or cannot be trusted.
        """
        return Bundle.load(self.folder / bundle_id)

    def champion(self) -> Bundle:
        """Load and verify the champion.

        Raises:
            BundleError: There is none, or it cannot be trusted.
        """
        bundle_id = self.champion_id()
        if bundle_id is None:
            raise BundleError(f"{self.folder}: there is no champion yet; run `retinue train` first")
        return self.bundle(bundle_id)

    def champion_id(self) -> str | None:
        """The champion's id; None where nothing was promoted yet."""
        pointer = self.folder / POINTER
        if not pointer.is_file():
            return None
        try:
            return pointer.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BundleError(
                f"{pointer}: cannot be read; write the id of a bundle into it, or remove it and "
                "run `retinue train`"
            ) from error

    def sound_champion_id(self) -> str | None:
        """The champion's id; None where there is none that could be served."""
        try:
            return self.champion().manifest.bundle_id
        except BundleError:
            return None

    def promote(self, bundle_id: str) -> None:
        """Make a bundle champion in one step: readers see the old one or the new one."""
        self.bundle(bundle_id)  # never point at what cannot be served
        aside = self.folder / f".{POINTER}.{os.getpid()}"
        with aside.open("w", encoding="utf-8") as file:
            file.write(bundle_id + "\n")
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.folder / POINTER)
        sync_folder(self.folder)
