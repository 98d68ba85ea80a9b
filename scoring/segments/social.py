"""Social behaviour: who spreads the word, who takes part, who only looks on."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from pydantic import Field

from features.feature import Words
from features.traits import ENGAGEMENTS, SOCIAL_DAYS
from features.traits import SOCIAL as KINDS
from scoring.segments.customers import Customers
from scoring.segments.scheme import (
    Fact,
    Fitted,
    Label,
    Labels,
    Off,
    Population,
    Scheme,
    Settings,
)

SPREADING = ("shares", "referrals")  # these reach others; comments and likes stay where they are
LABELS = (
    Label("influencer", Words("Influencer", "传播者")),
    Label("active", Words("Active", "互动者")),
    Label("lurker", Words("Lurker", "潜水者")),
    Label("none", Words("Not engaged", "无互动")),
)
NAMES = {
    "shares": Words("shares", "分享"),
    "comments": Words("comments", "评论"),
    "likes": Words("likes", "点赞"),
    "referrals": Words("referrals", "推荐"),
}


class SocialSettings(Settings):
    """Share, comment, like and referral events of the last 91 days."""

    shares: tuple[str, ...] = Field(
        default=KINDS["shares"], min_length=1, description="Kinds of events that are shares."
    )
    comments: tuple[str, ...] = Field(
        default=KINDS["comments"], min_length=1, description="Kinds of events that are comments."
    )
    likes: tuple[str, ...] = Field(
        default=KINDS["likes"], min_length=1, description="Kinds of events that are likes."
    )
    referrals: tuple[str, ...] = Field(
        default=KINDS["referrals"], min_length=1, description="Kinds of events, referrals."
    )
    influencer_spreads: int = Field(
        default=3, ge=1, description="So many shares and referrals make an influencer."
    )

    @property
    def kinds(self) -> dict[str, tuple[str, ...]]:
        """What features/traits.py counts, by trait."""
        return {name: getattr(self, name) for name in NAMES}


@dataclass(frozen=True)
class Social:
    """Who influences.

    Attributes:
        influencer_spreads: So many shares and referrals make an influencer.
    """

    influencer_spreads: int

    @property
    def labels(self) -> tuple[Label, ...]:
        """Influencer, active, lurker and none."""
        return LABELS

    def label(self, customers: Customers) -> Labels:
        """Everyone has a class: who did nothing at all is not engaged."""
        counts = {
            name: customers.traits.get(name, np.zeros(len(customers)))
            for name in (*NAMES, ENGAGEMENTS)
        }
        spreads = np.sum([counts[name] for name in SPREADING], axis=0)
        actions = np.sum([counts[name] for name in NAMES], axis=0)
        return Labels(
            np.select(
                [spreads >= self.influencer_spreads, actions > 0, counts[ENGAGEMENTS] > 0],
                [0, 1, 2],
                default=3,
            ),
            counts,
        )

    def rule(self) -> Words:
        """How much makes an influencer, and what the others are."""
        return Words(
            f"In the last {SOCIAL_DAYS} days: {self.influencer_spreads} or more shares and "
            "referrals make an influencer; any share, referral, comment or like makes a customer "
            "active; who has other events alone, such as visits and opens, is a lurker; who has "
            "no event is not engaged.",
            f"最近{SOCIAL_DAYS}天内:分享与推荐合计不少于{self.influencer_spreads}次为传播者;"
            "有任何分享、推荐、评论或点赞为互动者;只有访问、打开等其他行为为潜水者;没有任何行为为无互动。",
        )

    def explain(self, facts: Mapping[str, Fact]) -> Words:
        """The events by kind."""
        done = [(NAMES[name], facts[name]) for name in NAMES if facts[name]]
        events = facts[ENGAGEMENTS] or 0
        return Words(
            f"{events:,.0f} events in {SOCIAL_DAYS} days"
            + (", among them " if done else ", none of them social" if events else "")
            + ", ".join(f"{count:,.0f} {name.en}" for name, count in done),
            f"{SOCIAL_DAYS}天内{events:,.0f}次行为"
            + (",其中" if done else ",均非社交行为" if events else "")
            + "、".join(f"{name.zh}{count:,.0f}次" for name, count in done),
        )


def fit(population: Population, settings: SocialSettings) -> Fitted | Off:
    """Takes the rule as it is, where anyone shared, commented, liked or referred."""
    traits = population.customers.traits
    if any(np.any(traits[name] > 0) for name in NAMES if name in traits):
        return Social(settings.influencer_spreads)
    kinds = [kind for kinds in settings.kinds.values() for kind in kinds]
    return Off(
        Words(
            f"no event of the last {SOCIAL_DAYS} days is one of {', '.join(kinds)}; bring such "
            "events in [tables.events], or say in [segments.social] what yours are called",
            f"最近{SOCIAL_DAYS}天没有{'、'.join(kinds)}类行为;请在[tables.events]中提供,"
            "或在[segments.social]中写明贵方的行为名称",
        )
    )


SOCIAL = Scheme(
    "social",
    Words("Social behaviour", "社交行为"),
    1,
    SocialSettings,
    Social,
    fit,
    unlabelled=Words("nobody: who does nothing is not engaged", "无:没有行为者归入无互动"),
    order=(("influencer",), ("active",), ("lurker",), ("none",)),
)
