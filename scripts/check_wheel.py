"""Build the wheel, install it with the serving lock alone, and see what starts from there."""

import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = {"features", "scoring", "training", "serving", "retinue"}


# The scripts that make a store's tables are found by their folder, not by an import.
WRITE_A_RUN = """
import sys
from pathlib import Path
from serving.records import Origin
from serving.store import Store
Store(Path(sys.argv[1])).write_run([], Origin(None, None, "", ""))
"""


def run(*command: str | Path, expect: int = 0) -> str:
    """Run a command outside the checkout; return what it printed."""
    done = subprocess.run(  # noqa: S603 - our own commands
        [str(part) for part in command],
        cwd=tempfile.gettempdir(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != expect:
        sys.exit(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout + done.stderr


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
        pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
        run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
        wheel = next(Path(folder).glob("retinue-*.whl"))
        check_contents(wheel)
        environment = Path(folder) / "environment"
        venv.create(environment, with_pip=True)
        python = environment / "bin" / "python"
        pip = (str(python), "-m", "pip", "--quiet", "--disable-pip-version-check")
        run(*pip, "install", "--require-hashes", "-r", ROOT / "requirements" / "serving.txt")
        run(*pip, "install", "--no-deps", wheel)
        run(python, "-c", "import retinue.commands.serve, retinue.commands.score")
        run(python, "-c", WRITE_A_RUN, Path(folder) / "store.db")
        run(environment / "bin" / "retinue", "--help")
        example = ROOT / "examples" / "complete_journey"
        said = run(environment / "bin" / "retinue", "train", "--project", example, expect=1)
        if "install Retinue with its extra `train`" not in said:
            sys.exit(f"training without its packages says: {said}")
        print(f"{wheel.name}: installed with the serving lock alone, starts")


if __name__ == "__main__":
    main()
