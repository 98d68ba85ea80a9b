"""The bundle, format 1: the folder a model is saved to and served from.

Every file is text, nothing is unpickled, and no model file is parsed before its hash is verified;
the manifest, which holds the hashes, is sealed with one of its own.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError

from features.catalog import catalog_hash
from scoring.churn import Blend, ChurnModel, Sigmoids
from scoring.churn_definition import ChurnDefinition
from scoring.errors import BundleError
from scoring.own import OwnPart
from scoring.reference import Reference
from scoring.segments.scheme import Off
from scoring.segments.segmentation import Segmentation
from scoring.value.model import ValueModel

FORMAT = 1
FILES = (
    "churn.lgb",
    "logistic.json",
    "calibration.json",
    "segments.json",
    "value.json",
    "reference.json",
)
OWN = "own_features.json"  # only where the project brought the features
LIBRARIES = ("lightgbm", "numpy", "ibis-framework", "duckdb")

VALUE: TypeAdapter[ValueModel | Off] = TypeAdapter(ValueModel | Off)


@dataclass(frozen=True)
class TrainedOn:
    """Where a model comes from.

    Attributes:
        fit: As-of dates in ISO 8601, as are the next two.
        calibration: The latest of them; the sigmoid that was judged was fitted on its customers.
        test: Of the one that it was judged by, and that the sigmoid which answers was fitted on.
        rows: Customers by as-of date that it was fitted on.
        data_hash: Digest of the data.
        text_model: Digest of the model that read the texts; None where there were none.
        too_few: Why a simple rule answers instead of a boosted model; None where one was boosted.
        customer_share: Of all customers, those learned from: chosen by a hash of the id.
    """

    fit: tuple[str, ...]
    calibration: str
    test: str
    rows: int
    data_hash: str
    text_model: str | None = None
    too_few: str | None = None
    customer_share: float = 1.0


@dataclass(frozen=True)
class Description:
    """What training says of a model, for its manifest; see Manifest for each."""

    name: str
    created_at: str
    currency: str
    churn_definition: ChurnDefinition
    trained_on: TrainedOn


@dataclass(frozen=True)
class Manifest:
    """What a bundle is, and the hash of every file beside it.

    Attributes:
        format: Version of the folder's layout.
        bundle_id: Digest of the files and of all the description says but created_at: the same
            model from the same data has the same id.
        name: The registered model's name.
        created_at: ISO 8601, UTC.
        currency: Code of the currency that money is in.
        churn_definition: Who is scored and what churn means.
        feature_names: Columns of the model's input, in order.
        catalog_hash: Digest of the feature catalog that the model was fitted with.
        library_versions: Of the libraries that touch the numbers.
        trained_on: Where the model comes from.
        metrics: Test metrics by name.
        files: File name to SHA-256.
        caveats: What cannot be promised of features without dates.
    """

    format: int
    bundle_id: str
    name: str
    created_at: str
    currency: str
    churn_definition: ChurnDefinition
    feature_names: tuple[str, ...]
    catalog_hash: str
    library_versions: Mapping[str, str]
    trained_on: TrainedOn
    metrics: Mapping[str, float]
    files: Mapping[str, str]
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True)
class ModelParts:
    """The fitted parts that a bundle's files hold; without a value model, what it would need.

    Of features that the project brought there is `own`; else they are the catalog's.
    """

    churn: ChurnModel
    segments: Segmentation
    value: ValueModel | Off
    reference: Reference
    own: OwnPart | None = None

    @property
    def features_hash(self) -> str:
        """Digest of the features that the model takes in."""
        return catalog_hash() if self.own is None else self.own.features.hash

    def files(self) -> dict[str, str]:
        """File name to content."""
        own = {} if self.own is None else {OWN: _json(asdict(self.own))}
        return {
            "churn.lgb": self.churn.booster_text,
            "logistic.json": _json(asdict(self.churn.blend)),
            "calibration.json": _json(asdict(self.churn.sigmoids)),
            "segments.json": _json(self.segments.as_json()),
            "value.json": _json(asdict(self.value)),
            "reference.json": _json(asdict(self.reference)),
            **own,
        }


@dataclass(frozen=True)
class Bundle:
    """A model as it is saved and served."""

    manifest: Manifest
    parts: ModelParts

    @classmethod
    def of(cls, parts: ModelParts, description: Description, metrics: Mapping[str, float]) -> Self:
        """Put a manifest beside fitted parts."""
        files = {file: _sha256(content.encode()) for file, content in parts.files().items()}
        about = {**asdict(description), "created_at": None}
        manifest = Manifest(
            format=FORMAT,
            bundle_id=_sha256(_json([files, about]).encode())[:16],
            name=description.name,
            created_at=description.created_at,
            currency=description.currency,
            churn_definition=description.churn_definition,
            feature_names=tuple(parts.reference.features),
            catalog_hash=parts.features_hash,
            library_versions={library: version(library) for library in LIBRARIES},
            trained_on=description.trained_on,
            metrics=metrics,
            files=files,
            caveats=tuple(one.en for one in parts.own.caveats) if parts.own else (),
        )
        return cls(manifest, parts)

    def known_at(self, as_of: datetime) -> "Bundle":
        """The bundle as it stood at a date: with the latest sigmoid whose labels were known by it.

        At the date of its own test that is the sigmoid that was judged.
        """
        served = datetime.fromisoformat(self.parts.churn.calibration.fitted_at)
        if as_of >= served + self.manifest.churn_definition.reach:
            return self
        return replace(self, parts=replace(self.parts, churn=self.parts.churn.as_judged()))

    def refuse_to_flatter(self, as_of: datetime) -> None:
        """Refuse figures of a date whose customers the model may have learned from.

        Raises:
            BundleError: The date lies before the labels end that the model was made from.
        """
        latest = datetime.fromisoformat(self.manifest.trained_on.calibration)
        seen = latest + self.manifest.churn_definition.reach
        if as_of < seen:
            raise BundleError(
                f"as-of {as_of:%Y-%m-%d}: the model was made from outcomes up to {seen:%Y-%m-%d}, "
                "so figures before that would flatter it; choose a later date"
            )

    def refuse_other_texts(self, text_model: str | None) -> None:
        """Refuse features that are not read out of texts as those of the training were.

        Args:
            text_model: Digest of the model that reads the texts now; None where there are none.

        Raises:
            BundleError: It is another.
        """
        trained = self.manifest.trained_on.text_model
        if text_model != trained:
            raise BundleError(
                f"texts are read by the model {text_model} now, and bundle "
                f"{self.manifest.bundle_id} was trained on what {trained} read; run "
                "`retinue train` again, then `retinue promote`"
            )

    def save(self, parent: Path) -> Path:
        """Write the folder `<parent>/<bundle_id>`, whole or not at all.

        A bundle that is there already, and sound, is left as it is.

        Returns:
            The bundle's folder.
        """
        folder = parent / self.manifest.bundle_id
        parent.mkdir(parents=True, exist_ok=True)
        if folder.exists():
            try:
                type(self).load(folder)
            except BundleError:
                shutil.rmtree(folder)  # torn or altered: the sound one takes its place
            else:
                return folder
        aside = Path(tempfile.mkdtemp(prefix=".bundle-", dir=parent))
        try:
            for name, content in self.parts.files().items():
                digest = _sha256(content.encode())
                if digest != self.manifest.files.get(name, digest):
                    raise BundleError(
                        f"{folder}: {name} would not be written as it was sealed; copy the "
                        "bundle's folder instead, and tell us"
                    )
                _write(aside / name, content)
            _write(aside / "manifest.json", _sealed(asdict(self.manifest)))
            aside.chmod(0o755)  # a server may run as another user
            aside.rename(folder)
            sync_folder(parent)
        except OSError as error:
            # Another process may have saved the same bundle meanwhile; then theirs stands.
            if not folder.exists():
                raise BundleError(
                    f"{folder}: cannot be written: {error.strerror}; check the disk"
                ) from error
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return folder

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a bundle after verifying format, seal and hashes.

        Raises:
            BundleError: The folder is not a bundle, is newer than this version reads, was
                altered, or was fitted with another feature catalog.
        """
        manifest = _load_manifest(folder)
        missing = sorted(set(FILES) - set(manifest.files))
        if missing:
            raise BundleError(f"{folder}: the manifest lacks {missing}; run `retinue train` again")
        contents = {
            name: _verified(folder, name, digest) for name, digest in manifest.files.items()
        }
        if OWN not in contents and manifest.catalog_hash != catalog_hash():
            raise BundleError(
                f"{folder}: fitted with another feature catalog than this version computes; "
                "run `retinue train` again, or use the version that made the bundle"
            )
        try:
            parts = ModelParts(
                churn=ChurnModel.of(
                    contents["churn.lgb"].decode(),
                    TypeAdapter(Sigmoids).validate_json(contents["calibration.json"]),
                    TypeAdapter(Blend).validate_json(contents["logistic.json"]),
                ),
                segments=Segmentation.of_json(contents["segments.json"]),
                value=VALUE.validate_json(contents["value.json"]),
                reference=TypeAdapter(Reference).validate_json(contents["reference.json"]),
                own=TypeAdapter(OwnPart).validate_json(contents[OWN]) if OWN in contents else None,
            )
        except ValueError as error:  # pydantic's, or a scheme that is not known
            raise _malformed(folder, error) from error
        return cls(manifest, parts)


