"""A simulation is the same again, whole or not at all, and ready to be trained on."""

import json
import signal
import subprocess
import sys
from dataclasses import asdict, fields, replace
from pathlib import Path

import pytest
from pyarrow import parquet

from features.contract import CONTRACT
from features.engines import connect
from features.sources.source import Files
from features.tables import open_tables
from retinue.project import Project
from training.simulation import plan as module
from training.simulation.folder import SimulationError
from training.simulation.plan import Plan
from training.simulation.simulate import simulate
from training.simulation.truths import Truths, meaning_of

PLAN = Plan(customers=700, days=200, seed=3)
TABLES = [table.name for table in CONTRACT]
EXAMPLE = Path(__file__).parents[3] / "examples" / "simulated"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("simulated") / "company"
    simulate(PLAN, made)
    return made


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_plan_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    simulate(PLAN, tmp_path / "again")
    simulate(replace(PLAN, seed=4), tmp_path / "other")
    assert contents(tmp_path / "again") == contents(folder)
    assert contents(tmp_path / "other")["orders.parquet"] != contents(folder)["orders.parquet"]


def test_a_chunk_is_the_same_whatever_comes_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK", 300)
    simulate(replace(PLAN, customers=600), tmp_path / "two")
    simulate(replace(PLAN, customers=700), tmp_path / "three")
    for name in (*TABLES, "truth"):
        two = parquet.ParquetFile(tmp_path / "two" / f"{name}.parquet")
        three = parquet.ParquetFile(tmp_path / "three" / f"{name}.parquet")
        assert (two.num_row_groups, three.num_row_groups) == (2, 3)
        for chunk in range(2):
            assert two.read_row_group(chunk).equals(three.read_row_group(chunk))


@pytest.mark.parametrize(
    ("days", "customers"), [(90, 1), (730, 20_000), (730, 50_001), (3650, 9_999)]
)
def test_chunks_hold_every_customer_once_and_no_more_than_fit(days: int, customers: int) -> None:
    chunks = Plan(customers, days).chunks
    assert [number for chunk in chunks for number in chunk] == list(range(1, customers + 1))
    assert max(len(chunk) for chunk in chunks) * max(days, 730) <= 20_000 * 730


def test_rows_are_counted(folder: Path, tmp_path: Path) -> None:
    rows = simulate(PLAN, tmp_path / "counted")
    assert list(rows) == [*TABLES, "truth"]
    for name, count in rows.items():
        assert parquet.read_metadata(folder / f"{name}.parquet").num_rows == count > 0


def test_the_project_file_maps_every_table_and_not_the_truth(folder: Path) -> None:
    project = Project.read(folder)
    assert list(project.sources) == TABLES
    opened = open_tables(connect(), project.sources)
    for name in TABLES:
        assert opened.reports[name].rows > 0
        assert opened.reports[name].without_time == opened.reports[name].without_customer == 0


def test_the_smallest_company_can_be_opened(tmp_path: Path) -> None:
    simulate(Plan(customers=1, days=90), tmp_path / "one")
    project = Project.read(tmp_path / "one")
    open_tables(connect(), project.sources)


def test_the_example_maps_what_the_simulation_writes(folder: Path) -> None:
    example, made = Project.read(EXAMPLE), Project.read(folder)
    assert example.churn == made.churn
    for name, source in example.sources.items():
        assert source.place == Files(EXAMPLE / "data" / f"{name}.parquet")
        assert source.columns == made.sources[name].columns
        assert source.timeless == made.sources[name].timeless


def test_a_folder_that_holds_something_is_left_alone(folder: Path, tmp_path: Path) -> None:
    before = contents(folder)
    with pytest.raises(SimulationError, match="is there already; name another folder"):
        simulate(PLAN, folder)
    assert contents(folder) == before
    (tmp_path / "empty").mkdir()
    simulate(PLAN, tmp_path / "empty")
    assert contents(tmp_path / "empty") == before


def test_a_run_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def full() -> None:
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space left"):
        simulate(PLAN, tmp_path / "company", full)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_killed_leaves_no_half_company(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; "
        "from training.simulation.plan import Plan; "
        "from training.simulation.simulate import simulate; "
        "simulate(Plan(700, 200), Path(sys.argv[1]), lambda: (print('chunk', flush=True), "
        "time.sleep(60)))"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "company")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"chunk\n"
        running.send_signal(signal.SIGKILL)
    assert not (tmp_path / "company").exists()


def test_every_truth_is_told_to_people_and_to_machines(folder: Path) -> None:
    readme = (folder / "README.md").read_text(encoding="utf-8")
    told = json.loads((folder / "truths.json").read_text(encoding="utf-8"))
    assert {name: told[name] for name in ("customers", "days", "seed")} == {
        "customers": 700,
        "days": 200,
        "seed": 3,
    }
    assert told["truths"] == json.loads(json.dumps(asdict(Truths()), default=str))
    for constant in fields(Truths):
        assert f"| `{constant.name}` | " in readme
        assert meaning_of(constant.name).endswith(".")
