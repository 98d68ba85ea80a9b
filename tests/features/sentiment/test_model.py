"""The text model: plain sentences, texts with nothing to read, and its file."""

import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.errors import SentimentError
from features.sentiment.emoji import NEGATIVE, POSITIVE
from features.sentiment.model import SHIPPED, SentimentModel

HAPPY = [
    "非常满意，下次还会再来",
    "物流很快，包装完好，东西也很好用",
    "客服很有耐心，问题马上就解决了，点赞",
    "质量不错，价格实惠，推荐大家购买",
    "I love it, it fits perfectly",
    "Great quality and so comfortable, highly recommend",
    "Absolutely beautiful, I get compliments every time",
]
UNHAPPY = [
    "太差了，用了两天就坏了",
    "客服态度恶劣，再也不会买了",
    "等了半个月才发货，非常失望",
    "和描述完全不一样，要求退货",
    "Very disappointed, it fell apart after one wash",
    "Poor quality, I had to return it",
    "Terrible, a complete waste of money",
]
UNREADABLE = [None, "", "  ", "\n\x00", "!!!", "12345", "🚗", "Очень плохо"]


@pytest.fixture(scope="module")
def shipped() -> SentimentModel:
    return SentimentModel.shipped()


def test_plain_sentences_get_the_polarity_that_anyone_sees(shipped: SentimentModel) -> None:
    assert shipped.predict(HAPPY).label.tolist() == ["positive"] * len(HAPPY)
    assert shipped.predict(UNHAPPY).label.tolist() == ["negative"] * len(UNHAPPY)


def test_a_text_in_two_languages_is_read_in_both(shipped: SentimentModel) -> None:
    mixed = ["质量很好，love it", "质量太差了，very disappointed"]
    assert shipped.predict(mixed).label.tolist() == ["positive", "negative"]


def test_emoji_speak_for_themselves(shipped: SentimentModel) -> None:
    assert set(shipped.predict(sorted(POSITIVE)).label) == {"positive"}
    assert set(shipped.predict(sorted(NEGATIVE)).label) == {"negative"}
    assert shipped.negative_probability(["👎"])[0] == pytest.approx(0.88, abs=0.02)


def test_what_cannot_be_read_is_unknown_and_not_neutral(shipped: SentimentModel) -> None:
    said = shipped.predict(UNREADABLE)

    assert said.label.tolist() == ["unknown"] * len(UNREADABLE)
    assert np.isnan(said.positive_probability).all()
    assert np.isnan(shipped.negative_probability(UNREADABLE)).all()


def test_a_word_never_seen_is_neutral(shipped: SentimentModel) -> None:
    assert shipped.predict(["qwrtzpfgh"]).label.tolist() == ["neutral"]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.none() | st.text(max_size=80), max_size=8))
def test_a_text_alone_gets_the_number_it_gets_in_company_to_the_last_bit(
    texts: list[str | None],
) -> None:
    model = SentimentModel.shipped()
    company = model.positive_probability([*HAPPY * 90, *texts])
    alone = [model.positive_probability([text])[0] for text in texts]
    assert len(company) == 90 * len(HAPPY) + len(texts)
    assert company[90 * len(HAPPY) :].tobytes() == np.array(alone, dtype=np.float64).tobytes()


def test_probabilities_of_both_kinds_add_up(shipped: SentimentModel) -> None:
    texts = HAPPY + UNHAPPY
    positive = shipped.predict(texts).positive_probability
    np.testing.assert_array_equal(shipped.negative_probability(texts), 1 - positive)
    assert positive.shape == (len(texts),)


def test_a_long_text_costs_no_more_than_its_first_and_last_part(shipped: SentimentModel) -> None:
    middle = "质量太差了" * 2_000
    cut = "很好" * 500 + middle + "满意" * 500
    whole = "很好" * 500 + "\n" + "满意" * 500

    assert shipped.log_odds([cut])[0] == shipped.log_odds([whole])[0]


def test_no_log_odds_are_too_large(shipped: SentimentModel) -> None:
    sure = replace(shipped, scale=1e6)
    assert sure.positive_probability([*HAPPY, "👎"]).tolist() == pytest.approx([1] * 7 + [0])


def test_no_texts_give_no_answers(shipped: SentimentModel) -> None:
    assert shipped.predict([]).label.shape == (0,)
    assert shipped.negative_probability([]).shape == (0,)


def test_the_shipped_model_is_small_is_read_once_and_knows_no_customer() -> None:
    assert SHIPPED.stat().st_size < 3_000_000
    assert SentimentModel.shipped() is SentimentModel.shipped()
    assert SentimentModel.shipped().learned_until is None


def test_a_model_comes_back_as_it_was_written(shipped: SentimentModel, tmp_path: Path) -> None:
    own = SentimentModel(
        shipped.weights, 0.25, -0.5, (0.3, 0.6), learned_until=datetime(2024, 5, 1, 12)
    )
    own.write(tmp_path / "own.npz")
    back = SentimentModel.read(tmp_path / "own.npz")

    assert back.learned_until == datetime(2024, 5, 1, 12)
    assert back.neutral == (0.3, 0.6)
    np.testing.assert_array_equal(back.log_odds(HAPPY), own.log_odds(HAPPY))
    back.write(tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == (tmp_path / "own.npz").read_bytes()


def test_a_file_that_is_no_model_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(SentimentError, match="there is no text model"):
        SentimentModel.read(tmp_path / "none.npz")
    broken = tmp_path / "broken.npz"
    whole = SHIPPED.read_bytes()
    altered = whole[:2000] + bytes(2000) + whole[4000:]
    for content in (b"", b"text", b"PK\x03\x04 not a zip", whole[:-4000], altered):
        broken.write_bytes(content)
        with pytest.raises(SentimentError, match="is not a text model of format 1"):
            SentimentModel.read(broken)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("format", np.array(2), "it says format 2"),
        ("weights", np.zeros(8, np.int8), "its weights are"),
        ("weights", np.array([print], dtype=object), "pickle"),
        ("numbers", np.array([np.nan, 0, 0, 1]), "its numbers are"),
        ("learned_until", np.array("soon"), "soon"),
    ],
)
def test_a_file_with_other_contents_is_refused(
    tmp_path: Path, name: str, value: np.ndarray, said: str
) -> None:
    with np.load(SHIPPED) as stored:
        contents = {**dict(stored), name: value}
    np.savez(tmp_path / "other.npz", **contents)

    with pytest.raises(SentimentError, match=said):
        SentimentModel.read(tmp_path / "other.npz")


def test_the_file_is_written_whole_with_nothing_left_beside_it(
    shipped: SentimentModel, tmp_path: Path
) -> None:
    shipped.write(tmp_path / "own.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["own.npz"]
    assert zipfile.ZipFile(tmp_path / "own.npz").testzip() is None


def test_reading_texts_needs_numpy_alone() -> None:
    program = (
        "import sys; from features.sentiment.model import SentimentModel; "
        "SentimentModel.shipped().predict(['good']); "
        "print(sorted({'sklearn', 'scipy', 'pandas', 'ibis', 'training'} & set(sys.modules)))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"
