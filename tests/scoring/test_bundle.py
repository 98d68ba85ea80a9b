"""The bundle's folder: written whole or not at all, read back equal, refused when unsound."""

import json
import os
import subprocess
import sys
from collections import Counter
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from features.build import FeatureRows
from scoring.bundle import FILES, Bundle
from scoring.churn_definition import Inactivity
from scoring.errors import BundleError
from scoring.scorer import Scorer
from tests.conftest import Trained
from tests.killed import left_at_every_step
from tests.scoring.variants import calibrated, declared, described


@pytest.fixture
def bundle(trained: Trained) -> Bundle:
    return trained.bundle


def test_a_bundle_read_back_is_equal(bundle: Bundle, tmp_path: Path) -> None:
    awkward = calibrated(bundle, slope=0.1 + 0.2, intercept=-5e-324)
    assert Bundle.load(awkward.save(tmp_path)) == awkward


def test_it_holds_its_files_as_text_and_nothing_else(bundle: Bundle, tmp_path: Path) -> None:
    folder = bundle.save(tmp_path)

    written = {path.name: path.read_bytes() for path in folder.iterdir()}

    assert set(written) == {*FILES, "manifest.json"}
    for name, content in written.items():
        text = content.decode("utf-8")
        assert text.replace("\n", "").isprintable(), name
        if name.endswith(".json"):
            json.loads(text)


def test_its_folder_is_named_by_what_the_model_is(bundle: Bundle, tmp_path: Path) -> None:
    assert bundle.save(tmp_path).name == bundle.manifest.bundle_id
    assert described(bundle).manifest.bundle_id == bundle.manifest.bundle_id
    assert calibrated(bundle, slope=2.0).manifest.bundle_id != bundle.manifest.bundle_id


@pytest.mark.parametrize(
    "change", [{"currency": "USD"}, {"name": "other"}, {"churn_definition": Inactivity(7, 28)}]
)
def test_a_model_that_answers_otherwise_is_another_bundle(
    bundle: Bundle, tmp_path: Path, change: dict[str, Any]
) -> None:
    # Else a project that changes its currency and trains again keeps the old one in its reasons.
    described(bundle).save(tmp_path)
    other = described(bundle, **change)
    assert Bundle.load(other.save(tmp_path)) == other


def test_nothing_is_left_beside_a_saved_bundle(bundle: Bundle, tmp_path: Path) -> None:
    folder = bundle.save(tmp_path)
    assert list(tmp_path.iterdir()) == [folder]


def test_saving_twice_leaves_one_sound_folder(bundle: Bundle, tmp_path: Path) -> None:
    first, second = bundle.save(tmp_path), bundle.save(tmp_path)
    assert first == second
    assert list(tmp_path.iterdir()) == [first]
    assert Bundle.load(first) == bundle


@pytest.mark.parametrize("name", [*FILES, "manifest.json"])
def test_a_torn_folder_is_replaced(bundle: Bundle, tmp_path: Path, name: str) -> None:
    torn = bundle.save(tmp_path) / name
    torn.write_bytes(torn.read_bytes()[:50])

    bundle.save(tmp_path)

    assert Bundle.load(torn.parent) == bundle
    assert list(tmp_path.iterdir()) == [torn.parent]


def test_crash_safety_a_full_disk_leaves_nothing_behind(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BundleError, match=r"cannot be written: No space left .*check the disk"):
        bundle.save(tmp_path)
    assert list(tmp_path.iterdir()) == []


def load_and_save(folder: Path, source: Path) -> None:
    Bundle.load(source).save(folder)


