"""Build the wheel and install it with the serving lock alone, as the image does."""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check")


def run(*command: str | Path, expect: int = 0) -> str:
    """Run a command outside the checkout; return what it printed.

    Raises:
        SystemExit: It ended otherwise than expected.
    """
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


def build(folder: Path) -> Path:
    """Build the wheel of the checkout into a folder."""
    run(sys.executable, *PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder,
        ROOT)  # fmt: skip
    return next(folder.glob("retinue-*.whl"))


def install(wheel: Path, environment: Path) -> Path:
    """Make an environment of the wheel and what serving needs; return its folder of programs."""
    venv.create(environment, with_pip=True)
    programs = environment / "bin"
    python = programs / "python"
    run(python, *PIP, "install", "--require-hashes", "-r", ROOT / "requirements" / "serving.txt")
    run(python, *PIP, "install", "--no-deps", wheel)
    return programs
