"""Run every notebook top to bottom; a cell that fails fails the check. Nothing is written."""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def main() -> int:
    """Run them all; the exit code is the number that failed."""
    failed = 0
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call] # nbformat types nothing
        client = NotebookClient(
            notebook, timeout=300, resources={"metadata": {"path": str(NOTEBOOKS)}}
        )
        try:
            client.execute()
        except CellExecutionError as error:
            failed += 1
            print(f"{path}: {error}", file=sys.stderr)
        else:
            print(f"{path.name}: {len(notebook.cells)} cells ran")
    return failed


if __name__ == "__main__":
    sys.exit(main())
