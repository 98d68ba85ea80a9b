"""What cannot be known is null, and what did not happen is 0 where the catalog says so."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from features.build import FeatureRows, build_features
from features.catalog import CATALOG, NAMES
from features.feature import NEVER_NULL
from features.history.before import History
from tests.features.streams import DAY, TABLES, Row, Stream, T, anchor, opened

# The table and column that each kind of rows is made of.
MADE_OF = {feature.rows: feature.rows for feature in CATALOG} | dict.fromkeys(
    ("categories", "products"), "orders"
)


def described(stream: Stream, folder: Path) -> FeatureRows:
    return build_features(History.before(opened(stream, folder), [T]))


def values_of(rows: FeatureRows, customer_id: str) -> dict[str, float]:
    (row,) = rows.where(rows.customer_ids == customer_id).values
    return dict(zip(NAMES, row.tolist(), strict=True))


def anchors(*names: str) -> Stream:
    return {name: [anchor(TABLES[name])] for name in names}


def of(customer_id: str, table: str) -> Row:
    return anchor(TABLES[table], T - 9 * DAY) | {"customer_id": customer_id}


def null(names: dict[str, float]) -> set[str]:
    return {name for name, value in names.items() if np.isnan(value)}


@pytest.mark.parametrize("spine", [["orders"], ["subscriptions"], ["orders", "subscriptions"]])
def test_a_table_that_the_project_lacks_makes_its_features_null(
    spine: Sequence[str], folder: Path
) -> None:
    values = values_of(described(anchors(*spine), folder), "0")

    lacking = {feature.name for feature in CATALOG if MADE_OF[feature.rows] not in spine}
    certain = {
        feature.name
        for feature in CATALOG
        if feature.name not in lacking and feature.null is NEVER_NULL
    }
    assert lacking <= null(values)
    assert not certain & null(values)


@pytest.mark.parametrize("spine", ["orders", "subscriptions"])
def test_a_customer_without_a_row_counts_0_where_never_null_and_is_null_elsewhere(
    spine: str, folder: Path
) -> None:
    stream = anchors(*TABLES)
    stream[spine].append(of("1", spine))

    values = values_of(described(stream, folder), "1")

    without_rows = {feature for feature in CATALOG if MADE_OF[feature.rows] != spine}
    zero = {feature.name for feature in without_rows if feature.null is NEVER_NULL}
    assert {values[name] for name in zero} == {0.0}
    assert null(values) >= {feature.name for feature in without_rows} - zero
    assert not null({name: values[name] for name in zero})


def test_customers_of_orders_and_of_subscriptions_stand_side_by_side(folder: Path) -> None:
    stream = anchors("orders", "subscriptions", "events")
    stream["orders"] += [of("ordered", "orders"), of("both", "orders")]
    stream["subscriptions"] += [of("subscribed", "subscriptions"), of("both", "subscriptions")]
    stream["events"] += [of("visited", "events"), of("both", "events")]

    rows = described(stream, folder)

    assert rows.customer_ids.tolist() == ["0", "both", "ordered", "subscribed"]
    assert rows.column("orders_in_total").tolist() == [1, 1, 1, 0]
    assert rows.column("subscriptions_in_total").tolist() == [1, 1, 0, 1]
    assert rows.column("events_in_total").tolist() == [1, 1, 0, 0]
    assert np.isnan(rows.column("mean_order_value")).tolist() == [False, False, False, True]


@pytest.mark.parametrize(
    ("table", "column", "name"),
    [
        ("orders", "category", "categories_in_total"),
        ("orders", "product_id", "products_last_91_days"),
        ("orders", "quantity", "units_per_order"),
        ("orders", "discount", "share_of_orders_discounted"),
        ("events", "duration_s", "minutes_last_28_days"),
        ("feedback", "score", "last_csat"),
        ("feedback", "scale", "recent_csat"),
        ("feedback", "text", "share_of_texts_negative"),
        ("tickets", "category", "days_since_last_complaint"),
        ("tickets", "resolved_at", "mean_days_to_resolve"),
        ("subscriptions", "amount_per_month", "amount_per_month"),
        ("subscriptions", "ended_at", "days_since_subscription_ended"),
        ("customers", "joined_at", "days_since_joined"),
        ("customers", "birth_year", "age_in_years"),
        ("customers", "consent_email", "consents_to_email"),
        ("customers", "consent_phone", "consents_to_phone"),
        ("customers", "settlement", "lives_in_a_city"),
        ("feedback", "text", "texts_last_365_days"),
        ("tickets", "category", "complaints_in_total"),
        ("tickets", "resolved_at", "tickets_unresolved"),
        ("subscriptions", "plan", "plan_changes"),
        ("subscriptions", "amount_per_month", "price_increases"),
        ("subscriptions", "ended_at", "pauses"),
    ],
)
def test_a_column_that_is_not_mapped_makes_what_is_made_of_it_null(
    table: str, column: str, name: str, folder: Path
) -> None:
    stream = anchors("orders" if table == "orders" else "subscriptions")
    row = of("0", table)
    scored: Row = {"scale": "csat_1_5", "score": 4.0} if table == "feedback" else {}
    happened: Row = {column: T - DAY} if column in TABLES[table].later else {}
    stream[table] = [row | scored | happened]
    assert not np.isnan(values_of(described(stream, folder), "0")[name])

    del stream[table][0][column]

    assert np.isnan(values_of(described(stream, folder), "0")[name])
