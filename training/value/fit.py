"""Fit the value model on everyone known at one as-of date."""

from dataclasses import dataclass

import numpy as np

from features.build import FeatureRows
from features.feature import Words
from scoring.segments.scheme import Off
from scoring.value.model import OrderPart, ValueModel, orders_of, subscribed_days
from scoring.value.subscribing import Subscribing
from training.errors import TrainingError
from training.value.errors import NoValueModelError
from training.value.purchasing import fit_purchasing
from training.value.spending import fit_spending
from training.value.subscribing import fit_subscribing


@dataclass(frozen=True)
class ValueSettings:
    """How value is counted, and what it takes.

    Attributes:
        horizon_days: How far ahead.
        least_customers: Repeat customers without whom nothing is said of orders.
        least_ended: Subscribers who left, and who stay, without whom nothing is said of
            subscriptions.
    """

    horizon_days: int = 365
    least_customers: int = 30
    least_ended: int = 10


def fit_value(rows: FeatureRows, settings: ValueSettings) -> ValueModel | Off:
    """Fit what the data can bear: orders, subscriptions, or both.

    Args:
        rows: Everyone known at one as-of date, above all those who may have left: fitted on
            customers who are still active, every model believes that nobody ever leaves.
        settings: Horizon and least numbers.

    Returns:
        The model; or what the project lacks for any.

    Raises:
        TrainingError: The rows are of several as-of dates.
    """
    dates = np.unique(rows.as_of)
    if len(dates) > 1:
        raise TrainingError(
            f"value is fitted at one as-of date, and these rows are of {len(dates)}, from "
            f"{dates[0]} to {dates[-1]}; choose one with rows.at(...)"
        )
    left_out: list[Words] = []
    orders: OrderPart | None = None
    subscriptions: Subscribing | None = None
    if _any(rows, "days_since_first_order"):
        try:
            orders = fit_orders(rows, settings)
        except NoValueModelError as error:
            left_out.append(error.why)
    if _any(rows, "days_since_first_subscription"):
        try:
            subscriptions = fit_subscriptions(rows, settings)
        except NoValueModelError as error:
            left_out.append(error.why)
    if orders is None and subscriptions is None:
        return Off(_together(left_out) if left_out else NOTHING)
    as_of = str(dates[0].astype("datetime64[D]"))
    return ValueModel(settings.horizon_days, as_of, orders, subscriptions, tuple(left_out))


NOTHING = Words(
    "nobody has ordered or subscribed; map [tables.orders] or [tables.subscriptions]",
    "没有任何客户下过单或订阅过;请映射[tables.orders]或[tables.subscriptions]",
)


def fit_orders(rows: FeatureRows, settings: ValueSettings) -> OrderPart:
    """BG/NBD, Gamma-Gamma and the share of money that is kept.

    Raises:
        NoValueModelError: Too few repeat customers, none of whom paid, or no optimum.
    """
    purchasing = fit_purchasing(orders_of(rows), settings.least_customers)
    spending = fit_spending(
        rows.column("orders_in_total"), rows.column("mean_order_value"), settings.least_customers
    )
    back = float(np.nansum(rows.column("refunds_in_total")))
    kept = float(np.nansum(rows.column("spend_in_total")))
    return OrderPart(purchasing, spending, max(kept, 0.0) / max(kept + back, kept, 1e-9))


def fit_subscriptions(rows: FeatureRows, settings: ValueSettings) -> Subscribing:
    """The shifted-beta-geometric model of everyone who ever subscribed.

    Raises:
        NoValueModelError: No price is known, too few have left, or no optimum.
    """
    if not _any(rows, "amount_per_month"):
        raise NoValueModelError(
            Words(
                "no running subscription has a price; map amount_per_month in "
                "[tables.subscriptions]",
                "没有一个有效订阅带有价格;请在[tables.subscriptions]中映射amount_per_month",
            )
        )
    subscribers = rows.where(~np.isnan(rows.column("days_since_first_subscription")))
    ended = subscribers.column("subscriptions_active") == 0
    return fit_subscribing(subscribed_days(subscribers), ended, settings.least_ended)


def _any(rows: FeatureRows, feature: str) -> bool:
    return not bool(np.isnan(rows.column(feature)).all())


def _together(reasons: list[Words]) -> Words:
    return Words("; ".join(one.en for one in reasons), ";".join(one.zh for one in reasons))
