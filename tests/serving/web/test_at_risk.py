"""The at-risk list over HTTP: pages, files, caching, and the same lines as the command line's."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from retinue.commands import at_risk as command
from scoring.scorer import Scorer
from serving.at_risk import EVERYONE, Query
from serving.selection import Selection
from serving.served_model import ServedModel
from serving.store import Store
from serving.web.app import Parts, create_app
from serving.web.requests import CutOffError
from tests.conftest import Trained
from tests.serving.records import scored, write
from tests.serving.web.parsing import from_csv, from_parquet, parsed, problem, walked

CSV, PARQUET = "text/csv; charset=utf-8", "application/vnd.apache.parquet"
REASONS = ("reason_1", "reason_2", "reason_3")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store of 9 customers in order of id."""
    store = Store(tmp_path / "store.db")
    write(store, [scored(f"c{i}", (9 - i) / 9) for i in range(9)])
    return store


@pytest.fixture
def own_client(store: Store, scorer: Scorer) -> TestClient:
    return TestClient(create_app(Parts(ServedModel(scorer), store)))


def as_rows(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines of a JSON answer in the columns and cents of a file."""
    rows = []
    for line in lines:
        row = {name: value for name, value in line.items() if name not in ("reasons", "segments")}
        for name in ("spend_last_91_days", "value_at_risk"):
            row[name] = None if row[name] is None else round(row[name], 2)
        row |= dict.fromkeys(REASONS, "") | dict(zip(REASONS, line["reasons"], strict=False))
        row |= {f"segment_{name}": code for name, code in (line["segments"] or {}).items()}
        rows.append(row)
    return rows


@pytest.mark.parametrize("query", ["sort=value_at_risk&lang=zh&with=segments", "tier=high"])
def test_all_pages_hold_the_whole_list_in_every_form(client: TestClient, query: str) -> None:
    pages = walked(client, f"/v1/at-risk?limit=11&{query}")
    lines = [line for page in pages for line in parsed(page)["customers"]]
    assert len(pages) > 1
    assert parsed(pages[-1])["next"] is None
    assert all(parsed(page)["next"] in page.headers["link"] for page in pages[:-1])

    spreadsheets = walked(client, f"/v1/at-risk?limit=11&format=csv&{query}")
    tables = walked(client, f"/v1/at-risk?limit=11&format=parquet&{query}")
    spreadsheet = client.get(f"/v1/at-risk/export?format=csv&{query}")
    table = client.get(f"/v1/at-risk/export?format=parquet&{query}")

    rows = as_rows(lines)
    assert len({row["customer_id"] for row in rows}) == len(rows) > 11
    assert [row for page in spreadsheets for row in from_csv(page.text)] == rows
    assert [row for page in tables for row in from_parquet(page.content)] == rows
    assert from_csv(spreadsheet.text) == rows
    assert from_parquet(table.content) == rows


def test_the_command_line_writes_and_prints_what_http_answers(
    client: TestClient, own: Trained, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    selection = Selection(
        sort="value_at_risk",
        segments=(("abc", "A"), ("abc", "B")),
        attributes=(("region", "north"),),
        least_probability=0.01,
    )
    asked = "segment=abc:A&segment=abc:B&region=north&least_probability=0.01&sort=value_at_risk"
    query = Query(EVERYONE, selection, "zh", with_segments=True)
    for kind in ("csv", "parquet"):
        path = tmp_path / f"list.{kind}"
        command.run(own.project, query, path, bom=kind == "csv", as_json=False)
        http = client.get(f"/v1/at-risk/export?{asked}&lang=zh&with=segments&bom=1&format={kind}")
        assert path.read_bytes() == http.content
    capsys.readouterr()

    command.run(own.project, replace(query, most=7), None, bom=False, as_json=True)

    page = client.get(f"/v1/at-risk?{asked}&lang=zh&with=segments&limit=7")
    assert json.loads(capsys.readouterr().out) == parsed(page)["customers"]
    assert len(parsed(page)["customers"]) == 7


def test_pages_are_of_one_run_though_a_new_one_is_written(
    own_client: TestClient, store: Store
) -> None:
    first = parsed(own_client.get("/v1/at-risk?limit=5"))
    write(store, [scored("new", 0.99)])

    second = parsed(own_client.get("/v1/at-risk", params={"limit": 5, "cursor": first["next"]}))

    both = [line["customer_id"] for page in (first, second) for line in page["customers"]]
    assert both == [f"c{i}" for i in range(9)]
    assert (second["run"], second["next"]) == (first["run"], None)
    assert parsed(own_client.get("/v1/at-risk"))["customers"][0]["customer_id"] == "new"


def test_a_cursor_that_cannot_be_followed_says_what_to_do(
    own_client: TestClient, store: Store
) -> None:
    cursor = parsed(own_client.get("/v1/at-risk?limit=5"))["next"]

    details = problem(own_client.get(f"/v1/at-risk?cursor={cursor[:-1]}"), 422)
    assert [error["pointer"] for error in details["errors"]] == ["?cursor"]
    assert "begin anew without one" in details["detail"]
    for _ in range(3):
        write(store, [scored("new", 0.99)])
    gone = problem(own_client.get(f"/v1/at-risk?cursor={cursor}"), 410)
    assert gone["title"] == "Scoring run gone"
    assert "begin anew without a cursor" in gone["detail"]


def test_an_answer_that_the_caller_holds_is_not_sent_again(
    own_client: TestClient, store: Store
) -> None:
    for address in ("/v1/at-risk?limit=3", "/v1/at-risk/export"):
        first = own_client.get(address)
        etag = first.headers["etag"]
        for held in (etag, f'"other", {etag}', etag.removeprefix("W/"), "*"):
            again = own_client.get(address, headers={"if-none-match": held})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == etag
            assert again.headers["vary"] == "Accept"
            assert again.headers["cache-control"] == "private, no-cache"
        assert own_client.get(address, headers={"if-none-match": 'W/"other"'}).status_code == 200

        write(store, [scored("new", 0.99)])
        anew = own_client.get(address, headers={"if-none-match": etag})
        assert anew.status_code == 200
        assert anew.headers["etag"] != etag


def test_every_question_has_an_etag_of_its_own(own_client: TestClient) -> None:
    cursor = parsed(own_client.get("/v1/at-risk?limit=5"))["next"]
    queries = (
        "", "limit=5", f"limit=5&cursor={cursor}", "lang=zh", "format=csv", "format=parquet",
        "format=csv&bom=1", "with=segments", "tier=high", "sort=value_at_risk",
        "least_probability=0.1", "least_value_at_risk=1",
    )  # fmt: skip
    tags = [own_client.get(f"/v1/at-risk?{query}").headers["etag"] for query in queries]
    tags.append(own_client.get("/v1/at-risk", headers={"accept": "text/*"}).headers["etag"])
    assert len({*tags}) == len(queries) + 1


@pytest.mark.parametrize(
    ("accept", "listed", "exported"),
    [
        ("*/*", "application/json", CSV),
        ("text/csv", CSV, CSV),
        ("text/html, text/*;q=0.5, application/json;q=0.2", CSV, CSV),
        (PARQUET, PARQUET, PARQUET),
        ("application/*, text/csv;q=0.9", "application/json", PARQUET),
        ("application/json;q=0, */*;q=0.1", CSV, CSV),
        ("text/html", None, None),
        ("*/*;q=0", None, None),
    ],
)
def test_the_form_is_the_one_that_accept_likes_best(
    own_client: TestClient, accept: str, listed: str | None, exported: str | None
) -> None:
    for address, wanted in (("/v1/at-risk", listed), ("/v1/at-risk/export", exported)):
        answer = own_client.get(address, headers={"accept": accept})
        if wanted is None:
            assert "text/csv" in problem(answer, 406)["detail"]
        else:
            assert answer.status_code == 200
            assert answer.headers["content-type"] == wanted
        named = own_client.get(f"{address}?format=parquet", headers={"accept": accept})
        assert named.headers["content-type"] == PARQUET


@pytest.mark.parametrize("address", ["/v1/at-risk", "/v1/at-risk/export"])
def test_web_safety_no_cell_of_a_csv_answer_starts_a_formula(
    own_client: TestClient, store: Store, address: str
) -> None:
    starts = ("=", "+", "-", "@", "\t", "\r")
    write(store, [scored(f"{start}cmd|' /C calc'!A0") for start in starts])

    plain = own_client.get(f"{address}?format=csv")
    marked = own_client.get(f"{address}?format=csv&bom=true")

    cells = [row["customer_id"] for row in from_csv(plain.text)]
    assert sorted(cells) == sorted(f"'{start}cmd|' /C calc'!A0" for start in starts)
    assert marked.content == b"\xef\xbb\xbf" + plain.content


def test_an_export_is_named_after_its_date(own_client: TestClient) -> None:
    answer = own_client.get("/v1/at-risk/export?format=parquet")
    said = answer.headers["content-disposition"]
    assert said == 'attachment; filename="at-risk-2024-06-01.parquet"'


@pytest.mark.parametrize("address", ["/v1/at-risk", "/v1/at-risk/export"])
@pytest.mark.parametrize(
    ("query", "pointer", "hint"),
    [
        ("owner=canary-4711", "?attribute", "no such attribute of customers; it has region; map"),
        ("attribute=canary-4711", "?attribute", "write attribute as name:value"),
        ("segment=canary-4711:A", "?segment", "those that are on are rfm, abc"),
        ("segment=abc:canary-4711", "?segment", "it has A, B, C, _no_label"),
        ("least_probability=1.5", "?least_probability", ""),
        ("least_value_at_risk=inf", "?least_value_at_risk", ""),
        ("with=canary-4711", "?with.0", ""),
        ("teir=high", "?teir", ""),
    ],
)
def test_what_cannot_be_asked_is_pointed_at_and_not_repeated(
    client: TestClient, address: str, query: str, pointer: str, hint: str
) -> None:
    answer = client.get(f"{address}?{query}")
    details = problem(answer, 422)
    assert [error["pointer"] for error in details["errors"]] == [pointer]
    assert hint in details["detail"]
    assert "canary" not in answer.text


@pytest.mark.parametrize("spec_version", ["2.3", "2.4"])
def test_a_client_that_breaks_off_holds_nothing(
    own_client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch, spec_version: str
) -> None:
    write(store, [scored(f"{i:03}", 0.5) for i in range(400)])
    monkeypatch.setattr("serving.at_risk.PAGE", 2)
    read: list[Any] = []
    reading = Store.reading
    monkeypatch.setattr(Store, "reading", lambda self: read.append(1) or reading(self))  # type: ignore[func-returns-value]
    broken_off = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await broken_off.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body" and message["body"]:
            broken_off.set()
            if spec_version == "2.4":  # by which a server says so when it is sent more
                raise OSError
            await asyncio.sleep(0)

    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": spec_version},
        "http_version": "1.1", "method": "GET", "path": "/v1/at-risk/export",
        "raw_path": b"/v1/at-risk/export", "query_string": b"", "headers": [], "root_path": "",
    }  # fmt: skip
    try:
        asyncio.run(own_client.app(scope, receive, send))  # type: ignore[arg-type]
    except CutOffError:  # for the log: half an answer is out
        assert spec_version == "2.4"

    assert 1 <= len(read) < 20
    assert store.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
