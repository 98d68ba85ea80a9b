"""Each finding about tables is made where it is due, and says its numbers."""

from datetime import datetime
from pathlib import Path

import pytest

from features.readiness.codes import TABLE_CODES
from features.sources.source import Files
from tests.features.readiness.company import CUSTOMERS, Row, clean
from tests.features.readiness.spoiling import (
    LATER,
    LONG_AGO,
    Spoil,
    add,
    attributes_of_any_moment,
    change,
    gender_mapped,
    only,
    shift,
    unmap,
    without,
)

CASES: tuple[tuple[str, str, Spoil, str], ...] = (
    ("no_purchases orders", "stops", change("orders", 60, is_return=True), "60 of 60 lines"),
    (
        "rows_without_customer orders", "weakens",
        change("orders", 3, customer_id=None), "3 of 60 rows (5.0 %) name no customer",
    ),
    (
        "rows_without_moment events", "weakens",
        change("events", 8, occurred_at=None), "8 of 80 rows (10.0 %) have no moment",
    ),
    (
        "future_dates orders", "weakens",
        change("orders", 1, ordered_at=LATER, known_at=LATER),
        "1 of 60 rows (1.7 %) are later than now (2024-12-01); the last is of 2024-12-02",
    ),
    (
        "future_dates subscriptions", "note",
        change("subscriptions", 1, started_at=LATER, known_at=LATER, ended_at=None), "1 of 20 rows",
    ),
    (
        "dates_before_1990 orders", "weakens",
        change("orders", 2, ordered_at=datetime(1970, 1, 1)),
        "2 of 60 rows (3.3 %) are of before 1990; the first is of 1970-01-01",
    ),
    (
        "far_off_dates orders", "weakens",
        change("orders", 1, ordered_at=datetime(2099, 1, 1), known_at=datetime(2099, 1, 1)),
        "the last row is of 2099-01-01, while 99.9 % of the rows are no later than 2024-05-19",
    ),
    (
        "far_off_dates events", "weakens",
        change("events", 1, occurred_at=LONG_AGO),
        "the first row is of 2010-01-01, while 99.9 % of the rows are no earlier than 2024-03-02",
    ),
    (
        "duplicate_rows orders", "weakens", add("orders", 6),
        "6 of 66 rows (9.1 %) repeat another in every mapped column",
    ),
    (
        "unknown_customers events", "note",
        add("events", 4, customer_id="nobody"),
        "1 of 21 customers (4.8 %) never appear in [tables.orders]; 4 rows are theirs",
    ),
    (
        "unknown_customers tickets", "weakens",
        change("tickets", 10, customer_id="C-1"), "1 of 11 customers",
    ),
    (
        "customers_not_listed customers", "note",
        lambda company: company.rows["customers"].pop(),
        "1 of 20 who ordered or subscribed (5.0 %)",
    ),
    (
        "known_too_early tickets", "weakens",
        shift("tickets", 2, "known_at", "opened_at", -1), "2 of 20 rows (10.0 %) are known before",
    ),
    (
        "known_late events", "note",
        shift("events", 8, "known_at", "occurred_at", 3),
        "0.0 days after they happen (median); 5 % take 3.0 days or longer",
    ),
    (
        "moments_out_of_order tickets", "weakens",
        shift("tickets", 1, "resolved_at", "opened_at", -1),
        "resolved_at precedes opened_at in 1 of 20 rows (5.0 %)",
    ),
    (
        "missing_values orders", "note",
        change("orders", 6, category=None), "missing in 60 rows: category 10.0 %",
    ),
    (
        "missing_values tickets", "weakens",
        change("tickets", 20, resolved_at=None), "missing in 20 rows: resolved_at 100.0 %",
    ),
    (
        "returns orders", "note",
        change("orders", 6, amount=-5.0), "6 of 60 lines (10.0 %) are returns",
    ),
    (
        "negative_values orders", "weakens",
        change("orders", 2, quantity=-2),
        "quantity is negative in 2 of 60 rows that are no returns",
    ),
    (
        "negative_values treatments", "weakens",
        change("treatments", 1, cost=-1.0), "cost is negative in 1 of 20 rows",
    ),
    (
        "unknown_scales feedback", "weakens",
        change("feedback", 3, scale="percent"),
        "3 of 60 rows have a score on no known scale; scales found: ",
    ),
    (
        "scores_off_scale feedback", "weakens",
        change("feedback", 2, score=80), "2 of 60 scores lie outside their scale",
    ),
    (
        "absent_values events", "weakens",
        only("events", "kind", "page_view"),
        "kind is never visit, email_open, email_click, coupon_redemption; most frequent: "
        "page_view (80)",
    ),
    (
        "absent_values tickets", "weakens", only("tickets", "category", "refund"),
        "category is never complaint; most frequent: refund (20)",
    ),
    ("unmapped_columns orders", "note", unmap("orders", "category"), "not mapped: category"),
    ("unmapped_columns feedback", "weakens", unmap("feedback", "scale"), "not mapped: scale"),
    (
        "attributes_may_change customers", "weakens", attributes_of_any_moment,
        "neither timeless nor beside a known_at: birth_year, consent_email, consent_phone",
    ),
    (
        "attributes_not_used customers", "note", gender_mapped, "no feature is made from gender",
    ),
    ("absent_table tickets", "note", without("tickets"), "there is no [tables.tickets]"),
)  # fmt: skip


