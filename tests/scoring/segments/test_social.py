"""Social behaviour: who spreads, takes part, looks on, or is away."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scoring.segments.customers import Customers
from scoring.segments.scheme import Off
from scoring.segments.social import Social, SocialSettings, fit
from tests.scoring.segments.populations import codes, customers_with, population_of


def social(**counts: list[float]) -> Customers:
    length = len(next(iter(counts.values())))
    zero: dict[str, Sequence[Any]] = {
        name: [0.0] * length for name in ("shares", "comments", "likes", "referrals", "engagements")
    }
    return customers_with(zero | counts)


def fitted(customers: Customers, influencer_spreads: int = 3) -> Social:
    settings = SocialSettings(influencer_spreads=influencer_spreads)
    found = fit(population_of(customers), settings)
    assert isinstance(found, Social)
    return found


def test_shares_and_referrals_make_an_influencer_and_likes_and_comments_do_not() -> None:
    customers = social(
        shares=[2, 2, 0, 0, 0, 0],
        referrals=[1, 0, 0, 0, 0, 0],
        likes=[0, 9, 9, 0, 0, 0],
        comments=[0, 9, 0, 1, 0, 0],
        engagements=[3, 20, 9, 1, 1, 0],
    )

    assert codes(fitted(customers), customers) == [
        *("influencer", "active", "active", "active", "lurker", "none")
    ]


def test_a_project_says_how_much_makes_an_influencer() -> None:
    customers = social(shares=[1, 2], engagements=[1, 2])

    assert codes(fitted(customers, 2), customers) == ["active", "influencer"]


def test_a_customer_alone_has_the_class_of_the_population() -> None:
    random = np.random.default_rng(2)
    counts = {name: random.poisson(0.7, 80).tolist() for name in ("shares", "likes", "referrals")}
    customers = social(**counts, engagements=random.poisson(2, 80).tolist())
    scheme = fitted(customers)

    alone = [codes(scheme, customers.where(np.array([i])))[0] for i in range(80)]

    assert alone == codes(scheme, customers)


def test_without_social_events_the_scheme_says_which_kinds_it_looked_for() -> None:
    settings = SocialSettings(shares=("tweet",))
    for customers in (social(engagements=[5, 0]), customers_with(orders_in_total=[1])):
        found = fit(population_of(customers), settings)
        assert isinstance(found, Off)
        assert "is one of tweet, comment, like, referral" in found.why.en
        assert "tweet、comment、like、referral" in found.why.zh


def test_the_explanation_counts_events_by_kind() -> None:
    customers = social(shares=[2, 0, 0], likes=[1, 0, 0], engagements=[5, 4, 0])
    scheme = fitted(customers)
    labels = scheme.label(customers)

    said = [scheme.explain(labels.facts_of(i)) for i in range(3)]

    assert [words.en for words in said] == [
        "5 events in 91 days, among them 2 shares, 1 likes",
        "4 events in 91 days, none of them social",
        "0 events in 91 days",
    ]
    assert said[0].zh == "91天内5次行为,其中分享2次、点赞1次"


def test_the_rule_says_how_many_make_an_influencer() -> None:
    assert "4 or more shares and referrals" in fitted(social(shares=[1]), 4).rule().en
