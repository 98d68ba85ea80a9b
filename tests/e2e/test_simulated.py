"""A simulated company from its first row to its list: every family counts, satisfaction and all."""

import subprocess
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from benchmarks.sent_rows import by_rows
from retinue.commands.serve import online_settings
from retinue.project import Project
from scoring.scorer import Scorer
from scoring.shelf import Shelf
from serving.online import OnlineCustomers
from serving.served_model import ServedModel
from serving.store import Store
from serving.web.app import Parts, create_app
from tests.e2e.conftest import RETINUE, Example


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """Simulated, trained and scored by the command line."""
    folder: Path = tmp_path_factory.mktemp("companies") / "company"
    command = [str(RETINUE), "simulate", "--customers", "1500", "--days", "500", "--out", "company"]
    subprocess.run(command, cwd=folder.parent, check=True, capture_output=True)
    with (folder / "retinue.toml").open("a", encoding="utf-8") as file:
        file.write("\n[training]\nsnapshot_every_days = 42\nbootstrap_samples = 100\n")
    made = Example(folder)
    made.retinue("train")
    made.retinue("score")
    return made


def test_the_model_learns_what_was_planted_beside_orders(company: Example) -> None:
    listed = company.json("at-risk", "--top", "300")

    said = " ".join(reason for line in listed for reason in line["reasons"])
    for word in ("complaint", "event", "subscription", "order"):
        assert word in said


def test_it_beats_the_recency_rule(company: Example) -> None:
    rules = company.json("evaluate")["rules"]
    for metric, better in (("roc_auc", 1), ("log_loss", -1)):
        model, recency = (rules[rule][metric]["value"] for rule in ("model", "recency_rule"))
        assert better * (model - recency) > 0


def test_no_skew_all_seven_tables_sent_give_the_answer_of_the_batch_to_the_bit(
    company: Example,
) -> None:
    project = Project.read(company.folder)
    model = ServedModel(Scorer(Shelf(project.bundles).champion()))
    settings = online_settings(project)
    assert settings is not None
    parts = Parts(model, Store(project.store), online=OnlineCustomers(settings))
    client = TestClient(create_app(parts))
    ids = [str(number) for number in range(1, 1500, 60)]
    by_id = client.post("/v1/predict", json={"customer_ids": ids}).json()["predictions"]

    sent = by_rows(project, ids, by_id[0]["as_of"])
    found = client.post("/v1/predict", json=sent).json()["predictions"]

    assert {name for customer in sent["customers"] for name in customer} >= set(project.sources) - {
        "customers"
    }
    assert sum(one["status"] == "scored" for one in by_id) > len(ids) / 3
    for one, other in zip(found, by_id, strict=True):
        assert {**one, "data_age_s": 0} == {**other, "data_age_s": 0}
