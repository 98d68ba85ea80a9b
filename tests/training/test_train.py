"""A whole training run: reproducible, in time order, and registered as promised."""

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from features.engines import connect
from features.tables import open_tables
from retinue.commands import promote, train
from retinue.commands.configuring import config_of
from retinue.errors import GateError
from scoring.reference import FeatureReference, Reference
from scoring.shelf import Shelf
from tests.conftest import Trained
from tests.serving.records import riskiest
from training.errors import TrainingError
from training.snapshots import build_snapshots
from training.splits import split_dates
from training.tracking import CHALLENGER, CHAMPION, Tracking
from training.train import TrainingResult
from training.train import train as run_training

CREATED = "2026-01-01T00:00:00+00:00"


@pytest.fixture(scope="module")
def other(trained: Trained) -> TrainingResult:
    """Of the same project with another seed, hence another model."""
    config = replace(config_of(trained.project), seed=99)
    return run_training(config, trained.tables, data_hash="x", created_at=CREATED)


@pytest.fixture
def trains_another(other: TrainingResult, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have `retinue train` come by that model, and do with it what it does."""
    monkeypatch.setattr(train, "train", lambda *_, **__: other)


def test_the_same_data_and_configuration_give_the_same_bundle(trained: Trained) -> None:
    manifest = trained.bundle.manifest

    again = run_training(
        config_of(trained.project),
        trained.tables,
        data_hash=manifest.trained_on.data_hash,
        created_at=manifest.created_at,
    )

    assert again.bundle == trained.bundle


def unweighted(reference: Reference) -> dict[str, FeatureReference]:
    """What the population looked like, without which features the served model goes by."""
    return {name: replace(one, importance=0.0) for name, one in reference.features.items()}


def test_what_happens_from_the_test_date_on_decides_nothing(own: Trained) -> None:
    config, whole = config_of(own.project), own.bundle
    test = split_dates(config, own.tables).test
    path = own.project.folder / "orders.parquet"
    orders = parquet.read_table(path).to_pylist()
    last = max(row["at"] for row in orders)
    thinned = [
        row for i, row in enumerate(orders) if row["at"] < test or row["at"] == last or i % 3
    ]
    parquet.write_table(pa.Table.from_pylist(thinned), path)
    tables = open_tables(connect(), own.project.sources)
    config = replace(config, test_as_of=test)

    without = run_training(config, tables, data_hash="x", created_at=CREATED).bundle

    assert without.manifest.metrics != whole.manifest.metrics
    kept, parts = without.parts, whole.parts
    assert kept.churn.as_judged() == parts.churn.as_judged()
    assert kept.churn.calibration != parts.churn.calibration  # the one that answers knows more
    assert unweighted(kept.reference) == unweighted(parts.reference)
    assert kept.reference.bg_nbd == parts.reference.bg_nbd
    assert kept.segments != parts.segments  # classes describe the customers of today


def test_the_sigmoid_that_answers_is_of_the_tests_customers(trained: Trained) -> None:
    split = split_dates(config_of(trained.project), trained.tables)
    parts = trained.bundle.parts
    churn = parts.churn
    assert churn.judged is not None
    assert churn.judged.fitted_at == f"{split.calibration:%Y-%m-%d}"
    assert churn.calibration.fitted_at == f"{split.test:%Y-%m-%d}"
    population = build_snapshots(trained.tables, trained.project.churn, [split.test])
    assert churn.calibration.fitted_rows == len(population)
    described = FeatureReference.of(population.rows.column("orders_in_total"))
    assert unweighted(parts.reference)["orders_in_total"] == described


@pytest.mark.usefixtures("trains_another")
def test_without_a_champion_that_can_be_served_a_new_model_is_champion(own: Trained) -> None:
    shelf = Shelf(own.project.bundles)
    before = own.bundle.manifest.bundle_id
    model = own.project.bundles / before / "churn.lgb"
    model.write_bytes(model.read_bytes()[:-1])

    train.run(own.project, as_json=True)

    assert shelf.champion().manifest.bundle_id == shelf.champion_id() != before
    assert Tracking(own.project.mlruns).bundle_id("simulated", CHAMPION) == shelf.champion_id()


@pytest.mark.usefixtures("trains_another")
def test_a_champion_in_service_stays_though_mlflow_forgot_it(own: Trained) -> None:
    before = own.bundle.manifest.bundle_id
    shutil.rmtree(own.project.mlruns)

    train.run(own.project, as_json=True)

    assert Shelf(own.project.bundles).champion_id() == before
    assert Tracking(own.project.mlruns).bundle_id("simulated", CHALLENGER) not in (None, before)


def test_models_that_mean_different_things_by_churn_are_not_compared(own: Trained) -> None:
    path = own.project.folder / "retinue.toml"
    text = path.read_text(encoding="utf-8").replace("silent_days = 60", "silent_days = 90")
    path.write_text(text, encoding="utf-8")
    other = type(own.project).read(path)
    train.run(other, as_json=True)
    with pytest.raises(GateError, match=r"last 90 days; the champion means .* cannot be compared"):
        promote.run(other, as_json=True)


def test_a_garbled_mlflow_database_is_named_in_one_line(own: Trained) -> None:
    database = own.project.mlruns / "mlflow.db"
    database.write_bytes(b"no database" * 1000)
    for beside in own.project.mlruns.glob("mlflow.db-*"):
        beside.unlink()
    with pytest.raises(TrainingError, match=r"MLflow cannot open .*mlflow.db: .* move the file"):
        Tracking(own.project.mlruns).bundle_id("simulated", CHAMPION)


def test_training_again_on_the_same_data_keeps_the_champion(own: Trained) -> None:
    before = own.bundle.manifest.bundle_id

    train.run(own.project, as_json=True)

    assert own.bundle.manifest.bundle_id == before
    assert Tracking(own.project.mlruns).bundle_id("simulated", CHALLENGER) is None


@pytest.mark.usefixtures("trains_another")
def test_a_second_model_is_challenger_until_it_passes_the_gate(
    own: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    champion = own.bundle.manifest.bundle_id
    tracking, shelf = Tracking(own.project.mlruns), Shelf(own.project.bundles)

    train.run(own.project, as_json=True)
    challenger = tracking.bundle_id("simulated", CHALLENGER)

    assert challenger not in (None, champion)
    assert (shelf.champion_id(), tracking.bundle_id("simulated", CHAMPION)) == (champion, champion)

    monkeypatch.setattr(promote, "refusals", lambda _: ["it is no better"])
    with pytest.raises(GateError, match=r"is refused as of .*: it is no better; the champion"):
        promote.run(own.project, as_json=True)
    assert (shelf.champion_id(), tracking.bundle_id("simulated", CHAMPION)) == (champion, champion)

    monkeypatch.setattr(promote, "refusals", lambda _: [])
    promote.run(own.project, as_json=True)
    assert shelf.champion_id() == tracking.bundle_id("simulated", CHAMPION) == challenger
    assert tracking.bundle_id("simulated", CHALLENGER) is None


def test_promotion_without_a_challenger_is_refused(own: Trained) -> None:
    with pytest.raises(TrainingError, match="there is no challenger; run `retinue train` first"):
        promote.run(own.project, as_json=True)


def test_an_mlflow_run_holds_what_a_data_scientist_looks_for(trained: Trained) -> None:
    import mlflow

    mlflow.set_tracking_uri(Tracking(trained.project.mlruns).uri)
    client = mlflow.MlflowClient()
    version = client.get_model_version_by_alias("simulated", CHAMPION)
    run = client.get_run(str(version.run_id))

    assert run.data.metrics["test_roc_auc"] == trained.bundle.manifest.metrics["test_roc_auc"]
    assert run.data.params["data_hash"] == trained.bundle.manifest.trained_on.data_hash
    assert run.data.params["churn.horizon_days"] == "28"
    assert {file.path for file in client.list_artifacts(run.info.run_id, "plots")} == {
        "plots/beeswarm.png",
        "plots/calibration.png",
        "plots/gain.png",
    }
    card = trained.project.output / "model_card.md"
    assert mlflow.artifacts.load_text(f"{run.info.artifact_uri}/model_card.md") == (
        card.read_text(encoding="utf-8")
    )
    assert run.inputs is not None
    assert run.inputs.dataset_inputs[0].dataset.digest == run.data.params["data_hash"][:36]


def test_mlflow_serves_the_same_probabilities(trained: Trained) -> None:
    import mlflow
    import numpy as np
    import pandas as pd

    from features.catalog import NAMES

    records = riskiest(trained.store, 20)
    values = np.array([record.features for record in records])
    mlflow.set_tracking_uri(Tracking(trained.project.mlruns).uri)

    model = mlflow.pyfunc.load_model("models:/simulated@champion")
    said = model.predict(pd.DataFrame(values, columns=list(NAMES)))

    expected = [record.churn_probability for record in records]
    assert said["churn_probability"].tolist() == expected


def test_dates_are_in_the_manifest(trained: Trained) -> None:
    trained_on = trained.bundle.manifest.trained_on
    dates = [*trained_on.fit, trained_on.test]
    assert trained_on.calibration == trained_on.fit[-1]
    assert dates == sorted(dates)
    assert all(datetime.fromisoformat(date) for date in dates)


def test_the_calibration_plot_is_a_png(trained: Trained) -> None:
    picture: Path = trained.project.output / "plots" / "calibration.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
