"""A project of own features by the same commands: check, train, judge, score, promote, serve."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from features.errors import RetinueError
from retinue.cli import app
from retinue.errors import GateError, NotReadyError, ProjectError
from retinue.project import Project
from scoring.scorer import Scorer
from scoring.shelf import Shelf
from serving.served_model import ServedModel
from serving.store import Store
from serving.web.app import Parts, create_app
from tests.own_tables import SECTION, lines, write

UNSAID = "nothing can tell whether a column knows the future"


def retinue(folder: Path, *arguments: str) -> str:
    """What a command prints to stdout; its error is raised."""
    done = CliRunner().invoke(app, [*arguments, "--project", str(folder)])
    if done.exception is not None:
        raise done.exception
    return done.stdout


def project_of(folder: Path, rows: list[dict[str, str]], section: str = SECTION) -> Path:
    write(rows, folder / "members.csv")
    (folder / "retinue.toml").write_text(section, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained and scored project; one customer has a plan that no model saw."""
    folder = project_of(tmp_path_factory.mktemp("members"), lines(400))
    trained = json.loads(retinue(folder, "train", "--json"))
    assert trained["registered"]["alias"] == "champion"
    assert any(UNSAID in caveat for caveat in trained["caveats"])
    rows = lines(400)
    kept = [i for i, row in enumerate(rows) if row["left"] == "no"]
    rows[kept[0]]["plan"] = "Lifetime"
    scored = json.loads(retinue(project_of(folder, rows), "score", "--json"))
    assert scored["as_of"] == "unknown"
    assert scored["counts"] == {"scored": len(kept), "already_churned": 400 - len(kept)}
    return folder


@pytest.fixture(scope="module")
def client(members: Path) -> TestClient:
    project = Project.read(members)
    scorer = Scorer(Shelf(project.bundles).champion())
    return TestClient(create_app(Parts(ServedModel(scorer), Store(project.store))))


def of(members: Path, left: str) -> list[str]:
    text = (members / "members.csv").read_text(encoding="utf-8").splitlines()[1:]
    return [line.split(",")[0] for line in text if line.endswith(f",{left}")]


def test_check_says_what_columns_are_and_what_cannot_be_promised(tmp_path: Path) -> None:
    said = retinue(project_of(tmp_path, lines(400)), "check")
    assert "400 customers" in said
    assert "country is left out: it says 'FR' of everyone." in said
    assert UNSAID in said
    assert "Ready to train." in said


def test_check_writes_a_page(tmp_path: Path) -> None:
    rows = [{**row, "<b>": str(i % 3)} for i, row in enumerate(lines(400))]
    folder, page = project_of(tmp_path, rows), tmp_path / "pages" / "report.html"
    assert "the report as a page" in retinue(folder, "check", "--html", str(page))

    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "Yes: there is enough to train a model." in text
    gone = sum(row["left"] == "yes" for row in rows)
    assert f"400 customers, one row each, as of unknown; {gone} of them" in text
    fee = r"<th scope=row>fee</th><td>number</td><td>2\.0 %</td><td>0\.[5-9]\d\d</td><td>\d"
    assert re.search(fee, text)
    assert "<th scope=row>&lt;b&gt;</th>" in text
    assert "<h3>country is left out: it says &#x27;FR&#x27; of everyone.</h3>" in text
    assert "knows the future" in text
    assert "<script" not in text


def test_the_page_of_what_cannot_train_says_why(tmp_path: Path) -> None:
    rows = [{**row, "bill": str(int(row["left"] == "yes"))} for row in lines(400)]
    page = tmp_path / "report.html"
    with pytest.raises(NotReadyError, match="bill"):
        retinue(project_of(tmp_path, rows), "check", "--html", str(page))
    text = page.read_text(encoding="utf-8")
    assert "<strong>Not yet.</strong>" in text
    assert "<article class=stops><h3>bill (AUC 1.0000)" in text


def test_check_refuses_what_train_would(tmp_path: Path) -> None:
    rows = [{**row, "bill": str(int(row["left"] == "yes"))} for row in lines(400)]
    folder = project_of(tmp_path, rows)
    with pytest.raises(NotReadyError, match=r"bill \(AUC 1.0000\)"):
        retinue(folder, "check", "--json")
    with pytest.raises(RetinueError, match=r"bill \(AUC 1.0000\)"):
        retinue(folder, "train")


