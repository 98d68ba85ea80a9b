"""`retinue init`: a project file from the data files of a folder."""

from pathlib import Path

from features.engines import connect
from features.inference.as_toml import as_toml
from features.inference.draft import draft
from retinue.console import progress, say
from retinue.errors import ProjectError
from retinue.project import FILE, Project


def run(folder: Path, out: Path | None) -> None:
    """Write the project file that a folder's data files suggest; never over another.

    Raises:
        ProjectError: The folder is not there, or the file already is.
        TableError: Nothing in the folder can be made a project of.
    """
    file = out or (folder if folder.is_dir() else folder.parent) / FILE
    if not folder.exists():
        raise ProjectError(f"there is no folder {folder}; name the one that holds the data files")
    if file.exists():
        raise ProjectError(f"{file} is there already; remove it, or name another file with --out")
    with progress() as (tell, _):
        tell(f"looking at {folder}")
        found = draft(connect(), folder)
    text = as_toml(found, file.parent)
    with file.open("x", encoding="utf-8") as opened:
        opened.write(text)
    Project.read(file)
    tables = ", ".join(f"{one.table.name} from {one.seen.name}" for one in found.tables)
    say(f"{file}: {tables}. Read each comment, then: retinue train --project {file}")
