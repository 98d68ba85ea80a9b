"""Which grams a text holds: compared with a slow reading, alone and in company."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.sentiment.characters import MOST_CHARACTERS, clean
from features.sentiment.grams import LONGEST, bucket_of, grams_of

TOKEN = re.compile(r"[a-z0-9]+|[一-鿿]|[!?👍👎]")
PLAIN = st.text(alphabet="abz09 一很好差,。!?👍👎\n", max_size=40)


def buckets(text: str | None) -> list[int]:
    return [int(bucket) for bucket in grams_of([text]).bucket]


def slow_grams(text: str) -> set[tuple[str, ...]]:
    tokens = TOKEN.findall(text)
    return {
        tuple(tokens[first : first + length])
        for length in range(1, LONGEST + 1)
        for first in range(len(tokens) - length + 1)
    }


@settings(deadline=None)
@given(st.lists(PLAIN, min_size=1, max_size=6))
def test_a_text_has_as_many_grams_as_a_slow_reading_finds(texts: list[str]) -> None:
    assert grams_of(texts).counts.tolist() == [len(slow_grams(text)) for text in texts]


@settings(deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_a_text_alone_has_the_grams_that_it_has_in_company(texts: list[str]) -> None:
    together = grams_of(texts)

    for place, text in enumerate(texts):
        alone = grams_of([text])
        assert together.bucket[together.text == place].tolist() == alone.bucket.tolist()
        assert together.counts[place] == alone.counts[0]
        assert together.intelligible[place] == alone.intelligible[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Very GOOD", "very good"),
        ("Ｖｅｒｙ ｇｏｏｄ！", "very good!"),  # noqa: RUF001 - full-width on purpose
        ("don't", "don\N{RIGHT SINGLE QUOTATION MARK}t"),
        ("don't", "dont"),
        ("好，很好", "好 很好"),
        ("good\x00\x07\u200b movie", "good  movie"),
        ("👍🏽", "👍"),
        ("❤️", "❤"),
    ],
)
def test_texts_that_differ_in_form_only_have_the_same_grams(one: str, other: str) -> None:
    assert buckets(one) == buckets(other)


@pytest.mark.parametrize(("one", "other"), [("not good", "good not"), ("ab", "a b"), ("好!", "好")])
def test_order_gaps_and_exclamation_marks_make_a_difference(one: str, other: str) -> None:
    assert buckets(one) != buckets(other)


@pytest.mark.parametrize("nothing", [None, "", "   ", "\n\t\x00", "...", "\ud800"])
def test_a_text_without_a_word_or_sign_has_no_grams(nothing: str | None) -> None:
    grams = grams_of([nothing, "好"])

    assert grams.counts.tolist() == [0, 1]
    assert grams.intelligible.tolist() == [False, True]


@pytest.mark.parametrize(
    ("text", "readable"),
    [
        ("很好", True),
        ("fine", True),
        ("质量 good", True),
        ("👍", True),
        ("12345 !!", False),
        ("🚗", False),
        ("Очень плохо", False),
        ("とてもよい", False),
        ("Очень плохо, TV", False),
    ],
)
def test_only_han_and_latin_letters_and_known_emoji_are_readable(text: str, readable: bool) -> None:
    assert grams_of([text]).intelligible.tolist() == [readable]


def test_of_a_long_text_beginning_and_end_are_read() -> None:
    long = "first " + "x" * 10_000 + " last"

    found = set(buckets(long))

    assert {bucket_of("first"), bucket_of("last")} <= found
    assert len(clean(long)) <= MOST_CHARACTERS + 1


def test_a_character_that_stands_for_many_cannot_make_a_text_long() -> None:
    # Arabic ligature sallallahou alayhe wasallam: eighteen characters in one.
    assert len(clean("\ufdfa" * 10_000)) <= MOST_CHARACTERS + 1


def test_no_texts_have_no_grams() -> None:
    empty: Sequence[str] = []
    assert grams_of(empty).counts.shape == (0,)


def test_buckets_are_the_same_on_every_machine() -> None:
    assert buckets("很好 good") == [12892, 421557, 437821, 454506, 707600, 1033221]
