"""Income bands: their order, and which third each lies in."""

import numpy as np
import pytest

from scoring.segments.income_bands import IncomeLadder, ascending

COMPLETE_JOURNEY = (
    "Under 15K", "15-24K", "25-34K", "35-49K", "50-74K", "75-99K", "100-124K", "125-149K",
    "150-174K", "175-199K", "200-249K", "250K+",
)  # fmt: skip


@pytest.mark.parametrize(
    "bands",
    [
        COMPLETE_JOURNEY,
        ("low", "middle", "high"),
        ("Very low", "Low income", "Lower-middle", "Average", "upper_middle", "HIGH"),
        ("很低", "低收入", "中低收入", "中等收入", "中高", "高收入"),
        ("3000元以下", "3000-4999元", "5000-9999元", "1-2万", "2.5万以上"),
        ("< $20,000", "$20,000 - $39,999", "$40,000 or more", "$1M+"),
        ("Less than 900", "900 to 1 500", "1 500+"),
        ("up to 10k", "10k-100k", "0.5m and more"),
    ],
)
def test_bands_are_put_in_order_however_they_come(bands: tuple[str, ...]) -> None:
    shuffled = np.random.default_rng(2).permutation(np.array(bands, dtype=object)).tolist()

    assert ascending(shuffled) == bands


def test_bands_without_number_or_word_are_left_out_and_named() -> None:
    found = np.array(["10K", "20K", "Level F", "low", None], dtype=object)

    ladder = IncomeLadder.fit(found, ())

    assert ladder.bands == ("10K", "20K")
    assert ladder.ignored == ("Level F", "low")
    assert ladder.levels_of(found).tolist() == [0, 2, -1, -1, -1]
    assert "bands whose place is not known: Level F, low" in ladder.in_words().en


def test_a_listed_order_replaces_the_found_one() -> None:
    found = np.array(["F", "A", "K", "10K"], dtype=object)

    ladder = IncomeLadder.fit(found, ("K", "A", "F"))

    assert ladder.levels_of(found).tolist() == [2, 1, 0, -1]
    assert ladder.ignored == ("10K",)


def test_a_band_lies_in_the_third_of_its_own_median() -> None:
    # Medians of the bands at 15, 55 and 90 percent of customers.
    found = np.array(["low"] * 3 + ["middle"] * 5 + ["high"] * 2, dtype=object)
    # At a sixth, a half and five sixths; and exactly at a third and five sixths.
    even = np.array(["low", "middle", "high"], dtype=object)
    tied = np.array(["low", "low", "high"], dtype=object)

    assert IncomeLadder.fit(found, ()).levels == (0, 1, 2)
    assert IncomeLadder.fit(even, ()).levels == (0, 1, 2)
    assert IncomeLadder.fit(tied, ()).levels == (0, 2)


@pytest.mark.parametrize("found", [[], [None, None], ["low", "low"], ["Level F", "Level G"]])
def test_income_is_not_counted_where_it_tells_nobody_apart(found: list[str | None]) -> None:
    ladder = IncomeLadder.fit(np.array(found, dtype=object), ())

    assert ladder.bands == ()
    assert ladder.in_words().en.startswith("income is not counted")
    assert ladder.levels_of(np.array(["low"], dtype=object)).tolist() == [-1]