def _load_manifest(folder: Path) -> Manifest:
    path = folder / "manifest.json"
    if not path.is_file():
        raise BundleError(f"{folder}: there is no bundle here; run `retinue train` first")
    try:
        text = path.read_bytes().decode("utf-8")
        found = json.loads(text)
        newest = int(found["format"])
        unsealed = {name: value for name, value in found.items() if name != "sha256"}
        sealed = _sealed(unsealed)
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise _altered(path) from error
    if newest > FORMAT:
        raise BundleError(
            f"{folder}: bundle format {newest} is newer than this version reads ({FORMAT}); "
            "upgrade retinue, or train again with this version"
        )
    if text != sealed:
        raise _altered(path)
    try:
        return TypeAdapter(Manifest).validate_python(unsealed)
    except ValidationError as error:
        raise _malformed(folder, error) from error


def _verified(folder: Path, name: str, digest: str) -> bytes:
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise BundleError(
            f"{folder}: {name} cannot be read ({error.strerror}); restore the bundle from the "
            "registry or run `retinue train` again"
        ) from error
    if _sha256(content) != digest:
        raise _altered(folder / name)
    return content


def _altered(path: Path) -> BundleError:
    return BundleError(
        f"{path}: altered since it was written (its hash does not match); restore the bundle "
        "from the registry or run `retinue train` again"
    )


def _malformed(folder: Path, error: Exception) -> BundleError:
    return BundleError(
        f"{folder}: not a sound bundle of format {FORMAT} ({type(error).__name__}); "
        "run `retinue train` again"
    )


def _sealed(manifest: dict[str, Any]) -> str:
    """The manifest's text with a hash of itself, so that no byte of it can change unseen."""
    return _json({**manifest, "sha256": _sha256(_json(manifest).encode())})


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sync_folder(folder: Path) -> None:
    """Make a rename in the folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, content: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
