"""The list for the retention team: reasons that raise the risk, and files safe to open."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from features.export import ExportError
from serving.at_risk import AtRisk, Page, Query, at_risk
from serving.at_risk_files import write_at_risk
from serving.errors import StoreError
from serving.records import Run, reason_of
from serving.selection import Selection
from serving.store import Store
from tests.conftest import Trained
from tests.serving.records import scored, unscored, write

LINE = AtRisk(
    customer_id="c1",
    churn_probability=0.75,
    risk_tier="critical",
    cluster="Busy",
    spend_last_91_days=120.456,
    value_at_risk=90.342,
    reasons=["Last order 61 days ago (typical: 5)", "0 orders in the last 28 days (typical: 4)"],
)


def page_of(*lines: AtRisk) -> Page:
    return Page(Run(1, "2024-06-01T00:00:00Z", "b1", "", "", "", {}), [*lines], (), None)


def cells(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_only_what_goes_with_higher_risk_is_a_reason_and_three_at_most(store: Store) -> None:
    sizes = [0.9, -0.8, 0.7, 0.6, 0.5]
    names = ["orders_in_total", "age_in_years", "returns_in_total", "renewals", "pauses"]
    write(store, [scored("a", reasons=list(zip(names, sizes, strict=True)))])
    lines = at_risk(store, Query(most=1), "EUR").lines
    assert lines[0].reasons == [
        "Order history: 2 orders so far (typical: 5 orders)",
        "Returns: 2 returns so far (typical: 5 returns)",
        "Subscription history: 2 subscriptions renewed (typical: 5 subscriptions)",
    ]


def test_reasons_are_told_in_the_language_and_money_asked_for(store: Store) -> None:
    write(store, [scored("a", reasons=[("spend_in_total", 0.9)])])
    lines = at_risk(store, Query(most=1, language="zh"), "CNY").lines
    assert lines[0].reasons == ["历史购买：累计消费2.00元（一般：5.00元）"]


def test_who_has_no_reason_for_higher_risk_is_listed_without(store: Store) -> None:
    write(store, [scored("a", reasons=[("orders_in_total", -0.9)])])
    assert at_risk(store, Query(most=1), "EUR").lines[0].reasons == []


@pytest.mark.parametrize(
    "reason",
    [
        {"code": "orders_in_total.raises", "text": "", "fact": "2 orders", "value": 2.0,
         "feature": "orders_in_total", "contribution": 0.1},
        {"code": "x.higher_risk", "feature": "no_longer_known", "value": 2.0, "typical": 5.0,
         "contribution": 0.1},
    ],
)  # fmt: skip
def test_a_run_that_told_reasons_otherwise_asks_to_be_written_again(
    store: Store, reason: dict[str, Any]
) -> None:
    record = scored("a")
    assert record.prediction is not None
    write(store, [replace(record, prediction=record.prediction | {"reasons": [reason]})])
    with pytest.raises(StoreError, match=r"told reasons otherwise; run `retinue score` again"):
        at_risk(store, Query(most=1), "EUR")


def test_spend_that_is_not_known_counts_as_none(store: Store) -> None:
    write(store, [scored("a", spend=float("nan"))])
    (found,) = at_risk(store, Query(most=1), "EUR").lines
    assert (found.spend_last_91_days, found.value_at_risk) == (0.0, 0.0)


def test_the_query_chooses_tier_order_and_length(store: Store) -> None:
    write(
        store,
        [scored("a", 0.3, spend=10), scored("b", 0.4, spend=5), scored("c", 0.9, tier="critical")],
        [unscored("d"), scored("e", 0.26, spend=99)],
    )
    query = Query(most=2, selection=Selection(tier="high", sort="value_at_risk"))
    lines = at_risk(store, query, "EUR").lines
    assert [found.customer_id for found in lines] == ["e", "a"]


def test_without_a_run_there_is_no_list(store: Store) -> None:
    with pytest.raises(StoreError, match=r"no scoring run yet; run `retinue score` first"):
        at_risk(store, Query(most=1), "EUR")


def test_a_cluster_is_named_as_the_run_names_it(trained: Trained) -> None:
    lines = at_risk(trained.store, Query(most=10_000), "EUR").lines
    names = trained.bundle.parts.segments.fitted["cluster"].labels
    english = {label.code: label.name.en for label in names}
    for found in lines:
        prediction = trained.store.customer(found.customer_id)[1].prediction
        assert prediction is not None
        assert found.cluster == english[prediction["segments"]["cluster"]]
    assert len({found.cluster for found in lines}) > 1


def test_a_cluster_that_the_run_does_not_name_is_empty(store: Store) -> None:
    write(store, [scored("a")])
    assert at_risk(store, Query(most=1), "EUR").lines[0].cluster == ""


def test_every_listed_customer_of_a_real_run_adds_up(trained: Trained) -> None:
    page = at_risk(trained.store, Query(most=10_000), "EUR")

    lines = page.lines
    assert len(lines) == page.run.counts["scored"]
    for found in lines:
        _, record = trained.store.customer(found.customer_id)
        assert record.prediction is not None
        raising = [
            reason_of(stored).fact("en", "EUR")
            for stored in record.prediction["reasons"]
            if stored["contribution"] > 0
        ]
        assert found.reasons == raising[:3]
        assert found.churn_probability == record.prediction["churn_probability"]
        remaining = record.prediction["remaining_value"]
        assert found.value_at_risk == found.churn_probability * remaining > 0
    probabilities = [found.churn_probability for found in lines]
    assert probabilities == sorted(probabilities, reverse=True)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_a_csv_file_starts_a_formula(tmp_path: Path, start: str) -> None:
    formula = f'{start}HYPERLINK("http://evil.example";"click")'
    harmful = replace(LINE, customer_id=formula, cluster=formula, reasons=[formula] * 3)

    write_at_risk([page_of(harmful)], tmp_path / "list.csv")

    (row,) = cells(tmp_path / "list.csv")
    assert row["customer_id"] == "'" + formula
    assert [name for name, cell in row.items() if cell.startswith(start)] == []


def test_csv_holds_what_was_listed(tmp_path: Path) -> None:
    quoted = replace(
        LINE, customer_id='a "b", c', value_at_risk=-90.342, reasons=["- one", "two", "three"]
    )

    written = write_at_risk([page_of(LINE), page_of(quoted)], tmp_path / "list.csv")

    assert written == 2
    plain, other = cells(tmp_path / "list.csv")
    assert plain == {
        "customer_id": "c1",
        "churn_probability": "0.75",
        "risk_tier": "critical",
        "cluster": "Busy",
        "spend_last_91_days": "120.46",
        "value_at_risk": "90.34",
        "reason_1": LINE.reasons[0],
        "reason_2": LINE.reasons[1],
        "reason_3": "",
    }
    assert other["customer_id"] == 'a "b", c'
    assert float(other["value_at_risk"]) == -90.34


def test_parquet_holds_ids_as_they_are(tmp_path: Path) -> None:
    lines = [LINE, replace(LINE, customer_id="=1+1", reasons=[])]

    write_at_risk(iter([page_of(*lines)]), tmp_path / "list.parquet")

    table = parquet.read_table(tmp_path / "list.parquet")
    assert table.column("customer_id").to_pylist() == ["c1", "=1+1"]
    assert table.column("churn_probability").to_pylist() == [0.75, 0.75]
    assert table.column("reason_1").to_pylist() == [LINE.reasons[0], ""]
    assert table.schema.field("value_at_risk").type == pa.float64()


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_an_empty_list_is_a_file_with_columns_and_no_rows(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "made" / f"list.{ending}"

    assert write_at_risk([page_of()], path) == 0

    table = parquet.read_table(path) if ending == "parquet" else pa.csv.read_csv(path)
    assert (table.num_rows, table.num_columns) == (0, 9)


@pytest.mark.parametrize("name", ["list.xlsx", "list", "list.csv.gz"])
def test_another_ending_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(ExportError, match=r"cannot write '.*'; name a .csv or .parquet file"):
        write_at_risk([page_of(LINE)], tmp_path / "made" / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["list.csv", "list.parquet"])
def test_a_place_that_cannot_be_written_is_told_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(ExportError, match=rf"{name}: cannot be written: .+") as refused:
        write_at_risk([page_of(LINE)], tmp_path / "file" / name)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["list.csv", "list.parquet"])
def test_a_folder_of_that_name_is_told_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(ExportError, match=rf"{name}: cannot be written: .+") as refused:
        write_at_risk([page_of(LINE)], tmp_path / name)
    assert "\n" not in str(refused.value)
