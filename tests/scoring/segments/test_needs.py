"""Needs: leans against everyone's shares, bounds, and a table that people edit."""

import numpy as np
import pytest

from features.themes import Theme
from scoring.segments.customers import Customers
from scoring.segments.needs import Needs, NeedsSettings, ThemeSettings, fit
from scoring.segments.scheme import Off
from tests.scoring.segments.populations import codes, customers_with, population_of


def matched(*counts: tuple[float, float, float]) -> Customers:
    """Matches with functional, emotional and social."""
    names = ("theme_functional", "theme_emotional", "theme_social")
    return customers_with(dict(zip(names, zip(*counts, strict=True), strict=True)))


# Half of everyone's matches are functional, 30 percent emotional, 20 percent social.
HALVES = Needs((0.5, 0.3, 0.2), least_matches=3, least_lean=1.1)


def fitted(customers: Customers) -> Needs:
    found = fit(population_of(customers), NeedsSettings())
    assert isinstance(found, Needs)
    return found


def test_shares_are_of_all_matches() -> None:
    assert fitted(matched((40, 20, 10), (10, 10, 10))).shares == (0.5, 0.3, 0.2)


def test_a_customer_leans_to_what_they_have_more_of_than_everyone() -> None:
    # Of ten each: 7 are 1.4 times a half; 4 are 1.33 times 0.3, and 6 only 1.2 times a half;
    # 3 are 1.5 times 0.2.
    customers = matched((7, 3, 0), (6, 4, 0), (7, 0, 3))

    assert codes(HALVES, customers) == ["functional", "emotional", "social"]


def test_a_lean_just_on_the_bound_tells_and_below_it_does_not() -> None:
    # 55 of 100 is 1.1 times one half; 54 is not, and neither is 33 of 100 above 1.1 times 0.3.
    customers = matched((55, 27, 18), (54, 28, 18), (47, 33, 20))

    assert codes(HALVES, customers) == ["functional", "unknown", "emotional"]


def test_a_bound_does_not_depend_on_how_shares_are_rounded() -> None:
    # 3 of 30 are exactly 1.1 times one in eleven, which binary fractions miss by a hair.
    needs = fitted(matched((9, 1, 1)))

    assert codes(needs, matched((24, 3, 3))) == ["emotional"]


def test_one_match_of_a_rare_theme_is_no_sign_of_it() -> None:
    customers = matched((7, 3, 2), (2, 2, 2), (0, 0, 3), (0, 0, 0))

    assert codes(HALVES, customers) == ["functional", "unknown", "social", "unknown"]


def test_everyone_equal_leans_nowhere() -> None:
    customers = matched(*[(5, 5, 5)] * 10)

    assert set(codes(fitted(customers), customers)) == {"unknown"}


def test_a_customer_alone_has_the_need_of_the_population() -> None:
    random = np.random.default_rng(4)
    customers = matched(*random.poisson((6, 4, 2), (100, 3)).tolist())
    needs = fitted(customers)

    alone = [codes(needs, customers.where(np.array([i])))[0] for i in range(100)]

    assert alone == codes(needs, customers)
    assert len(set(alone)) == 4


@pytest.mark.parametrize(
    ("customers", "said"),
    [
        (customers_with(orders_in_total=[1, 2]), "no theme was found"),
        (matched((0, 0, 0)), "no theme was found"),
        (matched((5, 0, 0), (1, 0, 0)), "only functional needs were found"),
    ],
)
def test_fewer_than_two_themes_say_nothing(customers: Customers, said: str) -> None:
    found = fit(population_of(customers), NeedsSettings())

    assert isinstance(found, Off)
    assert said in found.why.en
    assert "add your own keywords" in found.why.en


def test_the_table_is_the_projects_where_it_has_one() -> None:
    settings = NeedsSettings(social=ThemeSettings(keywords=("club",), categories=("Party food",)))

    assert settings.themes[2] == Theme("social", ("club",), ("Party food",))
    assert "质量" in settings.themes[0].keywords
    assert [theme.column for theme in settings.themes] == [
        *("theme_functional", "theme_emotional", "theme_social")
    ]


def test_a_blank_keyword_would_match_everything_and_is_refused() -> None:
    with pytest.raises(ValueError, match="must not be blank"):
        ThemeSettings(keywords=("gift", " "))


def test_no_keyword_of_the_shipped_table_stands_for_two_themes() -> None:
    words = [word for theme in NeedsSettings().themes for word in theme.keywords]

    assert len(set(words)) == len(words)
    assert all(word == word.strip().lower() for word in words)


def test_the_explanation_counts_matches_and_says_the_lean() -> None:
    customers = matched((7, 3, 0), (1, 1, 0))
    labels = HALVES.label(customers)

    assert HALVES.explain(labels.facts_of(0)).en == (
        "matches: 7 functional, 3 emotional, 0 social; "
        "the strongest lean is 1.40 times everyone's share"
    )
    assert HALVES.explain(labels.facts_of(1)).zh == (
        "匹配:功能需求1次、情感需求1次、社交需求0次;次数太少,无法判断"
    )


def test_the_rule_says_everyones_shares() -> None:
    assert "50% are functional needs, 30% are emotional needs" in HALVES.rule().en
    assert "功能需求占50%、情感需求占30%、社交需求占20%" in HALVES.rule().zh
