"""Run every notebook top to bottom; a cell that fails fails the check.

Nothing is written, unless `--store` asks for the outputs, pictures among them, to be kept.
"""

import argparse
import base64
import io
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from PIL import Image  # matplotlib brings it

if TYPE_CHECKING:
    from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
HEAVY = 45_000  # bytes of a picture; lighter ones keep all of their colours
KEPT = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


class OutputError(Exception):
    """An output is not fit to be kept."""


def main() -> int:
    """Run them; the exit code is the number that failed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--store", action="store_true", help="keep the outputs in the files")
    asked.add_argument("names", nargs="*", help="notebooks to run; all if none is named")
    arguments = asked.parse_args()
    failed = 0
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        if arguments.names and path.name not in arguments.names:
            continue
        began = time.monotonic()
        try:
            notebook = executed(path)
            if arguments.store:
                store(notebook, path)
        except (CellExecutionError, OutputError) as error:
            failed += 1
            print(f"{path}: {error}", file=sys.stderr)
        else:
            seconds = time.monotonic() - began
            print(f"{path.name}: {len(notebook.cells)} cells ran in {seconds:.0f} s")
    return failed


def executed(path: Path) -> "NotebookNode":
    """The notebook with the outputs that it has now."""
    notebook: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call] # nbformat types nothing
    NotebookClient(
        notebook, timeout=300, record_timing=False, resources={"metadata": {"path": str(NOTEBOOKS)}}
    ).execute()
    return notebook


def store(notebook: "NotebookNode", path: Path) -> None:
    """Keep the outputs, and nothing that tells whose machine made them.

    Raises:
        OutputError: A cell wrote to stderr, or an output names a folder of this machine.
    """
    notebook.metadata = nbformat.from_dict(KEPT)  # type: ignore[no-untyped-call] # likewise
    outputs = json.dumps([cell.get("outputs") for cell in notebook.cells])
    if '"name": "stderr"' in outputs:
        raise OutputError("a cell wrote to stderr; mend what it warns of")
    for place in (NOTEBOOKS.parent, Path.home(), Path(sys.prefix)):
        if str(place) in outputs:
            raise OutputError(f"an output names {place}; show paths relative to the project")
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                output.data["image/png"] = smaller(output.data["image/png"])
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call] # likewise


def smaller(picture: str) -> str:
    """A heavy PNG, in base64 before and after, in 255 colours; light ones stay as they are."""
    content = base64.b64decode(picture)
    if len(content) < HEAVY:
        return picture
    opened = Image.open(io.BytesIO(content)).convert("RGB")
    written = io.BytesIO()
    few = opened.quantize(255, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(written, "png", optimize=True)
    return base64.b64encode(written.getvalue()).decode()


if __name__ == "__main__":
    sys.exit(main())
