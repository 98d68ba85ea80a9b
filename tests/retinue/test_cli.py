"""The command line: quick to help, one line for an error, and what each command prints."""

import json
import socket
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import csv, parquet

from features.catalog import NAMES
from retinue.cli import main
from retinue.commands import evaluate, score
from retinue.commands.opening import open_project_tables
from retinue.project import Project
from serving import batch
from serving.erasure import erase
from serving.errors import UnderWayError
from serving.store import Store
from tests.conftest import Trained
from tests.serving.records import riskiest

RETINUE = Path(sys.executable).parent / "retinue"


def started(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What a command says as a process of its own, down to what libraries in C print."""
    command = [str(RETINUE), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def retinue(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What a command says and exits with, run within this process: starting one takes longer."""
    command = [str(RETINUE), *map(str, arguments)]
    with (
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(StringIO()) as out,
        redirect_stderr(StringIO()) as err,
    ):
        patch.setattr(sys, "argv", command)
        code: object = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
    assert isinstance(code, int)
    return subprocess.CompletedProcess(command, code, out.getvalue(), err.getvalue())


def refused(*arguments: str | Path) -> str:
    """The last line of what an error that exits with 1 says; above it stands what was read."""
    done = retinue(*arguments)
    lines = done.stderr.splitlines()
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert lines[-1].startswith("error: ")
    return lines[-1]


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys, retinue.cli; "
        "print(sorted({'ibis', 'numpy', 'lightgbm', 'mlflow', 'pandas'} & set(sys.modules)))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"


def test_every_command_has_a_help_text_with_an_example() -> None:
    commands = ("init", "check", "features", "train", "evaluate", "promote", "score", "at-risk")
    for command in (*commands, "rollback", "models", "advise", "simulate", "serve"):
        shown = retinue(command, "--help")
        assert shown.returncode == 0
        assert f"Example: retinue {command}" in shown.stdout


def test_a_usage_error_exits_with_2() -> None:
    assert started("at-risk", "--top", "none").returncode == 2
    assert retinue("nonsense").returncode == 2


def test_evaluate_prints_json_for_machines(trained: Trained) -> None:
    done = retinue("evaluate", "--json", "--project", trained.project.folder)

    printed = json.loads(done.stdout)
    baselines = {"recency_rule", "three_term_logistic", "uncalibrated", "bg_nbd"}
    assert printed["rules"].keys() == {"model"} | baselines
    assert printed["campaign"]["profit"].keys() > baselines
    assert printed["absent"].keys() == {"plain_lightgbm"}
    auc = printed["rules"]["model"]["roc_auc"]
    assert auc["low"] <= auc["value"] <= auc["high"]
    assert auc["value"] == trained.bundle.manifest.metrics["test_roc_auc"]


def test_evaluate_judges_groups_and_origins(
    trained: Trained, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "pictures" / "origins.png"
    question = evaluate.Question(origins=1, by="month", plot=picture)

    evaluate.run(trained.project, question, as_json=True)

    printed = json.loads(capsys.readouterr().out)
    (origin,) = printed["origins"]
    groups = {one["name"]: one["rows"] for one in printed["slices"]["groups"]}
    assert origin["as_of"] == "2024-09-28"
    assert groups == {"all": origin["customers"], "2024-09": origin["customers"]}
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_evaluate_prints_groups_in_80_columns(
    trained: Trained, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluate.run(trained.project, evaluate.Question(by="lifecycle"), as_json=False)
    printed = capsys.readouterr().out
    assert "said less left" in printed
    assert "up to capacity" in printed
    assert max(map(len, printed.splitlines())) <= 80


@pytest.mark.parametrize(
    "asked", [("--origins", "2", "--as-of", "2024-09-28"), ("--plot", "x.png")]
)
def test_what_does_not_go_together_is_a_usage_error(asked: tuple[str, ...]) -> None:
    assert retinue("evaluate", *asked).returncode == 2


def test_evaluate_refuses_a_date_the_model_has_seen(trained: Trained) -> None:
    said = refused("evaluate", "--as-of", "2024-09-27", "--project", trained.project.folder)
    assert trained.bundle.manifest.trained_on.test == "2024-09-28"
    assert "would flatter it; choose a later date" in said


def test_init_writes_a_project_that_the_other_commands_take(
    untrained: Project, tmp_path: Path
) -> None:
    untrained.path.unlink()
    out = tmp_path / "shop.toml"

    done = retinue("init", untrained.folder, "--out", out)

    assert done.returncode == 0, done.stderr
    assert f"{out}: customers from customers, orders from orders" in done.stdout
    assert {"customers", "orders"} <= Project.read(out).sources.keys()
    features = retinue("features", "--out", tmp_path / "f.csv", "--project", out)
    assert features.returncode == 0, features.stderr


def test_init_overwrites_nothing(untrained: Project) -> None:
    before = untrained.path.read_bytes()
    said = refused("init", untrained.folder)
    assert "retinue.toml is there already; remove it, or name another file with --out" in said
    assert untrained.path.read_bytes() == before


def test_init_names_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert "there is no folder" in refused("init", tmp_path / "gone")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            'source = "orders.csv"',
            "orders.csv, line 3: column 'amount' holds 'ten', which is",
        ),
        ('source = "torn.parquet"', "torn.parquet cannot be read: "),
        (
            'source = "postgresql://me@127.0.0.1:1/shop"\ntable = "orders"',
            "orders: postgresql://me@127.0.0.1:1/shop (table orders) cannot be read: connection to",
        ),
        (
            'source = "postgresql://me:${KEY_OF_NOBODY}@127.0.0.1:1/shop"\ntable = "orders"',
            "source asks for ${KEY_OF_NOBODY}; set KEY_OF_NOBODY in the environment",
        ),
    ],
)
def test_a_source_that_cannot_be_read_is_one_line_and_no_file(
    source: str, said: str, untrained: Project, tmp_path: Path
) -> None:
    lines = "customer,order,at,amount,pieces\na,1,2024-05-01,5,1\na,2,2024-05-01,ten,1\n"
    (untrained.folder / "orders.csv").write_text(lines, encoding="utf-8")
    (untrained.folder / "torn.parquet").write_bytes(b"PAR1 torn")
    text = untrained.path.read_text("utf-8").replace('source = "orders.parquet"', source, 1)
    untrained.path.write_text(text, encoding="utf-8")

    done = retinue("features", "--out", tmp_path / "f.csv", "--project", untrained.folder)

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("error: ")
    assert said in done.stderr
    assert not (tmp_path / "f.csv").exists()


