"""`retinue segments` and `retinue migration`: numbers that add up, pages, errors of one line."""

import json
import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyarrow import csv, parquet

from features.errors import RetinueError
from retinue.cli import app
from retinue.project import Project
from scoring.segments.schemes import BY_NAME
from tests.conftest import Trained
from tests.retinue.test_cli import refused, retinue


def said(*arguments: str | Path) -> str:
    """What a command prints, run within this process: starting one takes longer than its work."""
    with redirect_stdout(StringIO()) as stdout:
        app([str(one) for one in arguments], standalone_mode=False)
    return stdout.getvalue()


def printed(*arguments: str | Path) -> Any:
    return json.loads(said(*arguments))


@pytest.fixture(scope="module")
def overview(trained: Trained) -> Any:
    return printed("segments", "--json", "--rule", "--project", trained.project.folder)


def test_every_scheme_is_on_or_says_why_it_is_off(overview: Any) -> None:
    assert [*overview["schemes"], *overview["off"]] == sorted(
        BY_NAME, key=lambda name: (name in overview["off"], list(BY_NAME).index(name))
    )
    assert {"rfm", "abc", "lifecycle", "risk"} <= overview["schemes"].keys()
    assert overview["off"]
    assert all(off["why"]["en"] and off["why"]["zh"] for off in overview["off"].values())


def test_the_labels_of_each_scheme_add_up_to_everyone(overview: Any, trained: Trained) -> None:
    # 600 simulated customers of whom some never ordered, and two who are only in the attributes.
    ordered = parquet.read_table(trained.project.folder / "orders.parquet")
    net = sum(ordered["amount"].to_pylist())
    for scheme in overview["schemes"].values():
        lines = scheme["labels"] + scheme["unlabelled"]
        assert sum(line["customers"] for line in lines) == overview["customers"]
        assert sum(line["money"] for line in lines) == pytest.approx(scheme["money"], abs=0.01)
        assert scheme["money"] == pytest.approx(net, abs=0.01)
        assert sum(line["eligible"] for line in lines) == overview["observed_churn"]["eligible"]
        assert sum(line["churned"] for line in lines) == overview["observed_churn"]["churned"]


def test_thresholds_are_the_champions(overview: Any, trained: Trained) -> None:
    assert overview["thresholds"]["champion"] == trained.bundle.manifest.bundle_id
    for name, scheme in overview["schemes"].items():
        assert scheme["rule"]["en"] == trained.bundle.parts.segments.fitted[name].rule().en


def test_riskier_tiers_left_more_often(overview: Any) -> None:
    tiers = overview["schemes"]["risk"]["labels"]
    rates = [tier["churn_rate"] for tier in tiers if tier["eligible"] >= 20]
    assert len(rates) >= 2
    assert rates == sorted(rates, reverse=True)


def test_the_table_holds_the_numbers_of_the_json(overview: Any, trained: Trained) -> None:
    done = retinue("segments", "rfm", "--rule", "--project", trained.project.folder)

    assert done.returncode == 0, done.stderr
    assert "Thresholds are the champion's" in done.stdout
    lines = [line.split() for line in done.stdout.splitlines()]
    for label in overview["schemes"]["rfm"]["labels"]:
        words = label["name"]["en"].split()
        row = next(line for line in lines if line[: len(words)] == words)
        assert row[len(words)] == f"{label['customers']:,}"
        assert row[len(words) + 2] == f"{label['money']:,.0f}"
    assert overview["schemes"]["rfm"]["rule"]["en"] in done.stdout
    assert "ABC classes" not in done.stdout


def test_before_any_training_thresholds_are_fitted_on_the_spot(untrained: Project) -> None:
    shown = said("segments", "abc", "--lang", "zh", "--project", untrained.folder)

    assert "尚无已投入使用的模型" in shown
    assert "ABC分类" in shown


def test_migration_reconciles_with_both_dates(trained: Trained, tmp_path: Path) -> None:
    folder, out = trained.project.folder, tmp_path / "cells.csv"
    dates = ("2024-08-01", "2024-10-01")

    found = printed(
        "migration", "--from", dates[0], "--to", dates[1], "--json", "--out", out,
        "--project", folder,
    )  # fmt: skip

    before, after = (
        printed("segments", "rfm", "--as-of", date, "--json", "--project", folder)["schemes"]["rfm"]
        for date in dates
    )
    for side, scheme in (("before", before), ("after", after)):
        sizes = {line["code"]: line["customers"] for line in scheme["labels"]}
        moved = {line["label"]: line for line in found[side]}
        assert {code: moved[code]["customers"] for code in sizes} == sizes
        assert sum(line["money"] for line in found[side]) == pytest.approx(scheme["money"])
    assert sum(cell["customers"] for cell in found["cells"]) == (
        found["known_at_both"] + found["entered"]["customers"] + found["left"]["customers"]
    )
    rows = csv.read_csv(out)
    assert sum(rows["customers"].to_pylist()) == sum(c["customers"] for c in found["cells"])
    assert rows.num_rows == len(found["cells"])


