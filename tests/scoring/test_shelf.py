"""The shelf: which bundle is champion, and that the pointer never leads astray."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Event

import pytest

from scoring.bundle import Bundle
from scoring.errors import BundleError
from scoring.shelf import Shelf
from tests.conftest import Trained
from tests.killed import DONE, left_at_every_step
from tests.scoring.variants import calibrated


@pytest.fixture
def shelf(trained: Trained, tmp_path: Path) -> Shelf:
    """A shelf of two bundles, the first of them champion."""
    shelf = Shelf(tmp_path / "bundles")
    for bundle in (first(trained), second(trained)):
        shelf.add(bundle)
    shelf.promote(first(trained).manifest.bundle_id)
    return shelf


def first(trained: Trained) -> Bundle:
    return trained.bundle


def second(trained: Trained) -> Bundle:
    return calibrated(trained.bundle, slope=2.0)


def test_an_empty_shelf_has_no_champion(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "bundles")
    assert shelf.champion_id() is None
    with pytest.raises(BundleError, match=r"no champion yet; run `retinue train` first"):
        shelf.champion()


def test_adding_a_bundle_does_not_make_it_champion(trained: Trained, shelf: Shelf) -> None:
    shelf.add(calibrated(trained.bundle, slope=3.0))
    assert shelf.champion() == first(trained)


def test_promotion_moves_the_pointer_and_leaves_nothing_else(
    trained: Trained, shelf: Shelf
) -> None:
    before = set(shelf.folder.iterdir())

    shelf.promote(second(trained).manifest.bundle_id)

    assert shelf.champion() == second(trained)
    assert set(shelf.folder.iterdir()) == before


def test_a_champion_can_be_promoted_back(trained: Trained, shelf: Shelf) -> None:
    for bundle in (second(trained), first(trained)):
        shelf.promote(bundle.manifest.bundle_id)
    assert shelf.champion() == first(trained)


def test_what_cannot_be_trusted_is_not_promoted(trained: Trained, shelf: Shelf) -> None:
    challenger = second(trained).manifest.bundle_id
    with (shelf.folder / challenger / "churn.lgb").open("a") as file:
        file.write("#")

    with pytest.raises(BundleError, match=r"churn.lgb: altered since it was written"):
        shelf.promote(challenger)
    assert shelf.champion() == first(trained)


def test_what_is_not_there_is_not_promoted(trained: Trained, shelf: Shelf) -> None:
    with pytest.raises(BundleError, match=r"there is no bundle here; run `retinue train` first"):
        shelf.promote("0" * 16)
    assert shelf.champion() == first(trained)


def test_a_champion_altered_after_promotion_is_refused(trained: Trained, shelf: Shelf) -> None:
    champion = shelf.folder / first(trained).manifest.bundle_id
    (champion / "segments.json").unlink()
    with pytest.raises(BundleError, match=r"segments.json cannot be read"):
        shelf.champion()


def promote(folder: Path, bundle_id: str) -> None:
    Shelf(folder).promote(bundle_id)


def test_crash_safety_a_promotion_killed_at_any_step_leaves_the_old_champion_or_the_new_one(
    trained: Trained, shelf: Shelf, tmp_path: Path
) -> None:
    new = second(trained)
    promoting = partial(promote, bundle_id=new.manifest.bundle_id)

    left = left_at_every_step(promoting, shelf.folder, tmp_path / "left")

    assert [one.step for one in left] == [
        "open",
        "write",
        "flush",
        "fsync",
        "replace",
        "fsync",
        DONE,
    ]
    champions = [Shelf(one.folder).champion() for one in left]
    assert champions == [first(trained)] * 5 + [new] * 2
    for one in left:
        promoting(one.folder)
        assert Shelf(one.folder).champion() == new


def test_crash_safety_a_full_disk_leaves_the_old_champion(
    trained: Trained, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as filled:
        filled.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            shelf.promote(second(trained).manifest.bundle_id)
    assert shelf.champion() == first(trained)

    shelf.promote(second(trained).manifest.bundle_id)
    assert shelf.champion() == second(trained)


def test_readers_see_the_old_champion_or_the_new_one(trained: Trained, shelf: Shelf) -> None:
    ids = [bundle.manifest.bundle_id for bundle in (first(trained), second(trained))]

    done = Event()

    def read() -> set[str | None]:
        seen = set()
        while not done.is_set():
            seen.add(shelf.champion_id())
        return seen

    with ThreadPoolExecutor(2) as threads:
        readers = [threads.submit(read) for _ in range(2)]
        try:
            for turn in range(40):
                shelf.promote(ids[turn % 2])
        finally:
            done.set()

    assert readers[0].result() | readers[1].result() == set(ids)