def test_skipped_lines_are_counted_aloud(untrained: Project, tmp_path: Path) -> None:
    lines = "customer,order,at,amount,pieces\na,1,2024-05-01T09:00,5,1\na,2,2024-05-01\n"
    (untrained.folder / "orders.csv").write_text(lines, encoding="utf-8")
    keys = 'source = "orders.csv"\nskip_broken_lines = true'
    text = untrained.path.read_text("utf-8").replace('source = "orders.parquet"', keys, 1)
    untrained.path.write_text(text, encoding="utf-8")

    done = retinue("features", "--out", tmp_path / "f.csv", "--project", untrained.folder)

    assert done.returncode == 0, done.stderr
    assert "orders: 1 broken lines were skipped" in done.stderr


def test_features_writes_a_row_per_customer(own: Trained, tmp_path: Path) -> None:
    done = retinue(
        "features", "--as-of", "2024-06-01", "--out", tmp_path / "f.parquet",
        "--project", own.project.folder,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    rows = parquet.read_table(tmp_path / "f.parquet")
    assert rows.column_names == ["customer_id", "as_of", *NAMES]
    assert rows.num_rows == len(set(rows["customer_id"].to_pylist())) > 100


def test_at_risk_prints_json_and_exports_what_it_prints(own: Trained, tmp_path: Path) -> None:
    printed = json.loads(
        retinue("at-risk", "--top", "7", "--json", "--project", own.project.folder).stdout
    )
    retinue("at-risk", "--top", "7", "--out", tmp_path / "a.csv", "--project", own.project.folder)

    exported = csv.read_csv(tmp_path / "a.csv").to_pylist()
    assert [line["customer_id"] for line in printed] == [row["customer_id"] for row in exported]
    assert len(printed) == 7


def test_at_risk_shows_people_a_table(trained: Trained) -> None:
    shown = retinue("at-risk", "--top", "2", "--project", trained.project.folder).stdout
    assert "why (each associated with higher risk)" in shown
    assert "Money in EUR" in shown


def test_an_altered_bundle_is_refused(own: Trained) -> None:
    model = own.project.bundles / own.bundle.manifest.bundle_id / "churn.lgb"
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)
    for command in ("score", "evaluate", "serve"):
        said = refused(command, "--project", own.project.folder)
        assert "churn.lgb: altered since it was written" in said
        assert "restore the bundle" in said


