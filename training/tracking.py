"""MLflow: one run per training, the bundle as a registered model, and its aliases."""

import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import features
import scoring
from scoring.bundle import LIBRARIES, Bundle, Manifest
from training.errors import TrainingError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CHAMPION, CHALLENGER = "champion", "challenger"
CARD = "model_card.md"
MODEL_CODE = Path(__file__).parent / "mlflow_model.py"
LONGEST_DIGEST = 36  # MLflow's limit, as is the next
LONGEST_TAG = 5000


@dataclass(frozen=True)
class Registered:
    """A registered model version and the run that made it."""

    name: str
    version: str
    run_id: str
    alias: str


@dataclass(frozen=True)
class Version:
    """A registered model version: its number, its alias if it has one, and its tags."""

    version: str
    alias: str | None
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Tracking:
    """MLflow's SQLite database and artifacts in one folder, `mlruns` by custom."""

    folder: Path

    @property
    def uri(self) -> str:
        """What `mlflow ui --backend-store-uri` takes."""
        return f"sqlite:///{self.folder.resolve() / 'mlflow.db'}"

    def record(
        self,
        bundle: Bundle,
        folder: Path,
        *,
        parameters: Mapping[str, str],
        artifacts: "Mapping[str, Path | Figure | str]",
        served: str | None,
    ) -> Registered:
        """Log one training run and register its bundle.

        Where no champion is in service, the bundle becomes champion; else it becomes challenger
        and the champion stays. A bundle that has its alias already is not registered again.

        Args:
            bundle: The trained model, with its metrics.
            folder: Where the bundle is saved.
            parameters: Of the configuration.
            artifacts: Artifact folder to PNG file, or artifact file to figure or text.
            served: Id of the champion in service; None where none can be served.

        Raises:
            TrainingError: MLflow did not store what it was given.
        """
        mlflow = _import_mlflow()
        manifest = bundle.manifest
        self._open_experiment(mlflow, manifest.name)
        alias = CHAMPION if served in (None, manifest.bundle_id) else CHALLENGER
        existing = self._version(mlflow, alias, manifest.name)
        again = existing is not None and existing.tags["bundle_id"] == manifest.bundle_id
        with mlflow.start_run(tags=_tags(bundle)) as run:
            mlflow.log_params({**parameters, **_provenance(bundle)})
            mlflow.log_metrics(dict(manifest.metrics))
            mlflow.log_input(_dataset(bundle), context="training")
            for artifact, content in artifacts.items():
                if isinstance(content, Path):
                    mlflow.log_artifact(str(content), artifact)
                elif isinstance(content, str):
                    mlflow.log_text(content, artifact)
                else:
                    mlflow.log_figure(content, artifact)
            logged = None if again else _log_model(mlflow, bundle, folder)
        if existing is not None and logged is None:
            return Registered(manifest.name, str(existing.version), run.info.run_id, alias)
        version = _register(mlflow, manifest, logged, run.info.run_id)
        mlflow.MlflowClient().set_registered_model_alias(manifest.name, alias, version)
        return Registered(manifest.name, version, run.info.run_id, alias)

    def bundle_id(self, name: str, alias: str) -> str | None:
        """Id of the bundle behind an alias; None where the model or the alias does not exist."""
        mlflow = _import_mlflow()
        self._open_experiment(mlflow, name)
        version = self._version(mlflow, alias, name)
        return None if version is None else str(version.tags["bundle_id"])

    def crown(self, name: str, bundle_id: str, tags: Mapping[str, str]) -> Registered | None:
        """Move the champion's alias to a bundle's version; doing it again changes nothing.

        If it was the challenger, it ceases to be one.

        Args:
            name: The registered model.
            bundle_id: Whose version becomes champion.
            tags: Put on that version.

        Returns:
            The version; None where MLflow knows none of that bundle.
        """
        mlflow = _import_mlflow()
        self._open_experiment(mlflow, name)
        client = mlflow.MlflowClient()
        found = [one for one in self._versions(mlflow, name) if one.tags["bundle_id"] == bundle_id]
        if not found:
            return None
        version = found[-1]
        for key, value in tags.items():
            client.set_model_version_tag(name, version.version, key, value[:LONGEST_TAG])
        client.set_registered_model_alias(name, CHAMPION, version.version)
        challenger = self._version(mlflow, CHALLENGER, name)
        if challenger is not None and challenger.tags["bundle_id"] == bundle_id:
            client.delete_registered_model_alias(name, CHALLENGER)
        return Registered(name, str(version.version), version.run_id, CHAMPION)

    def versions(self, name: str) -> list[Version]:
        """Every registered version of a model, oldest first."""
        mlflow = _import_mlflow()
        self._open_experiment(mlflow, name)
        holders = {
            str(found.version): alias
            for alias in (CHALLENGER, CHAMPION)
            if (found := self._version(mlflow, alias, name)) is not None
        }
        return [
            Version(str(one.version), holders.get(str(one.version)), dict(one.tags))
            for one in self._versions(mlflow, name)
        ]

    @staticmethod
    def _versions(mlflow: Any, name: str) -> list[Any]:
        found = mlflow.MlflowClient().search_model_versions(f"name = '{name}'", max_results=10_000)
        return sorted(found, key=lambda version: int(version.version))

    @staticmethod
    def _version(mlflow: Any, alias: str, name: str) -> Any:
        try:
            return mlflow.MlflowClient().get_model_version_by_alias(name, alias)
        except mlflow.exceptions.MlflowException as error:
            if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
                return None
            raise

    def _open_experiment(self, mlflow: Any, name: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        mlflow.set_tracking_uri(self.uri)
        try:
            self._make_experiment(mlflow, name)
        except Exception as error:
            raise TrainingError(
                f"MLflow cannot open {self.folder / 'mlflow.db'}: {type(error).__name__}; run "
                f"`mlflow db upgrade {self.uri}`, or move the file aside"
            ) from error

    def _make_experiment(self, mlflow: Any, name: str) -> None:
        artifacts = (self.folder / "artifacts").resolve().as_uri()
        existing = mlflow.get_experiment_by_name(name)
        # MLflow keeps where artifacts go as an absolute path, and offers no way to change it: in a
        # folder that was moved or copied, new runs would be written to where it was before.
        if existing is not None and existing.artifact_location != artifacts:
            client = mlflow.MlflowClient()
            aside = f"{name} before the move {existing.experiment_id}"
            client.rename_experiment(existing.experiment_id, aside)
            existing = None
        if existing is None:
            mlflow.create_experiment(name, artifact_location=artifacts)
        mlflow.set_experiment(name)


def _import_mlflow() -> Any:
    """Import MLflow (a second) when it is needed, with telemetry off and pickles refused."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    import mlflow

    for noisy in ("alembic", "mlflow"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    return mlflow


def _register(mlflow: Any, manifest: Manifest, logged: Any, run_id: str) -> str:
    client = mlflow.MlflowClient()
    if not client.search_registered_models(filter_string=f"name = '{manifest.name}'"):
        client.create_registered_model(manifest.name)
    version = client.create_model_version(
        manifest.name,
        logged.model_uri,
        run_id=run_id,
        model_id=logged.model_id,
        tags={"bundle_id": manifest.bundle_id},
    )
    return str(version.version)


def _log_model(mlflow: Any, bundle: Bundle, folder: Path) -> Any:
    from mlflow.types import ColSpec, Schema

    names = bundle.manifest.feature_names
    # Doubles throughout: an integer column would refuse a row with a null in it.
    signature = mlflow.models.ModelSignature(
        inputs=Schema([ColSpec("double", column) for column in names]),
        outputs=Schema([ColSpec("double", "churn_probability")]),
    )
    with _same_path():
        logged = mlflow.pyfunc.log_model(
            name="churn",
            python_model=str(MODEL_CODE),
            artifacts={"bundle": str(folder)},
            code_paths=[str(Path(package.__path__[0])) for package in (features, scoring)],
            signature=signature,
            input_example=_typical_row(bundle),
            pip_requirements=[
                f"{library}=={bundle.manifest.library_versions[library]}" for library in LIBRARIES
            ],
        )
    stored = mlflow.models.get_model_info(logged.model_uri).signature
    if stored is None or stored.inputs.input_names() != list(names):
        raise TrainingError(
            "MLflow stored the model without its signature; delete the run and report this "
            "with the output of `mlflow doctor`"
        )
    return logged


@contextmanager
def _same_path() -> Iterator[None]:
    """MLflow tries a model out, and would leave its copy of our code before the code itself."""
    before = [*sys.path]
    try:
        yield
    finally:
        sys.path[:] = before


def _typical_row(bundle: Bundle) -> Any:
    """A synthetic input example: each feature's median, nobody's row."""
    import pandas as pd

    medians = {
        name: [np.nan if feature.median is None else feature.median]
        for name, feature in bundle.parts.reference.features.items()
    }
    return pd.DataFrame(medians, dtype="float64")


def _dataset(bundle: Bundle) -> Any:
    from mlflow.data.code_dataset_source import CodeDatasetSource
    from mlflow.data.meta_dataset import MetaDataset

    digest = bundle.manifest.trained_on.data_hash[:LONGEST_DIGEST]
    # Abstract by MLflow's annotations only; it is documented to be instantiated.
    return MetaDataset(CodeDatasetSource(tags={}), name="tables", digest=digest)  # type: ignore[abstract]


def _tags(bundle: Bundle) -> dict[str, str]:
    return {"bundle_id": bundle.manifest.bundle_id, "catalog_hash": bundle.manifest.catalog_hash}


def _provenance(bundle: Bundle) -> dict[str, str]:
    trained_on = bundle.manifest.trained_on
    return {
        "data_hash": trained_on.data_hash,
        "fit_as_of": " ".join(trained_on.fit),
        "calibration_as_of": bundle.parts.churn.calibration.fitted_at,
        "test_as_of_used": trained_on.test,
        "fit_rows": str(trained_on.rows),
        "rule": bundle.parts.churn.blend.rule,
        "rounds": str(bundle.parts.churn.rounds),
    }