def test_migration_in_words_says_what_is_worth_an_alert(trained: Trained) -> None:
    dates = ("--from", "2024-08-01", "--to", "2024-10-01")
    shown = said("migration", *dates, "--project", trained.project.folder)
    assert "changed their label" in shown
    assert "Caution: at 2024-08-01 the data reaches back 21" in shown
    assert "customers moved from Champions to " in shown
    abc = said("migration", *dates, "--scheme", "abc", "--project", trained.project.folder)
    assert "in this order: A > B > C." in abc


def test_compare_says_of_every_scheme_whether_it_holds(trained: Trained) -> None:
    found = printed(
        "segments", "--compare", "2024-08-01", "2024-10-01", "--json",
        "--project", trained.project.folder,
    )  # fmt: skip
    assert list(found["schemes"]) == list(BY_NAME)
    assert all(one["text"]["en"] and one["text"]["zh"] for one in found["schemes"].values())
    assert found["schemes"]["rfm"]["drift"]["thresholds"]
    # The data begins on 2024-01-01, give or take the first order.
    assert "the data reaches back 21" in found["caution"]["en"]
    assert found["schemes"]["lifecycle"]["standing"] in ("holds", "moving", "drifted")


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (("segments", "nonsense"), "there is no scheme nonsense; there are rfm, abc, "),
        (("segments", "--as-of", "2023-01-01"), "choose a later as-of date"),
        (("segments", "--as-of", "2031-01-01"), "choose that date or an earlier one"),
        (("segments", "--compare", "2024-09-01", "2024-08-01"), "the first date must be the earli"),
        (("migration", "--from", "2024-08-01", "--to", "2024-08-01"), "the first date must be the"),
        (("migration", "--from", "2024-08-01", "--to", "2031-08-01"), "the data ends the day befo"),
        (("migration", "--from", "2024-08-01", "--to", "2024-09-01", "--scheme", "x"), "no scheme"),
        (
            ("migration", "--from", "2024-08-01", "--to", "2024-09-01", "--scheme", "risk"),
            "scheme risk is off: nobody is scored",
        ),
    ],
)
def test_what_cannot_be_answered_says_what_to_do(
    arguments: tuple[str, ...], found: str, untrained: Project
) -> None:
    with pytest.raises(RetinueError, match=re.escape(found)):
        said(*arguments, "--project", untrained.folder)


def test_a_bad_date_is_one_line(untrained: Project) -> None:
    found = refused("segments", "--as-of", "2023-01-01", "--project", untrained.folder)
    assert "choose a later as-of date" in found


def test_a_report_folder_that_cannot_be_made_says_so(untrained: Project, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here already", encoding="utf-8")
    folder = tmp_path / "file" / "report"
    with pytest.raises(RetinueError, match=r"cannot be written to: .*; name another folder with"):
        said("segments", "abc", "--report", folder, "--project", untrained.folder)


@pytest.mark.parametrize("customers", [1, 5, 50])
def test_a_few_customers_get_a_report_too(
    customers: int, untrained: Project, tmp_path: Path
) -> None:
    orders = untrained.folder / "orders.parquet"
    table = parquet.read_table(orders)
    few = pa.array([f"c{i}" for i in range(customers)])
    parquet.write_table(table.filter(pc.is_in(table["customer"], few)), orders)

    said("segments", "--report", tmp_path / "out", "--project", untrained.folder)

    assert (tmp_path / "out" / "index.html").is_file()


def test_a_project_of_subscriptions_alone_is_classified(tmp_path: Path) -> None:
    rows = pa.table(
        {
            "who": [f"s{i}" for i in range(60)],
            "begun": pa.array([f"2024-{1 + i % 6:02d}-01" for i in range(60)]),
            "monthly": [float(5 + i) for i in range(60)],
        }
    )
    csv.write_csv(rows, tmp_path / "subscriptions.csv")
    (tmp_path / "retinue.toml").write_text(SUBSCRIPTIONS, encoding="utf-8")

    shown = said("segments", "--report", tmp_path / "out", "--project", tmp_path)

    assert "add [tables.orders]" in shown
    assert "Lifecycle" in shown


SUBSCRIPTIONS = """
name = "subscribed"
currency = "EUR"

[churn]
silent_days = 60
horizon_days = 28

[tables.subscriptions]
source = "subscriptions.csv"

[tables.subscriptions.columns]
customer_id = "who"
started_at = "begun"
amount_per_month = "monthly"
"""


def test_compare_takes_no_other_date(untrained: Project) -> None:
    dates = ("2024-08-01", "2024-09-01")
    done = retinue("segments", "--compare", *dates, "--rule", "--project", untrained.folder)
    assert done.returncode == 2
    assert "it takes no --as-of, --rule or --report" in done.stderr


def test_help_shows_an_example() -> None:
    for command in ("segments", "migration"):
        assert f"Example: retinue {command}" in retinue(command, "--help").stdout