def test_a_bundle_of_a_newer_format_is_refused(own: Trained) -> None:
    manifest = own.project.bundles / own.bundle.manifest.bundle_id / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('"format": 1', '"format": 2', 1), encoding="utf-8")
    said = refused("serve", "--project", own.project.folder)
    assert "bundle format 2 is newer than this version reads (1); upgrade retinue" in said


def test_a_port_in_use_is_refused(trained: Trained) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = refused("serve", "--port", port, "--project", trained.project.folder)
    assert f"cannot listen on 127.0.0.1:{port}" in said
    assert "choose another port with --port" in said


@pytest.mark.parametrize("command", ["score", "evaluate", "serve"])
def test_what_needs_a_model_says_to_train_first(command: str, untrained: Project) -> None:
    said = refused(command, "--project", untrained.folder)
    assert "there is no champion yet; run `retinue train` first" in said


def test_a_list_before_any_scoring_says_to_score_first(untrained: Project) -> None:
    said = refused("at-risk", "--project", untrained.folder)
    assert "no scoring run yet; run `retinue score` first" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('amount = "amount"', 'amount = "price"', "no column 'price' (mapped to amount)"),
        ('quantity = "pieces"', 'pieces = "pieces"', "unknown columns ['pieces']"),
        ('source = "events.parquet"', 'source = "gone.parquet"', "there is no file"),
        ("horizon_days = 28", "horizon_days = 150", "too little history to train"),
    ],
)
def test_a_project_that_does_not_fit_its_data_is_refused(
    old: str, new: str, said: str, untrained: Project
) -> None:
    file = untrained.path
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert said in refused("train", "--project", file)


def test_an_error_is_one_line_and_nothing_else(untrained: Project) -> None:
    (untrained.folder / "orders.parquet").unlink()
    done = started("train", "--project", untrained.folder)
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


def test_an_empty_table_is_refused(untrained: Project) -> None:
    folder = untrained.folder
    orders = parquet.read_table(folder / "orders.parquet")
    parquet.write_table(orders.slice(0, 0), folder / "orders.parquet")
    said = refused("train", "--project", folder)
    assert "orders.parquet has no rows; point [tables.orders] at the data" in said


def test_score_writes_every_scored_customer_to_a_file(own: Trained, tmp_path: Path) -> None:
    done = retinue("score", "--out", tmp_path / "all.csv", "--project", own.project.folder)

    assert done.returncode == 0, done.stderr
    rows = csv.read_csv(tmp_path / "all.csv")
    assert rows.num_rows == own.store.current_run().counts["scored"]
    wanted = {"churn_probability", "risk_tier", "cluster", "reason_1"}
    assert wanted < set(rows.column_names)


def test_the_list_is_told_and_exported_in_chinese(own: Trained, tmp_path: Path) -> None:
    asked = ("at-risk", "--top", "3", "--lang", "zh", "--project", own.project.folder)
    shown = retinue(*asked)
    exported = retinue(*asked, "--out", tmp_path / "list.csv")

    assert shown.returncode == exported.returncode == 0, shown.stderr + exported.stderr
    assert "原因（均与更高的流失风险相关）" in shown.stdout
    assert "截至" in shown.stderr
    for reason in csv.read_csv(tmp_path / "list.csv").column("reason_1").to_pylist():
        assert "：" in reason


def test_a_file_that_cannot_be_written_is_refused_before_or_after_the_work(
    own: Trained, tmp_path: Path
) -> None:
    project = own.project.folder
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    for command in ("features", "at-risk"):
        out = tmp_path / "file" / "f.csv"
        assert "f.csv: cannot be written" in refused(command, "--out", out, "--project", project)
        said = refused(command, "--out", tmp_path / "f.xlsx", "--project", project)
        assert "cannot write '.xlsx'; name a .csv or .parquet file" in said


def test_an_id_is_shown_as_it_is(own: Trained) -> None:
    path = own.project.folder / "orders.parquet"
    orders = parquet.read_table(path).to_pylist()
    for row in orders:
        row["customer"] = f"[b]{row['customer']}[/i]"
    parquet.write_table(pa.Table.from_pylist(orders), path)
    assert retinue("score", "--project", own.project.folder).returncode == 0

    shown = retinue("at-risk", "--top", "1", "--project", own.project.folder)

    assert "[b]c" in shown.stdout, shown.stderr


def test_scoring_to_a_file_with_json_prints_json_alone(own: Trained, tmp_path: Path) -> None:
    project = own.project.folder
    done = started("score", "--json", "--out", tmp_path / "s.csv", "--project", project)
    assert json.loads(done.stdout)["counts"]["scored"] > 0
    said = refused("score", "--out", tmp_path / "s.txt", "--project", project)
    assert "cannot write '.txt'" in said


