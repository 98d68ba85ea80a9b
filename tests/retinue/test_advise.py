"""`retinue advise`: a table and sentences for people, JSON for machines, a picture."""

import json
from pathlib import Path

from retinue.project import Project
from tests.retinue.test_cli import refused, retinue


def test_it_prints_a_table_and_what_to_set(untrained: Project, tmp_path: Path) -> None:
    plot = tmp_path / "silences.png"

    done = retinue("advise", "--plot", plot, "--project", untrained.folder)

    assert done.returncode == 0, done.stderr
    assert "order in 28 days" in done.stdout
    assert "set [churn] silent_days = " in done.stdout
    assert "It is 60 now" in done.stdout
    assert f"{plot}: the advice as a picture" in done.stdout
    assert plot.exists()
    assert not untrained.output.exists()


def test_json_alone_stands_on_stdout(untrained: Project) -> None:
    done = retinue("advise", "--json", "--as-of", "2024-09-01", "--project", untrained.folder)

    printed = json.loads(done.stdout)
    assert printed["as_of"] == "2024-09-01"
    assert printed["silent_days"] == 60
    assert printed["in_words"]


def test_a_date_outside_the_orders_is_one_line(untrained: Project) -> None:
    said = refused("advise", "--as-of", "2030-01-01", "--project", untrained.folder)
    assert "lies outside the orders" in said
