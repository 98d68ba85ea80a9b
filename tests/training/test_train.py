"""A whole training run: reproducible, in time order, and registered as promised."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from features.tables import connect, open_tables
from retinue.commands import promote, train
from retinue.commands.train import config_of
from retinue.errors import GateError
from scoring.shelf import Shelf
from tests.conftest import Trained
from training.errors import TrainingError
from training.tracking import CHALLENGER, CHAMPION, Tracking
from training.train import split_dates
from training.train import train as run_training

CREATED = "2026-01-01T00:00:00+00:00"


def another_model(own: Trained) -> Trained:
    """The same project with another seed, hence another model."""
    path = own.project.folder / "retinue.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[training]", "[training]\nseed = 99"), encoding="utf-8")
    return Trained(type(own.project).read(path), own.tables)


def test_the_same_data_and_configuration_give_the_same_bundle(trained: Trained) -> None:
    config = config_of(trained.project)
    first, again = (
        run_training(config, trained.tables, data_hash="x", created_at=CREATED) for _ in range(2)
    )
    assert first.bundle == again.bundle
    assert first.bundle.manifest.bundle_id == trained.bundle.manifest.bundle_id


def test_what_happens_from_the_test_date_on_decides_nothing(own: Trained) -> None:
    config = config_of(own.project)
    test = split_dates(config, own.tables).test
    config = replace(config, test_as_of=test)
    path = own.project.folder / "orders.parquet"
    orders = parquet.read_table(path).to_pylist()
    last = max(row["at"] for row in orders)
    thinned = [
        row for i, row in enumerate(orders) if row["at"] < test or row["at"] == last or i % 3
    ]
    parquet.write_table(pa.Table.from_pylist(thinned), path)

    result = run_training(config, own.tables, data_hash="x", created_at=CREATED)
    tables = open_tables(connect(), own.project.sources)
    other = run_training(config, tables, data_hash="x", created_at=CREATED)

    assert other.evaluation != result.evaluation
    assert other.bundle.parts == result.bundle.parts


def test_training_again_on_the_same_data_keeps_the_champion(own: Trained) -> None:
    before = own.bundle.manifest.bundle_id

    train.run(own.project, as_json=True)

    assert own.bundle.manifest.bundle_id == before
    assert Tracking(own.project.mlruns).bundle_id("simulated", CHALLENGER) is None


def test_a_second_model_is_challenger_until_it_passes_the_gate(
    own: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    champion, other = own.bundle.manifest.bundle_id, another_model(own)
    tracking, shelf = Tracking(own.project.mlruns), Shelf(own.project.bundles)

    train.run(other.project, as_json=True)
    challenger = tracking.bundle_id("simulated", CHALLENGER)

    assert challenger not in (None, champion)
    assert (shelf.champion_id(), tracking.bundle_id("simulated", CHAMPION)) == (champion, champion)

    monkeypatch.setattr(promote, "refusals", lambda _new, _old: ["it is no better"])
    with pytest.raises(GateError, match=r"is refused as of .*: it is no better; the champion"):
        promote.run(other.project)
    assert (shelf.champion_id(), tracking.bundle_id("simulated", CHAMPION)) == (champion, champion)

    monkeypatch.setattr(promote, "refusals", lambda _new, _old: [])
    promote.run(other.project)
    assert shelf.champion_id() == tracking.bundle_id("simulated", CHAMPION) == challenger
    assert tracking.bundle_id("simulated", CHALLENGER) is None


def test_promotion_without_a_challenger_is_refused(own: Trained) -> None:
    with pytest.raises(TrainingError, match="there is no challenger; run `retinue train` first"):
        promote.run(own.project)


def test_an_mlflow_run_holds_what_a_data_scientist_looks_for(trained: Trained) -> None:
    import mlflow

    mlflow.set_tracking_uri(Tracking(trained.project.mlruns).uri)
    client = mlflow.MlflowClient()
    version = client.get_model_version_by_alias("simulated", CHAMPION)
    run = client.get_run(str(version.run_id))

    assert run.data.metrics["test_roc_auc"] == trained.bundle.manifest.metrics["test_roc_auc"]
    assert run.data.params["data_hash"] == trained.bundle.manifest.trained_on.data_hash
    assert run.data.params["churn.horizon_days"] == "28"
    assert [file.path for file in client.list_artifacts(run.info.run_id, "plots")] == [
        "plots/calibration.png"
    ]
    assert run.inputs is not None
    assert run.inputs.dataset_inputs[0].dataset.digest == run.data.params["data_hash"][:36]


def test_mlflow_serves_the_same_probabilities(trained: Trained) -> None:
    import mlflow
    import numpy as np
    import pandas as pd

    from features.catalog import NAMES

    _, records = trained.store.riskiest(20)
    values = np.array([record.features for record in records])
    mlflow.set_tracking_uri(Tracking(trained.project.mlruns).uri)

    model = mlflow.pyfunc.load_model("models:/simulated@champion")
    said = model.predict(pd.DataFrame(values, columns=list(NAMES)))

    expected = [record.churn_probability for record in records]
    assert said["churn_probability"].tolist() == expected


def test_dates_are_in_the_manifest(trained: Trained) -> None:
    trained_on = trained.bundle.manifest.trained_on
    dates = [*trained_on.fit, trained_on.early_stopping, trained_on.calibration, trained_on.test]
    assert dates == sorted(dates)
    assert all(datetime.fromisoformat(date) for date in dates)


def test_the_calibration_plot_is_a_png(trained: Trained) -> None:
    picture: Path = trained.project.output / "plots" / "calibration.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
