"""Build the wheel, install it with the serving lock alone, and see what starts from there."""

import sys
import tempfile
import zipfile
from pathlib import Path

from scripts.installed_wheel import ROOT, build, install, run

PACKAGES = {"features", "scoring", "training", "serving", "retinue"}


# The scripts that make a store's tables are found by their folder, not by an import.
WRITE_A_RUN = """
import sys
from pathlib import Path
from serving.records import Origin
from serving.store import Store
Store(Path(sys.argv[1])).write_run([], Origin(None, None, "", ""))
"""


def check_contents(wheel: Path) -> None:
    """The wheel holds our packages and nothing of the checkout beside them."""
    names = zipfile.ZipFile(wheel).namelist()
    found = {name.split("/")[0] for name in names if ".dist-info" not in name}
    if found != PACKAGES:
        sys.exit(f"the wheel holds {sorted(found)}, not {sorted(PACKAGES)}")
    missing = [
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.suffix in {".py", ".npz"} and path.relative_to(ROOT).as_posix() not in names
    ]
    if missing:
        sys.exit(f"the wheel lacks {missing}")


def main() -> None:
    """Build, install, start."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = build(Path(folder))
        check_contents(wheel)
        programs = install(wheel, Path(folder) / "environment")
        run(programs / "python", "-c", "import retinue.commands.serve, retinue.commands.score")
        run(programs / "python", "-c", WRITE_A_RUN, Path(folder) / "store.db")
        run(programs / "retinue", "--help")
        example = ROOT / "examples" / "complete_journey"
        said = run(programs / "retinue", "train", "--project", example, expect=1)
        if "install Retinue with its extra `train`" not in said:
            sys.exit(f"training without its packages says: {said}")
        print(f"{wheel.name}: installed with the serving lock alone, starts")


if __name__ == "__main__":
    main()
