"""Themes: where keywords are found, in English and Chinese."""

import ibis
import pyarrow as pa

from features.themes import Theme, with_themes


def found(theme: Theme, *texts: str | None) -> list[bool | None]:
    rows = ibis.memtable(pa.table({"text": pa.array(texts, pa.string())}))
    answer: list[bool | None] = with_themes(rows, [theme])[theme.column].to_pyarrow().to_pylist()
    return answer


def test_a_latin_keyword_is_found_where_a_word_begins_in_any_case() -> None:
    theme = Theme("emotional", ("Gift", "ham"))

    assert found(theme, "Two GIFTS", "gift-wrapped", "champagne", "shame", "(ham)", "") == [
        *(True, True, False, False, True, False)
    ]


def test_a_chinese_keyword_is_found_anywhere() -> None:
    assert found(Theme("t", ("质量", "pet")), "这个质量很好", "我的pet", "价格", None) == [
        *(True, True, False, None)
    ]


def test_signs_in_a_keyword_stand_for_themselves() -> None:
    assert found(Theme("t", ("c++", "a.b", "50%")), "a C++ book", "c", "axb", "50% off") == [
        *(True, False, False, True)
    ]


def test_a_theme_of_categories_alone_finds_nothing_in_texts() -> None:
    assert found(Theme("t", (), ("tea",)), "tea", None) == [False, False]


def test_feedback_without_texts_stays_as_it_is() -> None:
    rows = ibis.memtable(pa.table({"score": [1]}))

    assert with_themes(rows, [Theme("t", ("a",))]).columns == ("score",)


def test_a_category_is_of_a_theme_by_its_name_or_by_a_keyword() -> None:
    theme = Theme("t", ("garden", "茶"), ("Pets",))
    rows = ibis.memtable(pa.table({"category": ["pets", "PETS", "pets toys", "Garden", "茶叶"]}))

    matched = theme.in_category(rows.category).to_pyarrow().to_pylist()

    assert matched == [True, True, False, True, True]
