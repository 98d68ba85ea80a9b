"""The promises swap and registry outage: another champion answers whole, or the old one goes on."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from scoring.bundle import Bundle
from scoring.errors import BundleError
from scoring.scorer import Scorer
from scoring.shelf import Shelf
from serving.last_good import LastGood
from serving.served_model import ServedModel, checked
from tests.conftest import Trained
from tests.killed import left_at_every_step
from tests.scoring.variants import calibrated


@pytest.fixture
def shelf(trained: Trained, tmp_path: Path) -> Shelf:
    """A shelf of our own with the champion and a challenger."""
    shelf = Shelf(tmp_path / "project" / "bundles")
    for bundle in (trained.bundle, challenger(trained)):
        shelf.add(bundle)
    shelf.promote(trained.bundle.manifest.bundle_id)
    return shelf


@pytest.fixture
def last_good(tmp_path: Path) -> LastGood:
    return LastGood(tmp_path / "last_good")


def challenger(trained: Trained) -> Bundle:
    return calibrated(trained.bundle, slope=2.0)


def answering(served: ServedModel) -> str:
    return served.scorer.bundle.manifest.bundle_id


def spoil(shelf: Shelf, bundle_id: str) -> None:
    model = shelf.folder / bundle_id / "churn.lgb"
    model.write_bytes(model.read_bytes()[:-1])


def test_swap_another_champion_answers_once_it_is_promoted(
    shelf: Shelf, trained: Trained, last_good: LastGood
) -> None:
    served = ServedModel.load(shelf, last_good)
    assert not served.refresh()
    shelf.promote(challenger(trained).manifest.bundle_id)
    assert served.refresh()
    assert answering(served) == challenger(trained).manifest.bundle_id
    assert not served.refresh()
    assert served.remark is None


def test_swap_a_champion_that_cannot_be_trusted_leaves_the_old_one(
    shelf: Shelf, trained: Trained, last_good: LastGood
) -> None:
    served = ServedModel.load(shelf, last_good)
    before = answering(served)
    shelf.promote(challenger(trained).manifest.bundle_id)
    spoil(shelf, challenger(trained).manifest.bundle_id)

    assert not served.refresh()

    assert answering(served) == before
    assert served.remark
    assert "churn.lgb: altered since it was written" in served.remark
    shelf.promote(before)
    served.refresh()
    assert served.remark is None


def test_swap_a_reader_has_one_model_or_the_other(
    shelf: Shelf, trained: Trained, last_good: LastGood
) -> None:
    served = ServedModel.load(shelf, last_good)
    two = {trained.bundle.manifest.bundle_id, challenger(trained).manifest.bundle_id}
    seen: set[str] = set()

    def read() -> None:
        for _ in range(20_000):
            seen.add(answering(served))

    with ThreadPoolExecutor(2) as threads:
        reading = [threads.submit(read) for _ in range(2)]
        for bundle_id in [*two, *two, *two]:
            shelf.promote(bundle_id)
            served.refresh()
        for one in reading:
            one.result()
    assert seen <= two


def keep(folder: Path, bundle_id: str) -> None:
    """All that a swap does on disk."""
    LastGood(folder / "last_good").keep(Shelf(folder / "bundles"), bundle_id)


def test_crash_safety_a_server_killed_at_any_step_of_a_swap_starts_again(
    shelf: Shelf, trained: Trained, tmp_path: Path
) -> None:
    start = shelf.folder.parent
    old, new = trained.bundle.manifest.bundle_id, challenger(trained).manifest.bundle_id
    keep(start, old)
    shelf.copy(new, start / "last_good")  # as one left it that was killed, and torn
    spoil(Shelf(start / "last_good"), new)
    shelf.promote(new)

    left = left_at_every_step(partial(keep, bundle_id=new), start, tmp_path / "left")

    kept = [LastGood(one.folder / "last_good") for one in left]
    without_shelf = [ServedModel.load(Shelf(tmp_path / "nowhere"), one) for one in kept]
    answers = [answering(served) for served in without_shelf]
    assert answers == [old] * answers.index(new) + [new] * answers.count(new)
    for one, last_good in zip(left, kept, strict=True):
        served = ServedModel.load(Shelf(one.folder / "bundles"), last_good)
        served.keep()
        assert answering(served) == new
        assert held(last_good) == [new]


def held(last_good: LastGood) -> list[str]:
    """Folders of bundles, those included that nobody points at."""
    return [one.name for one in last_good.folder.iterdir() if one.is_dir()]


def test_swap_workers_that_keep_a_bundle_at_the_same_time_leave_one_to_start_from(
    shelf: Shelf, trained: Trained, last_good: LastGood
) -> None:
    two = [trained.bundle.manifest.bundle_id, challenger(trained).manifest.bundle_id]
    with ThreadPoolExecutor(4) as threads:
        for _ in range(10):
            for keeping in [threads.submit(last_good.keep, shelf, one) for one in two * 2]:
                keeping.result()

            bundle = last_good.bundle()
            assert bundle
            assert held(last_good) == [bundle.manifest.bundle_id]


def test_registry_outage_the_last_good_bundle_answers_at_boot(
    shelf: Shelf, trained: Trained, last_good: LastGood
) -> None:
    ServedModel.load(shelf, last_good).keep()
    spoil(shelf, trained.bundle.manifest.bundle_id)

    served = ServedModel.load(shelf, last_good)

    assert answering(served) == trained.bundle.manifest.bundle_id
    assert served.remark
    assert "the champion cannot be served" in served.remark
    served.refresh()
    assert "the champion cannot be served" in served.remark  # it is the same one, still damaged


def test_without_any_that_can_be_trusted_the_champions_fault_is_told(
    shelf: Shelf, trained: Trained, last_good: LastGood
) -> None:
    spoil(shelf, trained.bundle.manifest.bundle_id)
    with pytest.raises(BundleError, match=r"bundles.*churn.lgb: altered"):
        ServedModel.load(shelf, last_good)


def test_only_the_bundle_that_answers_is_kept(
    shelf: Shelf, trained: Trained, last_good: LastGood
) -> None:
    served = ServedModel.load(shelf, last_good)
    served.keep()
    shelf.promote(challenger(trained).manifest.bundle_id)
    served.refresh()
    assert held(last_good) == [challenger(trained).manifest.bundle_id]


def test_a_copy_that_cannot_be_kept_is_no_reason_not_to_answer(
    shelf: Shelf, last_good: LastGood
) -> None:
    last_good.folder.write_text("a file where a folder should be", encoding="utf-8")
    served = ServedModel.load(shelf, last_good)
    served.keep()
    assert isinstance(served.scorer, Scorer)
    assert served.remark
    served.refresh()
    assert "no copy of the bundle that answers could be kept" in served.remark


def test_crash_safety_a_full_disk_leaves_the_last_good_bundle_and_the_next_one_answers(
    shelf: Shelf, trained: Trained, last_good: LastGood, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    served = ServedModel.load(shelf, last_good)
    served.keep()
    shelf.promote(challenger(trained).manifest.bundle_id)
    monkeypatch.setattr(os, "sendfile", full)

    assert served.refresh()

    assert answering(served) == challenger(trained).manifest.bundle_id
    assert served.remark
    assert "could be kept" in served.remark
    assert served.remark.count("No space left") == 1
    assert last_good.bundle() == trained.bundle
    assert held(last_good) == [trained.bundle.manifest.bundle_id]


def test_a_bundle_whose_answer_is_no_number_is_not_served(trained: Trained) -> None:
    with pytest.raises(BundleError, match="of a typical customer it says log-odds"):
        checked(calibrated(trained.bundle, slope=1e308))