def test_a_prediction_is_whole_and_says_what_it_cannot_promise(
    members: Path, client: TestClient
) -> None:
    stays = of(members, "no")
    answer = client.post("/v1/predict", json={"customer_ids": stays[:2], "reasons": 20}).json()
    strange, plain = answer["predictions"]

    for said in (strange, plain):
        contributions = sum(reason["contribution"] for reason in said["reasons"])
        total = said["base_log_odds"] + contributions + said["other_contributions"]
        assert total == pytest.approx(said["log_odds"], abs=1e-9)
        assert said["churn_probability_low"] <= said["churn_probability"]
        assert said["as_of"] == "unknown"
        assert said["data_age_s"] is None
        assert any(UNSAID in warning for warning in said["warnings"])
    assert any("counted as other: plan" in warning for warning in strange["warnings"])
    assert not any("counted as other" in warning for warning in plain["warnings"])
    texts = {reason["feature"]: reason["text"] for reason in strange["reasons"]}
    assert texts["plan"].startswith("Plan: another value, ")


def test_who_is_marked_as_churned_is_not_scored(members: Path, client: TestClient) -> None:
    gone = of(members, "yes")[0]
    said = client.post("/v1/predict", json={"customer_ids": [gone]}).json()["predictions"][0]
    assert said["status"] == "already_churned"
    assert "marks the customer as churned" in said["explanation"]


def test_a_profile_shows_the_row(members: Path, client: TestClient) -> None:
    customer = of(members, "no")[5]
    profile = client.get(f"/v1/customers/{customer}").json()
    assert profile["attributes"]["plan"] in ("Monthly", "Yearly", "Two years")
    assert set(profile["features"]) == {"plan", "months", "fee"}
    assert set(profile["segments"]) == {"risk"}


def test_the_list_is_the_same_over_http_and_on_the_command_line(
    members: Path, client: TestClient
) -> None:
    answer = client.get("/v1/at-risk", params={"limit": 5}).json()
    listed = json.loads(retinue(members, "at-risk", "--top", "5", "--json"))
    assert answer["customers"] == listed
    assert any(UNSAID in warning for warning in answer["warnings"])
    assert listed[0]["spend_last_91_days"] is None
    assert not {line["customer_id"] for line in listed} & {*of(members, "yes")}


def test_money_in_the_table_makes_value_at_risk(members: Path, tmp_path: Path) -> None:
    valued = SECTION.replace('churned = "yes"', 'churned = "yes"\nvalue = "fee"')
    folder = project_of(shutil.copytree(members, tmp_path / "valued"), lines(400), valued)
    assert "fee is what a customer brings in a period:" in retinue(folder, "check")

    retinue(folder, "score")
    shown = retinue(folder, "at-risk", "--top", "1", "--lang", "zh")
    assert "风险金额为[own_features]中value列的单期金额乘以流失风险" in shown.replace("\n", "")
    listed = json.loads(
        retinue(folder, "at-risk", "--top", "400", "--sort", "value_at_risk", "--json")
    )

    fees = {row["member"]: row["fee"].strip() for row in lines(400)}
    project = Project.read(folder)
    served = ServedModel(Scorer(Shelf(project.bundles).champion()))
    parts = Parts(served, Store(project.store))
    customers = [line["customer_id"] for line in listed]
    body = {"customer_ids": customers}
    said = TestClient(create_app(parts)).post("/v1/predict", json=body).json()["predictions"]
    money = []
    for line, one in zip(listed, said, strict=True):
        fee = fees[line["customer_id"]]
        assert one["remaining_value"] == (float(fee) if fee else None)
        assert one["remaining_value_low"] is one["remaining_value_high"] is None
        assert line["value_at_risk"] == one["value_at_risk"]
        if fee:
            at_risk = one["churn_probability"] * float(fee)
            assert one["value_at_risk"] == pytest.approx(at_risk)
            money.append(at_risk)
    assert money == sorted(money, reverse=True)
    assert 0 < len(money) < len(listed)


def test_the_server_is_ready_and_says_why_other_schemes_are_off(client: TestClient) -> None:
    assert client.get("/readyz").json()["status"] == "ready"
    schemes = {one["scheme"]: one for one in client.get("/v1/segments").json()["schemes"]}
    assert "dated orders" in json.dumps(schemes["rfm"])


