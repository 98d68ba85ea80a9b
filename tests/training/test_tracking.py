"""What MLflow keeps of a run's pictures."""

import sys
from pathlib import Path

from tests.conftest import Trained
from tests.training.clustering.blobs import CENTRES, QUICK, blobs, clustering
from training.clustering.pictures import plot_choice, plot_profiles
from training.tracking import Tracking


def test_figures_and_files_become_artifacts_of_the_run(trained: Trained, tmp_path: Path) -> None:
    fitted = clustering(blobs(*CENTRES[:2], size=60))
    calibration = tmp_path / "calibration.png"
    calibration.write_bytes(b"a picture")
    bundle, path = trained.bundle, [*sys.path]

    Tracking(tmp_path / "mlruns").record(
        bundle,
        trained.project.bundles / bundle.manifest.bundle_id,
        parameters={},
        artifacts={
            "plots": calibration,
            "clusters/choice.png": plot_choice(fitted, QUICK),
            "clusters/profiles.png": plot_profiles(fitted),
        },
        served=None,
    )

    kept = {
        f"{found.parent.name}/{found.name}"
        for found in (tmp_path / "mlruns" / "artifacts").rglob("*.png")
    }
    assert kept == {"plots/calibration.png", "clusters/choice.png", "clusters/profiles.png"}
    assert sys.path == path  # MLflow would leave its copy of our code first on it


def test_a_project_that_was_copied_writes_where_it_is_now(own: Trained) -> None:
    import mlflow

    tracking = Tracking(own.project.mlruns)
    version = tracking.versions("simulated")[0]

    experiment = mlflow.get_experiment_by_name("simulated")

    assert experiment is not None
    assert experiment.artifact_location == (own.project.mlruns / "artifacts").resolve().as_uri()
    assert version.tags["bundle_id"] == own.bundle.manifest.bundle_id