def test_a_folder_that_is_a_file_is_named_in_one_line(untrained: Project) -> None:
    (untrained.folder / "output").write_text("not a folder", encoding="utf-8")
    assert "output/bundles" in refused("train", "--project", untrained.folder)


def test_simulate_makes_a_project_and_counts_its_rows(tmp_path: Path) -> None:
    small = ("--customers", "50", "--days", "120", "--out", tmp_path / "company")

    done = retinue("simulate", *small, "--json")

    printed = json.loads(done.stdout)
    assert printed["rows"]["customers"] == 50
    assert printed["rows"]["orders"] > 50
    assert Project.read(Path(printed["folder"])).name == "simulated"
    assert "is there already; name another folder" in refused("simulate", *small)


def test_idempotent_scoring_again_writes_only_what_changed(
    own: Trained,
) -> None:
    scoring = ("score", "--json", "--project", own.project.folder)
    first = own.store.current_run().run_id

    same, anew = (json.loads(retinue(*scoring, *more).stdout) for more in ((), ("--again",)))
    earlier = json.loads(retinue(*scoring, "--as-of", "2024-09-01").stdout)

    assert same["run_id"] == first
    assert (anew["run_id"], earlier["run_id"]) == (first + 1, first + 2)


def test_privacy_erasing_takes_customers_out_and_is_on_record(own: Trained) -> None:
    first, second = (one.customer_id for one in riskiest(own.store, 2))
    project = ("--project", own.project.folder)

    told = json.loads(retinue("erase", first, "nobody", "--json", *project).stdout)
    shown = retinue("erase", second, *project).stdout

    assert {**told, "erased_at": ""} == {"erased": 1, "unknown": 1, "runs": 1, "erased_at": ""}
    assert shown.splitlines()[0] == "Erased 1 customer from 1 scoring run."
    assert "erase there too" in shown
    assert not {first, second} & {one.customer_id for one in riskiest(own.store, 1000)}
    log = retinue("audit", "list", "--action", "cli.erasures", "--json", *project).stdout
    assert len(json.loads(log)) == 2
    assert first not in log


def test_privacy_ids_to_erase_may_come_by_standard_input(own: Trained) -> None:
    ids = [one.customer_id for one in riskiest(own.store, 3)]
    command = ("erase", "-", "--json", "--project", own.project.folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", StringIO("\r\n".join(ids) + "\n\n"))
        assert json.loads(retinue(*command).stdout)["erased"] == 3
        patch.setattr(sys, "stdin", StringIO("\n"))
        assert retinue(*command).returncode == 2


def test_crash_safety_scoring_killed_is_gone_on_with(own: Trained) -> None:
    program = """
import os, signal, sys
from pathlib import Path
from retinue.commands import score
from retinue.project import Project
from serving import batch
batch.BATCH = 100
real = batch.records_of
def records_of(*arguments):
    if len(done) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(1)
    return real(*arguments)
done, batch.records_of = [], records_of
score.run(Project.read(Path(sys.argv[1])), None, again=True)
"""
    before = own.store.current_run()
    command = [sys.executable, "-c", program, str(own.project.folder)]
    killed = subprocess.run(command, check=False, capture_output=True)

    assert killed.returncode == -9, killed.stderr
    assert own.store.current_run() == before
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "BATCH", 100)
        done = retinue("score", "--again", "--json", "--project", own.project.folder)
    after = own.store.current_run()
    assert json.loads(done.stdout)["run_id"] == after.run_id == before.run_id + 1
    assert after.counts == before.counts


def test_privacy_nobody_is_erased_while_a_run_is_made_that_may_hold_them(
    own: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = riskiest(own.store, 1)[0].customer_id
    read = open_project_tables

    def reading(project: Project, **how: Any) -> Any:
        with pytest.raises(UnderWayError):
            erase(Store(project.store), [someone])
        tables.append(read(project, **how))
        return tables[0]

    tables: list[Any] = []
    monkeypatch.setattr(score, "open_project_tables", reading)
    assert retinue("score", "--again", "--project", own.project.folder).returncode == 0
    assert tables


def test_two_that_score_at_once_are_told_apart(own: Trained) -> None:
    with own.store.database.scoring():
        said = refused("score", "--again", "--project", own.project.folder)
    assert "another process is writing a run; try again when it is done" in said