def test_the_registered_model_takes_the_own_columns(members: Path) -> None:
    import mlflow
    import pandas as pd

    project = Project.read(members)
    mlflow.set_tracking_uri(f"sqlite:///{project.mlruns.resolve() / 'mlflow.db'}")
    model = mlflow.pyfunc.load_model("models:/members@champion")
    said = model.predict(pd.DataFrame({"plan": [0.0], "months": [3.0], "fee": [np.nan]}))
    assert model.metadata.get_input_schema().input_names() == ["plan", "months", "fee"]
    assert 0 < said["churn_probability"][0] < 1


def test_a_training_leaves_a_card_and_pictures(members: Path) -> None:
    import mlflow

    project = Project.read(members)
    mlflow.set_tracking_uri(f"sqlite:///{project.mlruns.resolve() / 'mlflow.db'}")
    client = mlflow.MlflowClient()
    run = client.get_run(str(client.get_model_version_by_alias("members", "champion").run_id))
    plots = {file.path for file in client.list_artifacts(run.info.run_id, "plots")}
    assert plots == {"plots/calibration.png", "plots/gain.png"}

    card = (project.output / "model_card.md").read_text(encoding="utf-8")
    assert mlflow.artifacts.load_text(f"{run.info.artifact_uri}/model_card.md") == card
    metrics = Shelf(project.bundles).champion().manifest.metrics
    assert f"| roc auc | {metrics['test_roc_auc']:.3f} [" in card
    assert "profit at capacity" not in card
    assert UNSAID in card
    # `household` is sensitive by its name: of 134 all but the eleven largest are told together.
    assert "The project's table has `household`." in card
    assert [line for line in card.splitlines() if line.startswith("| others | 367 |")]
    assert "Withheld, with fewer than 50 rows, or 10 who left or stayed: h" in card


def test_the_gate_compares_recipes_on_the_same_customers(members: Path, tmp_path: Path) -> None:
    folder = project_of(shutil.copytree(members, tmp_path / "again"), lines(400))
    judged = json.loads(retinue(folder, "evaluate", "--json"))
    metrics = Shelf(Project.read(folder).bundles).champion().manifest.metrics
    assert judged["trained_on_this_table"]
    assert judged["rules"]["model"]["log_loss"]["value"] == metrics["test_log_loss"]
    assert (
        judged["rules"]["plain_lightgbm"]["roc_auc"]["low"] == metrics["plain_lightgbm_roc_auc_low"]
    )
    worse = SECTION.replace("most_rounds = 20", "most_rounds = 1")
    project_of(folder, lines(400), worse)
    assert json.loads(retinue(folder, "train", "--json"))["registered"]["alias"] == "challenger"
    with pytest.raises(GateError, match="is worse than the champion's"):
        retinue(folder, "promote")


def test_a_search_is_judged_as_part_of_the_recipe(tmp_path: Path) -> None:
    folder = project_of(tmp_path, lines(300))
    trained = json.loads(retinue(folder, "train", "--trials", "3", "--json"))
    judged = json.loads(retinue(folder, "evaluate", "--json"))

    assert trained["tuned"]["trials"] == 3
    assert trained["tuned"]["loss"] <= trained["tuned"]["loss_before"]
    bundle = Shelf(Project.read(folder).bundles).champion()
    assert bundle.parts.own is not None
    assert bundle.parts.own.trials == 3
    assert judged["rules"]["model"] == trained["rules"]["model"]
    card = (folder / "output" / "model_card.md").read_text(encoding="utf-8")
    assert "Settings were searched in 3 trials." in card


@pytest.mark.parametrize(
    "command", ["features --out x.csv", "segments", "evaluate --as-of 2024-01-01"]
)
def test_what_needs_dates_says_so(members: Path, command: str) -> None:
    with pytest.raises(RetinueError, match="dated tables"):
        retinue(members, *command.split())


def test_dated_tables_and_own_features_are_not_mixed(tmp_path: Path) -> None:
    section = SECTION + "\n[churn]\nsilent_days = 60\nhorizon_days = 28\n[tables]\n"
    with pytest.raises(ProjectError, match=r"\[own_features\] and churn and tables as well"):
        Project.read(project_of(tmp_path, lines(3), section))
