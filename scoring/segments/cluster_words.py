"""What clusters say of themselves and of a customer."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from features.feature import Words
from scoring.segments.cluster_inputs import BY_NAME, written
from scoring.segments.scheme import Fact

if TYPE_CHECKING:
    from scoring.segments.clusters import Cluster, Clustering

NEVER_ORDERED = Words("never ordered", "从未下单")
TELLING = 3  # inputs that an explanation names
CLEAR, CLOSE = 2 / 3, 0.9  # own distance over that to the next cluster
ON_AVERAGE = 0.25  # standard deviations within which nothing is set apart


def rule(fitted: "Clustering") -> Words:
    """What customers are clustered by, why into so many, and what each cluster is like."""
    parts = (_inputs(fitted), _left_out(fitted), _choice(fitted), _profiles(fitted))
    return Words(" ".join(part.en for part in parts if part.en), "".join(part.zh for part in parts))


def explain(fitted: "Clustering", facts: Mapping[str, Fact]) -> Words:
    """How near the customer is to the cluster, and what sets that apart."""
    if facts["cluster"] is None:
        return NEVER_ORDERED
    by_code = {cluster.code: cluster for cluster in fitted.clusters}
    own, other = (by_code[str(facts[key])] for key in ("cluster", "next_cluster"))
    near, far = float(facts["distance"] or 0), float(facts["next_distance"] or 0)
    sure = _sure(near, far)
    told = [_compared(fitted, own, i, facts) for i in _setting_apart(own)]
    return Words(
        f"{sure.en} {own.name.en} (distance {near:.1f}; next is {other.name.en}, {far:.1f}); "
        f"what sets that cluster apart: {'; '.join(one.en for one in told)}",
        f"{sure.zh}{own.name.zh}（距离{near:.1f}；其次为{other.name.zh}，{far:.1f}）；"
        f"该类的特点：{'；'.join(one.zh for one in told)}",
    )


def _sure(near: float, far: float) -> Words:
    if near <= CLEAR * far:
        return Words("clearly in", "明显属于")
    if near >= CLOSE * far:
        return Words("only just in", "勉强属于")
    return Words("nearest to", "最接近")


def _setting_apart(cluster: "Cluster") -> list[int]:
    """Axes on which the cluster lies off the average, farthest first; at least one."""
    order = sorted(range(len(cluster.centroid)), key=lambda i: -abs(cluster.centroid[i]))
    telling = [i for i in order[:TELLING] if abs(cluster.centroid[i]) >= ON_AVERAGE]
    return telling or order[:1]


def _compared(fitted: "Clustering", cluster: "Cluster", i: int, facts: Mapping[str, Fact]) -> Words:
    """The customer's value of an input beside the cluster's and everyone's."""
    axis = fitted.axes[i]
    title, value = BY_NAME[axis.name].title, facts[axis.name]
    here = written(axis.name, axis.typical(cluster.centroid[i]), fitted.currency)
    everyone = written(axis.name, axis.typical(0), fitted.currency)
    own = (
        Words("unknown", "未知")
        if value is None
        else written(axis.name, float(value), fitted.currency)
    )
    return Words(
        f"{title.en} {own.en} (typical there {here.en}, of everyone {everyone.en})",
        f"{title.zh}{own.zh}（该类典型值{here.zh}，全体{everyone.zh}）",
    )


def _inputs(fitted: "Clustering") -> Words:
    logs = [BY_NAME[one.name] for one in fitted.axes if one.transform == "log1p"]
    plain = [BY_NAME[one.name] for one in fitted.axes if one.transform == "as_is"]
    as_is = Words(
        f"; {', '.join(one.title.en for one in plain)} as it is" if plain else "",
        f"；{'、'.join(one.title.zh for one in plain)}取原值" if plain else "",
    )
    nulls: dict[Words, list[Words]] = {}
    for one in (*logs, *plain):
        nulls.setdefault(one.null, []).append(one.title)
    told = [
        Words(
            f"{', '.join(title.en for title in titles)} {null.en}",
            f"{'、'.join(title.zh for title in titles)}{null.zh}",
        )
        for null, titles in nulls.items()
    ]
    return Words(
        f"Everyone who ever ordered belongs to the nearest of {len(fitted.clusters)} centroids "
        f"(k-means), by the logarithm of {', '.join(one.title.en for one in logs)}{as_is.en}; "
        "each capped at its lowest and highest hundredth and divided by its spread. What is not "
        f"known: {'; '.join(one.en for one in told)}.",
        f"每位下过单的客户归入{len(fitted.clusters)}个中心中最近的一个（k-means），依据："
        f"{'、'.join(one.title.zh for one in logs)}取对数{as_is.zh}；各指标在最低与最高1%处截断，"
        "再按离散程度标准化。未知值的处理："
        f"{'；'.join(one.zh for one in told)}。",
    )


def _left_out(fitted: "Clustering") -> Words:
    if not fitted.left_out:
        return Words("", "")
    found = [(BY_NAME[one.name].title, one.why) for one in fitted.left_out]
    return Words(
        f"Left out: {'; '.join(f'{title.en} ({why.en})' for title, why in found)}.",
        f"未采用：{'；'.join(f'{title.zh}（{why.zh}）' for title, why in found)}。",
    )


def _choice(fitted: "Clustering") -> Words:
    chosen = fitted.chosen
    moved = Words("", "")
    if fitted.moved is not None:
        moved = Words(
            f" Since the champion {fitted.moved:.1%} of the customers moved to another cluster.",
            f"与现役模型相比，{fitted.moved:.1%}的客户换了类别。",
        )
    return Words(
        f"So many because fits of resampled customers agree (adjusted Rand index "
        f"{chosen.stability:.2f}; the cluster that comes back worst, Jaccard index "
        f"{chosen.recurrence:.2f}) and the clusters stand apart (silhouette "
        f"{chosen.silhouette:.2f}, {chosen.reference:.2f} in an evenly filled cloud).{moved.en}",
        f"取此数量是因为重抽样后的结果一致（调整兰德指数{chosen.stability:.2f}，"
        f"最不稳定的一类Jaccard指数{chosen.recurrence:.2f}），且各类之间有间隔"
        f"（轮廓系数{chosen.silhouette:.2f}，均匀分布时为{chosen.reference:.2f}）。{moved.zh}",
    )


def _profiles(fitted: "Clustering") -> Words:
    told_en, told_zh = [], []
    for cluster in fitted.clusters:
        typical = [
            (
                BY_NAME[axis.name].title,
                written(axis.name, axis.typical(place), fitted.currency),
            )
            for axis, place in zip(fitted.axes, cluster.centroid, strict=True)
        ]
        values_en = ", ".join(f"{title.en} {value.en}" for title, value in typical)
        values_zh = "，".join(f"{title.zh}{value.zh}" for title, value in typical)
        told_en.append(f"{cluster.name.en} ({cluster.share:.0%}): {values_en}")
        told_zh.append(f"{cluster.name.zh}（{cluster.share:.0%}）：{values_zh}")
    return Words(
        f"Typical values: {'; '.join(told_en)}.",
        f"各类典型值：{'；'.join(told_zh)}。",
    )
