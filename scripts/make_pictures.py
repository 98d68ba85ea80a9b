"""Make the README's pictures from the example project as the demo leaves it."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parents[1]
PROJECT = ROOT / "examples" / "complete_journey"
IMAGES = ROOT / "docs" / "images"
COMMANDS = (
    "evaluate --project examples/complete_journey",
    "at-risk --top 5 --sort value_at_risk --project examples/complete_journey",
)
WIDTH = 110


def main() -> None:
    """Run each command and draw what it printed; copy the calibration plot."""
    console = Console(record=True, width=WIDTH, file=Path(os.devnull).open("w"))  # noqa: SIM115 - ends with us
    environment = {**os.environ, "COLUMNS": str(WIDTH), "FORCE_COLOR": "1", "TERM": "xterm"}
    for command in COMMANDS:
        printed = subprocess.run(  # noqa: S603 - our own command
            [Path(sys.executable).parent / "retinue", *command.split()],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        ).stdout
        console.print(Text(f"$ retinue {command}", style="bold"))
        console.print(Text.from_ansi(printed))
    IMAGES.mkdir(exist_ok=True)
    # The viewer's own fixed-width font: no page of ours loads a font from elsewhere.
    picture = re.sub(r"@font-face \{.*?\}\s*", "", console.export_svg(title="retinue"), flags=re.S)
    (IMAGES / "demo.svg").write_text(picture, encoding="utf-8")
    shutil.copy(PROJECT / "output" / "plots" / "calibration.png", IMAGES / "calibration.png")
    with tempfile.TemporaryDirectory() as folder:
        report = ["segments", "--project", str(PROJECT), "--report", folder]
        subprocess.run(  # noqa: S603 - our own command
            [Path(sys.executable).parent / "retinue", *report], check=True, capture_output=True
        )
        shutil.copy(Path(folder) / "rfm_map.png", IMAGES / "rfm_map.png")
    print(f"made demo.svg, calibration.png and rfm_map.png in {IMAGES}")


if __name__ == "__main__":
    main()
