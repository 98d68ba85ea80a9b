"""A project guessed from files: what is taken for what, on what evidence."""

from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from features.engines import connect
from features.errors import TableError
from features.inference.as_toml import as_toml
from features.inference.draft import Draft, draft
from features.inference.guess import Guess
from features.sources.source import SqlExpression
from features.tables import open_tables
from retinue.project import Project

DAY = timedelta(days=1)
START = datetime(2024, 1, 1, 9)


def write(path: Path, **columns: object) -> None:
    path.parent.mkdir(exist_ok=True)
    parquet.write_table(pa.table(columns), path)


def lines(folder: Path, name: str = "sales.parquet") -> None:
    """Thirty customers who order every ten days; one order in ten is cancelled."""
    orders = [(who, visit) for who in range(30) for visit in range(20)]
    write(
        folder / name,
        **{
            "Invoice": [f"{'C' if n % 10 == 0 else ''}{500 + n}" for n in range(len(orders))],
            "StockCode": [f"{n % 7:05}A" for n in range(len(orders))],
            "Quantity": [-1 if n % 10 == 0 else 2 for n in range(len(orders))],
            "InvoiceDate": [str(START + visit * 10 * DAY) for _, visit in orders],
            "Price": [2.5] * len(orders),
            "Customer ID": [float(17850 + who) for who, _ in orders],
            "Remark": ["x"] * len(orders),
        },
    )


def guessed(folder: Path) -> Draft:
    return draft(connect(), folder)


def mapped(found: Draft, table: str) -> dict[str, str]:
    guesses = next(one.guesses for one in found.tables if one.table.name == table)
    return {name: guess.sql for name, guess in guesses.items()}


def accepted(folder: Path, found: Draft) -> dict[str, int]:
    """Rows of each table, once the file is written and read."""
    (folder / "retinue.toml").write_text(as_toml(found, folder), "utf-8")
    reports = open_tables(connect(), Project.read(folder).sources).reports
    return {name: report.rows for name, report in reports.items()}


def test_lines_of_invoices_become_orders(tmp_path: Path) -> None:
    lines(tmp_path)

    found = guessed(tmp_path)

    assert mapped(found, "orders") == {
        "customer_id": '"Customer ID"',
        "ordered_at": '"InvoiceDate"',
        "order_id": '"Invoice"',
        "quantity": '"Quantity"',
        "amount": '"Quantity" * "Price"',
        "product_id": '"StockCode"',
        "is_return": "starts_with(\"Invoice\", 'C')",
    }
    assert accepted(tmp_path, found) == {"orders": 600}


def test_the_churn_section_follows_from_the_pauses(tmp_path: Path) -> None:
    lines(tmp_path)

    churn = guessed(tmp_path).churn

    assert (churn.silent_days, churn.horizon_days) == (49, 28)  # a quarter of 190 days; four weeks
    assert churn.silent_why.startswith("99 % of 570 pauses between a customer's orders are at most")
    assert "90 % of the pauses are at most 10 days; more here, to leave" in churn.horizon_why


def test_each_guess_stands_with_its_evidence_and_the_rest_is_listed(tmp_path: Path) -> None:
    lines(tmp_path)
    text = as_toml(guessed(tmp_path), tmp_path)
    assert "# 60 lines begin with C, and 100% of them are negative" in text
    assert "# its name; number, 2 different" in text
    assert "# Not mapped:\n#   Remark (text, 1 different)" in text
    assert 'currency = "XXX"' in text
    assert "# nothing says it: set it" in text


def test_chinese_columns_are_understood(tmp_path: Path) -> None:
    rows = "".join(f"u{n % 9},{START + n * DAY:%Y/%m/%d %H:%M},{n},A{n}\n" for n in range(90))
    (tmp_path / "订单.csv").write_text(f"会员编号,下单时间,实付金额,订单号\n{rows}", "utf-8")
    people = "".join(f"u{n},女,上海,2020-01-0{n + 1}\n" for n in range(9))
    (tmp_path / "会员.csv").write_text(f"会员编号,性别,城市,注册日期\n{people}", "utf-8")

    found = guessed(tmp_path)

    assert mapped(found, "orders") == {
        "customer_id": '"会员编号"',
        "ordered_at": '"下单时间"',
        "order_id": '"订单号"',
        "amount": '"实付金额"',
    }
    assert mapped(found, "customers").keys() == {"customer_id", "joined_at", "gender", "city"}
    assert 'timeless = ["gender"]' in as_toml(found, tmp_path)
    assert found.currency == ("CNY", "the columns have Chinese names")
    assert found.joined == {"customers": "100% of its customers are in orders"}
    assert accepted(tmp_path, found) == {"customers": 9, "orders": 90}