def test_a_clean_company_has_no_finding(tmp_path: Path) -> None:
    assert clean().findings(tmp_path) == {}


@pytest.mark.parametrize(("name", "severity", "spoil", "said"), CASES, ids=[c[0] for c in CASES])
def test_a_spoiled_company_has_its_finding(
    name: str, severity: str, spoil: Spoil, said: str, tmp_path: Path
) -> None:
    company = clean()
    spoil(company)

    found = company.beside_orders(name.split(" ")[1]).findings(tmp_path)

    assert name in found
    assert found[name].severity == severity
    assert said in found[name].found
    assert severity in found[name].code.severities


def test_every_code_is_proven() -> None:
    proven = {name.split(" ")[0] for name, *_ in CASES} | {"skipped_lines"}
    assert {code.name for code in TABLE_CODES} == proven


def test_skipped_lines_of_a_csv_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "tickets.csv"
    file.write_text("customer_id,opened_at\nc0,2024-05-01\nc1,2024-05-01,more\n", encoding="utf-8")
    company = clean().beside_orders("tickets")
    columns = {"customer_id": "customer_id", "opened_at": "opened_at"}
    company.keys["tickets"] = {"place": Files(file, skip_broken_lines=True), "columns": columns}

    found = company.findings(tmp_path)["skipped_lines tickets"]

    assert found.found == "1 broken lines were skipped; 1 rows were read"


def test_equal_lines_of_an_order_without_products_are_no_reproach(tmp_path: Path) -> None:
    company = clean().beside_orders("orders")
    add("orders", 6)(company)
    unmap("orders", "product_id")(company)

    found = company.findings(tmp_path)["duplicate_rows orders"]

    assert found.severity == "note"
    assert "map product_id" in found.remedy


def test_dropped_duplicates_are_not_found_again(tmp_path: Path) -> None:
    company = clean()
    add("events", 6)(company)
    company.keys["events"] = {"drop_duplicates": True}
    assert company.findings(tmp_path) == {}


def test_a_finding_names_the_features_that_are_off(tmp_path: Path) -> None:
    company = clean().beside_orders("orders")
    unmap("orders", "category")(company)
    assert company.findings(tmp_path)["unmapped_columns orders"].features == (
        "categories_in_total",
        "categories_last_91_days",
        "share_of_favourite_category",
    )


def test_counts_are_exact_and_of_every_table(tmp_path: Path) -> None:
    company = clean()
    tickets: list[Row] = company.rows["tickets"]
    tickets.append({**tickets[0], "customer_id": "nobody"})

    facts = company.facts(tmp_path)

    assert facts.spine_customers == CUSTOMERS
    assert facts.tables["tickets"].customers == CUSTOMERS + 1
    assert sum(rows for _, rows in facts.tables["orders"].counts.days) == 60
