"""Each churn definition from the project file to figures, on a simulated company."""

import json
import shutil
from pathlib import Path

import pytest

from retinue.commands import check, evaluate, score, train
from retinue.project import Project
from scoring.churn_definition import ChurnDefinition
from scoring.shelf import Shelf
from training.simulation.plan import Plan
from training.simulation.simulate import simulate

CADENCE = 'definition = "cadence"\nusual_gaps = 4\nsilent_days = 70\nhorizon_days = 42'
ENDS = 'definition = "subscription_end"\nhorizon_days = 56\ngrace_days = 14\nsilent_days = 70'

STAYS_AWAY = (
    'definition = "event"\nkind = ["visit", "app_session"]\nmeans = "did_not"\nrecent_days = 42\n'
    "horizon_days = 42\nsilent_days = 70"
)

# What a model may cost here: how strong it is, is not asked.
QUICK = """

[training]
snapshot_every_days = 56
bootstrap_samples = 100

[training.model]
learning_rate = 0.2
most_rounds = 40
patience = 5

[segments.cluster]
most = 3
bootstrap_fits = 2

"""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("companies") / "company"
    simulate(Plan(customers=1000, days=640), folder)
    return folder


def meaning(company: Path, folder: Path, churn: str, *, without_orders: bool = False) -> Project:
    """A copy of the company that means something else by churn."""
    shutil.copytree(company, folder)
    file = folder / "retinue.toml"
    text = file.read_text("utf-8")
    start, end = text.index("definition ="), text.index("[tables.")
    text = text[:start] + churn + QUICK + text[end:]
    if without_orders:
        start = text.index("[tables.orders]")
        end = text.index("[tables.", text.index("[tables.orders.columns]") + 1)
        text = text[:start] + text[end:]
    file.write_text(text, encoding="utf-8")
    return Project.read(folder)


@pytest.mark.parametrize(
    ("churn", "causes"),
    [
        pytest.param(CADENCE, {"already_churned"}, id="cadence"),
        pytest.param(ENDS, {"already_churned", "never_subscribed"}, id="subscription_end"),
        pytest.param(STAYS_AWAY, {"already_churned", "never_did"}, id="event"),
    ],
)
def test_it_trains_and_is_judged(
    churn: str,
    causes: set[str],
    company: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    project = meaning(company, tmp_path / "project", churn)

    train.run(project, as_json=True)
    capsys.readouterr()
    evaluate.run(project, evaluate.Question(), as_json=True)
    figures = json.loads(capsys.readouterr().out)

    stored: ChurnDefinition = Shelf(project.bundles).champion().manifest.churn_definition
    assert stored == project.churn
    assert causes <= figures["excluded"].keys()
    assert figures["rules"]["model"]["roc_auc"]["value"] > 0.6
    score.run(project, None, as_json=True)


def test_a_project_of_subscriptions_alone_can_be_checked(
    company: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = meaning(company, tmp_path / "project", ENDS, without_orders=True)

    check.run(project, None, as_json=True)

    assert json.loads(capsys.readouterr().out)["ready"] is True