def test_crash_safety_a_save_killed_at_any_step_leaves_a_bundle_whole_or_none(
    bundle: Bundle, tmp_path: Path
) -> None:
    start, source = tmp_path / "start", bundle.save(tmp_path / "source")
    manifest = bundle.save(start) / "manifest.json"
    manifest.unlink()  # so that what is torn has to make place first

    left = left_at_every_step(partial(load_and_save, source=source), start, tmp_path / "left")

    files = len(FILES) + 1
    steps = Counter(one.step for one in left)
    assert steps >= Counter(open=files, write=files, fsync=files + 1, rename=1, unlink=len(FILES))
    for one in left:
        if (one.folder / source.name / manifest.name).exists():
            assert Bundle.load(one.folder / source.name) == bundle
        assert Bundle.load(bundle.save(one.folder)) == bundle


WITHOUT_PICKLE = """
import hashlib, pickle, sys
from pathlib import Path
sys.modules |= dict.fromkeys(["joblib", "sklearn", "pandas", "mlflow"])  # as if not installed
import numpy as np
from features.build import FeatureRows
from scoring.bundle import Bundle
from scoring.scorer import Scorer

def refuse(*_):
    raise SystemExit("something was unpickled")
pickle.load = pickle.loads = pickle.Unpickler = refuse
values = np.load(sys.argv[2])
nobody = np.full(len(values), "", dtype=object)
rows = FeatureRows(nobody, np.full(len(values), "2024-01-01", "datetime64[us]"), values)
scores = Scorer(Bundle.load(Path(sys.argv[1]))).score(rows)
print(hashlib.sha256(scores.log_odds.tobytes() + scores.contributions.values.tobytes()).hexdigest())
"""


def test_another_process_loads_it_without_unpickling_and_gets_the_same_bits(
    bundle: Bundle, scorer: Scorer, eligible: FeatureRows, tmp_path: Path
) -> None:
    folder, values = bundle.save(tmp_path), tmp_path / "values.npy"
    np.save(values, eligible.values)

    other = subprocess.run(
        [sys.executable, "-c", WITHOUT_PICKLE, folder, values],
        capture_output=True, text=True, check=False, env={**os.environ, "OMP_NUM_THREADS": "16"},
    )  # fmt: skip

    scores = scorer.score(eligible)
    ours = sha256(scores.log_odds.tobytes() + scores.contributions.values.tobytes()).hexdigest()
    assert (other.stderr, other.stdout) == ("", ours + "\n")


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(bundle: Bundle, tmp_path: Path, name: str) -> None:
    folder = bundle.save(tmp_path)
    (folder / name).unlink()
    with pytest.raises(BundleError, match=rf"{name} cannot be read .* run `retinue train` again"):
        Bundle.load(folder)


@pytest.mark.parametrize("made", [True, False])
def test_a_folder_without_a_manifest_is_no_bundle(tmp_path: Path, *, made: bool) -> None:
    folder = tmp_path / "bundle"
    if made:
        folder.mkdir()
    with pytest.raises(BundleError, match=r"there is no bundle here; run `retinue train` first"):
        Bundle.load(folder)


def test_a_newer_format_asks_for_an_upgrade(bundle: Bundle, tmp_path: Path) -> None:
    folder = declared(bundle, format=2).save(tmp_path)
    with pytest.raises(BundleError, match=r"format 2 is newer .* reads \(1\); upgrade retinue"):
        Bundle.load(folder)


def test_a_newer_format_may_look_like_nothing_known(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"format": 2, "shards": []}', encoding="utf-8")
    with pytest.raises(BundleError, match="upgrade retinue"):
        Bundle.load(tmp_path)


def test_another_feature_catalog_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    folder = declared(bundle, catalog_hash="0" * 64).save(tmp_path)
    with pytest.raises(BundleError, match=r"another feature catalog .* `retinue train` again"):
        Bundle.load(folder)


def test_a_manifest_that_lists_no_model_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    files = {name: hash_ for name, hash_ in bundle.manifest.files.items() if name != "churn.lgb"}
    folder = declared(bundle, files=files).save(tmp_path)
    with pytest.raises(BundleError, match=r"the manifest lacks .*churn.lgb.* `retinue train`"):
        Bundle.load(folder)
