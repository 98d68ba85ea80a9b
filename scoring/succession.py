"""Who was champion when, by whose hand and why: what a rollback reads and a person can list."""

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from scoring.bundle import sync_folder
from scoring.errors import BundleError

HISTORY = "champions.jsonl"
TRAIN, PROMOTE, ROLLBACK = "train", "promote", "rollback"


@dataclass(frozen=True)
class Change:
    """One champion's taking of another's place.

    Attributes:
        at: ISO 8601, UTC.
        by: Who, as `user@host`.
        action: train, promote or rollback.
        before: Bundle id of the champion until then; None where there was none.
        after: Bundle id of the champion from then on.
        why: In the words of who did it; None where nothing was said.
        refused_for: The gate's reasons against a promotion that was forced.
        completed: Whether both the shelf and MLflow say so; false after a crash in between.
    """

    at: str
    by: str
    action: str
    before: str | None
    after: str
    why: str | None = None
    refused_for: tuple[str, ...] = ()
    completed: bool = False


CHANGE: TypeAdapter[Change] = TypeAdapter(Change)


@dataclass(frozen=True)
class Succession:
    """The file `champions.jsonl` beside a project's bundles: one change a line, oldest first.

    A change is written down before it is made and marked completed after, so that a crash in
    between leaves on record what was meant, and the same command run again completes it.
    """

    folder: Path

    def changes(self) -> list[Change]:
        """All of them, oldest first.

        Raises:
            BundleError: A line is not a change.
        """
        path = self.folder / HISTORY
        if not path.is_file():
            return []
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
            return [CHANGE.validate_json(line) for line in lines]
        except (OSError, UnicodeDecodeError, ValidationError) as error:
            raise BundleError(
                f"{path}: not a history of champions ({type(error).__name__}); restore it, or "
                "move it aside to start a new one"
            ) from error

    def unfinished(self) -> Change | None:
        """The change that a crash interrupted, if one did."""
        changes = self.changes()
        return changes[-1] if changes and not changes[-1].completed else None

    def begin(self, change: Change) -> None:
        """Write down what is about to be done."""
        self._write([*self.changes(), change])

    def complete(self) -> None:
        """Mark the latest change as done."""
        *earlier, latest = self.changes()
        self._write([*earlier, replace(latest, completed=True)])

    def previous(self, champion: str | None) -> str | None:
        """Bundle id of who was champion before the present one; None where nobody is known.

        A rollback undoes the latest change that has not been undone, so that two of them go two
        champions back and not to and fro.
        """
        line: list[str] = []
        for change in self.changes():
            if change.action == ROLLBACK and change.after in line:
                del line[line.index(change.after) + 1 :]
                continue
            for bundle_id in (change.before, change.after):
                if bundle_id is not None and line[-1:] != [bundle_id]:
                    line.append(bundle_id)
        if champion is not None and line[-1:] != [champion]:
            line.append(champion)  # put there by hand
        return line[-2] if len(line) > 1 else None

    def _write(self, changes: list[Change]) -> None:
        """Replace the file in one step: a reader sees the old lines or the new ones."""
        self.folder.mkdir(parents=True, exist_ok=True)
        aside = self.folder / f".{HISTORY}.{os.getpid()}"
        with aside.open("w", encoding="utf-8", newline="\n") as file:
            for change in changes:
                file.write(json.dumps(asdict(change), ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.folder / HISTORY)
        sync_folder(self.folder)
