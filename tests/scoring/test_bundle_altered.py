"""No byte of a bundle changes unseen, and nothing of it is parsed before it was verified."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import lightgbm
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scoring.bundle import FILES, Bundle
from scoring.errors import BundleError
from scoring.scorer import Scorer
from tests.conftest import Trained

EVERY_FILE = (*FILES, "manifest.json")
WHAT_TO_DO = "restore the bundle from the registry or run `retinue train` again"


@pytest.fixture(scope="module")
def folder(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle whose files tests alter and put back."""
    return trained.bundle.save(tmp_path_factory.mktemp("altered"))


@contextmanager
def altered(path: Path, content: bytes) -> Iterator[None]:
    """The file with other content, for a while."""
    sound = path.read_bytes()
    path.write_bytes(content)
    try:
        yield
    finally:
        path.write_bytes(sound)


def refusal(folder: Path) -> str:
    with pytest.raises(BundleError) as refused:
        Bundle.load(folder)
    return str(refused.value)


# Each example reads 300 kB from disk; on a busy machine one may take longer than a deadline.
@settings(max_examples=200, deadline=None)
@given(st.sampled_from(EVERY_FILE), st.integers(0), st.sampled_from([1 << bit for bit in range(8)]))
def test_any_flipped_bit_is_refused_by_the_files_name(
    folder: Path, name: str, position: int, bit: int
) -> None:
    content = bytearray((folder / name).read_bytes())
    content[position % len(content)] ^= bit

    with altered(folder / name, bytes(content)):
        said = refusal(folder)

    # A flip within the format's number can make it a newer one, which is said instead.
    newer = name == "manifest.json" and "is newer than this version reads" in said
    assert newer or (name in said and WHAT_TO_DO in said)
    assert "\n" not in said


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(EVERY_FILE), st.integers(0), st.integers(0, 255))
@example("manifest.json", 1, ord("\r"))  # a line's end, which a text reader would put right
def test_any_other_byte_is_refused(folder: Path, name: str, position: int, byte: int) -> None:
    content = bytearray((folder / name).read_bytes())
    at = position % len(content)
    content[at] = byte if byte != content[at] else byte ^ 1

    with altered(folder / name, bytes(content)):
        refusal(folder)

    assert Bundle.load(folder)


@pytest.mark.parametrize("name", EVERY_FILE)
def test_a_cut_or_lengthened_file_is_refused(folder: Path, name: str) -> None:
    content = (folder / name).read_bytes()
    for other in (b"", content[:-1], content + b"\n"):
        with altered(folder / name, other):
            assert WHAT_TO_DO in refusal(folder)


@pytest.mark.parametrize(
    "nonsense",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe", id="not text"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"{}", id="no format"),
        pytest.param(b'{"format": "first"}', id="format not a number"),
        pytest.param(b'{"format": null}', id="format null"),
        pytest.param(b'{"format": 1}', id="no seal"),
        pytest.param(b'{"format": 1e999}', id="format infinite"),
        pytest.param(b'{"format": 1, "metrics": NaN}', id="not a number"),
        pytest.param(b'{"format": 1, "name": "\\ud800"}', id="half a character"),
    ],
)
def test_a_manifest_of_nonsense_is_refused(folder: Path, nonsense: bytes) -> None:
    with altered(folder / "manifest.json", nonsense):
        said = refusal(folder)
    assert "manifest.json" in said
    assert WHAT_TO_DO in said


@pytest.mark.parametrize("name", FILES)
def test_the_model_is_not_parsed_before_every_hash_is_verified(
    folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed = []

    class Recorded(lightgbm.Booster):
        """A booster that tells of being made."""

        def __init__(self, model_str: str) -> None:
            parsed.append(model_str)
            super().__init__(model_str=model_str)

    monkeypatch.setattr(lightgbm, "Booster", Recorded)
    content = (folder / name).read_bytes()

    with (
        altered(folder / name, content[:-2] + b"#\n"),
        pytest.raises(BundleError, match=rf"{name}: altered since it was written"),
    ):
        Scorer(Bundle.load(folder))
    assert parsed == []

    Scorer(Bundle.load(folder))
    assert len(parsed) == 1
