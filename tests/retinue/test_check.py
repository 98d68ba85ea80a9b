"""`retinue check`: exit codes, and what goes to which stream."""

import json
from pathlib import Path

from retinue.project import Project
from tests.retinue.test_cli import retinue


def test_a_ready_project_is_told_so(untrained: Project, tmp_path: Path) -> None:
    html = tmp_path / "pages" / "report.html"

    done = retinue("check", "--html", html, "--project", untrained.folder)

    assert done.returncode == 0, done.stderr
    assert "Ready to train." in done.stdout
    assert "absent_table  tickets: there is no [tables.tickets]" in done.stdout
    assert html.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert not untrained.output.exists()


def test_a_project_that_is_not_ready_prints_the_report_and_one_line(untrained: Project) -> None:
    text = untrained.path.read_text("utf-8").replace("horizon_days = 28", "horizon_days = 150")
    untrained.path.write_text(text, encoding="utf-8")

    done = retinue("check", "--json", "--project", untrained.folder)

    printed = json.loads(done.stdout)
    assert done.returncode == 1
    assert printed["ready"] is False
    assert printed["findings"][0]["code"] == "too_little_history"
    assert printed["tables"]["orders"]["duplicate_rows"] >= 0
    assert done.stderr.splitlines()[-1] == (
        f"error: {untrained.path}: not ready to train: too_little_history; "
        "the report says what to do about each"
    )
