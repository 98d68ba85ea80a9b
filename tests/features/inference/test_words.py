"""Names are understood however they are written, in two languages."""

import pytest

from features.contract import CONTRACT
from features.inference.words import COLUMNS, CUSTOMER, FILES, OUTCOME, normal, rank


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Customer ID", "customer_id"),
        ("InvoiceDate", "invoice_date"),
        ("customerID", "customer_id"),
        ("unit-price ($)", "unit_price"),
        ("客户编号", "客户编号"),
    ],
)
def test_a_name_is_made_of_small_words(written: str, expected: str) -> None:
    assert normal(written) == expected


def test_every_table_of_the_contract_is_known_by_columns_and_files() -> None:
    for table in CONTRACT:
        named = {name for name, _, _ in COLUMNS[table.name]}
        assert named | {"customer_id"} >= set(table.required)
        assert all(table.column(name) for name in named)
    assert FILES.keys() == COLUMNS.keys() == {table.name for table in CONTRACT}


@pytest.mark.parametrize(
    ("table", "column", "names"),
    [
        (
            "orders",
            "ordered_at",
            ["InvoiceDate", "order_date", "sale_time", "下单时间"],
        ),
        (
            "orders",
            "amount",
            ["amount", "sales_value", "TotalAmount", "Revenue", "实付金额"],
        ),
        ("orders", "order_id", ["Invoice", "InvoiceNo", "basket_id", "订单号", "order_number"]),
        ("orders", "quantity", ["Quantity", "qty", "数量"]),
        ("tickets", "resolved_at", ["closed_at", "resolution_date", "解决时间"]),
        ("subscriptions", "amount_per_month", ["mrr_amount", "monthly_charges", "月费"]),
        ("customers", "joined_at", ["signup_date", "RegistrationDate", "注册时间"]),
    ],
)
def test_usual_names_are_found(table: str, column: str, names: list[str]) -> None:
    ranked = [r for name, _, r in COLUMNS[table] if name == column]
    for name in names:
        assert any(rank(name, one) is not None for one in ranked), name


def test_an_id_is_better_evidence_than_a_bare_word() -> None:
    assert rank("customer_id", CUSTOMER) == rank("会员编号", CUSTOMER) == 0
    assert rank("Customer", CUSTOMER) == 1
    assert rank("product_id", CUSTOMER) is None


def test_refunds_are_no_amount_and_outcomes_no_evidence() -> None:
    amount = next(ranked for name, _, ranked in COLUMNS["orders"] if name == "amount")
    assert rank("refund_amount_usd", amount) is None
    assert OUTCOME.fullmatch("churn_date")
