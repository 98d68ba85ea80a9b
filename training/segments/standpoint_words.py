"""What is said of thresholds and where they come from."""

from features.feature import Words

OLDER_CHAMPION = Words(
    "the champion was trained before this scheme existed; run `retinue train`",
    "当前模型训练时尚无此分类方式；请运行`retinue train`",
)


def origin(fitted_as_of: str, customers: int, champion: str | None) -> Words:
    """Where thresholds come from.

    Args:
        fitted_as_of: The date of the population that they were fitted on, ISO 8601.
        customers: How many these were.
        champion: The bundle's id; None where they were fitted on the spot.
    """
    if champion is None:
        return Words(
            f"There is no champion: thresholds were fitted just now on the {customers:,} customers "
            f"known at {fitted_as_of}, and another date may give others. `retinue train` freezes "
            "them.",
            f"尚无已投入使用的模型：阈值由{fitted_as_of}在册的{customers:,}位客户临时确定，"
            "换一个日期可能不同。运行`retinue train`后阈值即固定。",
        )
    return Words(
        f"Thresholds are the champion's ({champion}), fitted on the {customers:,} customers known "
        f"at {fitted_as_of}.",
        f"阈值取自当前模型（{champion}），由{fitted_as_of}在册的{customers:,}位客户确定。",
    )


def still_filling(as_of: str, days: int) -> Words:
    """That a year's sums are not yet of a year.

    Args:
        as_of: The date, ISO 8601.
        days: How far the data reaches back from it.
    """
    return Words(
        f"Caution: at {as_of} the data reaches back {days} days only, so orders and money of 365 "
        "days still grow with it: customers seem to rise, and thresholds with them.",
        f"注意：截至{as_of}数据仅覆盖{days}天，365天的订单数与金额仍随数据累积而增长，"
        "客户等级与阈值会因此显得上升。",
    )