def test_what_a_file_lacks_is_looked_up_in_another(tmp_path: Path) -> None:
    lines(tmp_path)
    write(tmp_path / "campaigns.parquet", campaign_id=[1, 2], household_id=[17850, 17851])
    write(
        tmp_path / "descriptions.parquet",
        campaign_id=[1, 2], campaign_type=["A", "B"], start_date=[START, START],
    )  # fmt: skip

    found = guessed(tmp_path)

    treatments = next(one for one in found.tables if one.table.name == "treatments")
    assert treatments.lookup is not None
    assert (treatments.lookup[0].name, treatments.lookup[1]) == ("descriptions", "campaign_id")
    assert accepted(tmp_path, found) == {"orders": 600, "treatments": 2}


def test_a_table_of_customers_keeps_attributes_but_no_outcome(tmp_path: Path) -> None:
    lines(tmp_path)
    write(
        tmp_path / "customers.parquet",
        id=[17850 + n for n in range(30)], country=["United Kingdom"] * 30,
        segment=["a", "b", "c"] * 10, churned=["yes", "no"] * 15, name=[f"n{n}" for n in range(30)],
    )  # fmt: skip

    found = guessed(tmp_path)

    assert mapped(found, "customers").keys() == {"customer_id", "country", "segment"}
    assert found.currency == ("GBP", "100% of the rows of customers are from United Kingdom")


def test_tables_of_a_duckdb_file_are_seen(tmp_path: Path) -> None:
    lines(tmp_path / "raw")
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as file:
        file.execute(f"CREATE TABLE sales AS FROM '{tmp_path}/raw/sales.parquet'")
    (tmp_path / "raw" / "sales.parquet").unlink()

    found = guessed(tmp_path)

    assert 'source = "shop.duckdb"' in as_toml(found, tmp_path)
    assert accepted(tmp_path, found) == {"orders": 600}


def test_dates_of_a_usual_form_are_read_by_it(tmp_path: Path) -> None:
    rows = "".join(f"{n % 9},{START + n * DAY:%m/%d/%Y %H:%M},5\n" for n in range(90))
    (tmp_path / "orders.csv").write_text(f"user_id,order_date,amount\n{rows}", "utf-8")

    found = guessed(tmp_path)

    assert mapped(found, "orders")["ordered_at"] == "strptime(\"order_date\", '%m/%d/%Y %H:%M')"
    assert accepted(tmp_path, found) == {"orders": 90}


def test_subscriptions_alone_are_enough_to_write_a_file(tmp_path: Path) -> None:
    rows = "".join(f"S{n},A{n % 9},2024-01-0{n % 9 + 1},,Pro,50\n" for n in range(20))
    (tmp_path / "subscriptions.csv").write_text(
        f"subscription_id,account_id,start_date,end_date,plan_tier,mrr_usd\n{rows}", "utf-8"
    )
    (tmp_path / "accounts.csv").write_text(
        "account_id,signup_date,country\nA1,2024-01-01,US\nA2,2024-01-01,US\n", "utf-8"
    )
    (tmp_path / "churn_events.csv").write_text(
        "churn_event_id,account_id,churn_date,refund_amount_usd,feedback_text\n"
        "C1,A1,2024-02-01,3,too dear\n",
        "utf-8",
    )

    found = guessed(tmp_path)

    assert [one.table.name for one in found.tables] == ["customers", "subscriptions"]
    assert found.churn.silent_why == "no orders to learn from: set it"
    assert found.currency[0] == "USD"
    assert [name for name, _ in found.unused] == ["churn_events"]


def test_the_scale_of_a_rating_follows_from_its_name_and_range(tmp_path: Path) -> None:
    lines(tmp_path)
    write(
        tmp_path / "surveys.parquet",
        customer_id=[17850] * 5, answered_at=[START] * 5, nps_score=[0, 3, 7, 9, 10],
    )  # fmt: skip

    [feedback] = [one for one in guessed(tmp_path).tables if one.table.name == "feedback"]

    assert feedback.guesses["scale"] == Guess(
        SqlExpression("'nps_0_10'"), "nps_score lies between 0 and 10"
    )


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "no data file found; init reads .parquet, .csv, .tsv and .duckdb"),
        ({"a.csv": "recency,spend\n1,2\n"}, r"nothing looks like orders .*\['recency', 'spend'\]"),
        ({"a.parquet": "PAR1 torn"}, r"no data file found.*a.parquet: "),
    ],
)
def test_a_folder_that_makes_no_project_is_refused(
    files: dict[str, str], said: str, tmp_path: Path
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(TableError, match=said) as refused:
        guessed(tmp_path)
    assert "\n" not in str(refused.value)
