"""Why there are no clusters, and what might make some."""

from features.feature import Words
from scoring.segments.clusters import ClusterSettings, Tried
from scoring.segments.scheme import Off

SECTION = "[segments.cluster]"
MORE = Words(
    "the schemes rfm and abc grade customers all the same; [tables.events], [tables.feedback] or "
    "[tables.tickets], where not yet given, may set groups apart",
    "rfm与abc方案仍可对客户分级；若尚未提供[tables.events]、[tables.feedback]或[tables.tickets]，"
    "补充后或可区分出群体",
)


def too_few(ordered: int, settings: ClusterSettings) -> Off:
    """Not enough customers with an order."""
    if not ordered:
        return Off(
            Words(
                "nobody has ordered; clusters are made of what customers buy: map [tables.orders]",
                "没有任何客户下过单；聚类依据购买行为：请映射[tables.orders]",
            )
        )
    least = settings.least_customers
    return Off(
        Words(
            f"{ordered} customers have ordered; clusters need {least} ({SECTION} least_customers)",
            f"仅{ordered}位客户下过单；聚类至少需要{least}位（{SECTION} least_customers）",
        )
    )


def all_alike(ordered: int) -> Off:
    """Fewer than two inputs differ among customers."""
    return Off(
        Words(
            f"no stable clustering: all {ordered:,} customers who ordered are alike, or nearly so, "
            "in recency, frequency, money, engagement and satisfaction, or in all but one of them; "
            f"{MORE.en}",
            f"没有稳定的聚类：{ordered:,}位下过单的客户在近度、频度、金额、互动与满意度上几乎没有差别，"
            f"或仅一项有差别；{MORE.zh}",
        )
    )


def not_stable(tried: tuple[Tried, ...], settings: ClusterSettings) -> Off:
    """No number of clusters passes: the first of the demands that none meets."""
    alike = [one for one in tried if one.stability >= settings.least_stability]
    if not alike:
        return _unstable(tried, settings)
    stable = [one for one in alike if one.recurrence >= settings.least_recurrence]
    if not stable:
        return _not_recurring(alike, settings)
    apart = [one for one in stable if one.silhouette - one.reference >= settings.least_lead]
    return _too_small(apart, settings) if apart else _not_apart(stable, settings)


def _unstable(tried: tuple[Tried, ...], settings: ClusterSettings) -> Off:
    best = max(tried, key=lambda one: one.stability)
    least = settings.least_stability
    return Off(
        Words(
            f"no stable clustering: of 2 to {tried[-1].count} clusters, {best.count} come out most "
            f"alike when customers are resampled, with an adjusted Rand index of "
            f"{best.stability:.2f} where {least:.2f} is needed ({SECTION} least_stability); "
            f"{MORE.en}",
            f"没有稳定的聚类：在2至{tried[-1].count}类中，重抽样后以{best.count}类最一致，"
            f"调整兰德指数为{best.stability:.2f}，需达到{least:.2f}"
            f"（{SECTION} least_stability）；{MORE.zh}",
        )
    )


def _not_recurring(alike: list[Tried], settings: ClusterSettings) -> Off:
    best = max(alike, key=lambda one: one.recurrence)
    least = settings.least_recurrence
    return Off(
        Words(
            f"no stable clustering: of {best.count} clusters one does not come back when customers "
            f"are resampled, with a Jaccard index of {best.recurrence:.2f} where {least:.2f} is "
            f"needed ({SECTION} least_recurrence); {MORE.en}",
            f"没有稳定的聚类：分为{best.count}类时，重抽样后有一类无法重现，Jaccard指数为"
            f"{best.recurrence:.2f}，需达到{least:.2f}（{SECTION} least_recurrence）；{MORE.zh}",
        )
    )


def _not_apart(stable: list[Tried], settings: ClusterSettings) -> Off:
    best = max(stable, key=lambda one: one.silhouette - one.reference)
    needed = best.reference + settings.least_lead
    return Off(
        Words(
            f"no stable clustering of groups that stand apart: {best.count} clusters come out "
            f"alike when customers are resampled (adjusted Rand index {best.stability:.2f}), but "
            f"customers differ by degrees: the silhouette is {best.silhouette:.2f} where "
            f"{needed:.2f} is needed, an evenly filled cloud having {best.reference:.2f} "
            f"({SECTION} least_lead); {MORE.en}",
            f"没有彼此分开的稳定聚类：{best.count}类在重抽样后虽一致"
            f"（调整兰德指数{best.stability:.2f}），但客户之间只是程度不同：轮廓系数为"
            f"{best.silhouette:.2f}，需达到{needed:.2f}，而均匀分布已有{best.reference:.2f}"
            f"（{SECTION} least_lead）；{MORE.zh}",
        )
    )


def _too_small(apart: list[Tried], settings: ClusterSettings) -> Off:
    best = max(apart, key=lambda one: one.smallest)
    return Off(
        Words(
            f"no stable clustering of groups worth a campaign: the smallest of {best.count} "
            f"clusters holds {best.smallest:.1%} of the customers where "
            f"{settings.least_share:.1%} is needed ({SECTION} least_share)",
            f"没有规模足够的稳定聚类：{best.count}类中最小的一类仅占客户的{best.smallest:.1%}，"
            f"需达到{settings.least_share:.1%}（{SECTION} least_share）",
        )
    )
