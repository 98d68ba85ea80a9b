"""The page holds every verdict, every reason to be off, and the numbers of the labels."""

import csv
import re
from html import escape
from pathlib import Path

import pytest

from retinue.commands.standing import standpoint_of
from scoring.segments.schemes import SCHEMES
from tests.conftest import Trained
from training.segments.report.chart import Language, short
from training.segments.report.report import Report, report_of
from training.segments.report.write import write_report

LANGUAGES: tuple[Language, ...] = ("en", "zh")


@pytest.fixture(scope="module")
def report(trained: Trained) -> Report:
    standpoint = standpoint_of(trained.project)
    return report_of(standpoint, standpoint.today, None, lambda _: None)


@pytest.fixture(scope="module", params=LANGUAGES)
def written(
    request: pytest.FixtureRequest, report: Report, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Language, list[Path]]:
    folder = tmp_path_factory.mktemp("report") / "of" / request.param
    return request.param, write_report(report, folder, request.param)


def test_every_scheme_stands_on_the_page_with_its_verdict_or_why_it_is_off(
    report: Report, written: tuple[Language, list[Path]]
) -> None:
    language, files = written
    page = files[0].read_text(encoding="utf-8")

    on = {one.scheme.name for one in report.overview.schemes}
    off = {one.scheme.name for one in report.overview.off}
    assert on | off == {scheme.name for scheme in SCHEMES}
    assert on & off == set()
    for one in report.overview.schemes:
        assert escape(getattr(one.scheme.title, language)) in page
        verdict = report.examinations[one.scheme.name].in_words()
        assert escape(getattr(verdict, language)) in page
        rule = getattr(one.fitted.rule(), language)
        assert _plain(escape(rule)) in _plain(page)
    for lacking in report.overview.off:
        assert _plain(escape(getattr(lacking.why, language)))[1:] in _plain(page)


def test_the_page_holds_the_size_and_money_of_every_label(
    report: Report, written: tuple[Language, list[Path]]
) -> None:
    language, files = written
    page = files[0].read_text(encoding="utf-8")
    for one in report.overview.schemes:
        for line in one.lines:
            name, size = escape(getattr(line.size.label.name, language)), line.size
            row = re.search(rf"<th scope=row>{re.escape(name)}</th><td>{size.customers:,}</td>.*?"
                            rf"<td>{size.money:,.0f}</td>", page)  # fmt: skip
            assert row, name


def test_the_page_fetches_nothing_and_runs_nothing(written: tuple[Language, list[Path]]) -> None:
    page = written[1][0].read_text(encoding="utf-8")
    assert "<script" not in page
    assert "http" not in page
    sources = re.findall(r'src="([^"]{0,30})', page)
    assert sources
    assert all(source.startswith("data:image/svg+xml;base64,") for source in sources)


def test_each_chart_is_a_picture_beside_the_page(
    report: Report, written: tuple[Language, list[Path]]
) -> None:
    names = {path.name for path in written[1]}
    assert {"index.html", "abc_pareto.svg", "abc_pareto.png", "rfm_map.png", "abc.csv"} <= names
    assert {"lifecycle_funnel.svg", "lifecycle_funnel.png"} <= names
    moved = {one for one, found in report.movements.items() if found.migration.moved}
    assert {"rfm", "lifecycle"} <= moved
    assert {name for name in names if "_migration.svg" in name} == {
        f"{one}_migration.svg" for one in moved
    }
    assert all(path.stat().st_size > 100 for path in written[1])
    assert "cluster_profiles.svg" in names or report.scheme("cluster") is None


def test_charts_speak_the_language_of_the_page(written: tuple[Language, list[Path]]) -> None:
    language, files = written
    pareto = (files[0].parent / "abc_pareto.svg").read_text(encoding="utf-8")
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", pareto)
    assert ("累计金额占比" in texts) == (language == "zh")
    assert ("cumulative share of a year's money" in texts) == (language == "en")


def test_the_abc_table_has_everyone_in_descending_order(
    report: Report, written: tuple[Language, list[Path]]
) -> None:
    with (written[1][0].parent / "abc.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = report.abc
    assert found is not None
    assert len(rows) == len(report.overview.dated.customers)
    contributions = [float(row["contribution"]) for row in rows]
    assert contributions == sorted(contributions, reverse=True)
    assert float(rows[-1]["cumulative_share"]) == pytest.approx(1)
    for size in found.sizes.labels:
        assert sum(row["class"] == size.label.code for row in rows) == size.customers


def test_writing_twice_gives_the_same_bytes(
    report: Report, written: tuple[Language, list[Path]], tmp_path: Path
) -> None:
    language, files = written
    again = write_report(report, tmp_path, language)
    assert [path.name for path in again] == [path.name for path in files]
    different = [
        path.name
        for path, other in zip(files, again, strict=True)
        if path.read_bytes() != other.read_bytes()
    ]
    assert different == []


@pytest.mark.parametrize(
    ("money", "said"),
    [
        (0, "0"),
        (95.4, "95"),
        (999.4, "999"),
        (1_234, "1.23k"),
        (340_000, "340k"),
        (-6_090, "-6.09k"),
        (999_900, "1M"),
        (4_470_000, "4.47M"),
        (12e9, "12G"),
    ],
)
def test_money_in_a_cell_is_short(money: float, said: str) -> None:
    assert short(money) == said


def _plain(text: str) -> str:
    return text.replace("<code>", "`").replace("</code>", "`")
