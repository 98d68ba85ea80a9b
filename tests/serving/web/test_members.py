"""Customers of a segment over HTTP: the pages, forms and tags that the at-risk list has too."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from scoring.scorer import Scorer
from serving.access.scopes import Scope
from serving.served_model import ServedModel
from serving.store import Store
from serving.web.app import Parts, create_app
from tests.serving.access.hands import Office
from tests.serving.records import write_abc
from tests.serving.web.parsing import from_csv, from_parquet, parsed, problem, walked

LIST = "/v1/segments/abc/customers"
CSV, PARQUET = "text/csv; charset=utf-8", "application/vnd.apache.parquet"
PEOPLE = {f"c{i}": ("ABC"[i % 3], 10.25 * i) for i in range(8)} | {"d": (None, 0.0)}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store of 9 customers, the last without a label."""
    store = Store(tmp_path / "store.db")
    write_abc(store, PEOPLE)
    return store


@pytest.fixture
def own_client(store: Store, scorer: Scorer) -> TestClient:
    return TestClient(create_app(Parts(ServedModel(scorer), store)))


@pytest.mark.parametrize("query", ["", "&label=loyal", "&run=1"])
def test_all_pages_hold_the_whole_list_in_every_form(client: TestClient, query: str) -> None:
    address = f"/v1/segments/rfm/customers?limit=11{query}"
    pages = walked(client, address)
    spreadsheets = walked(client, f"{address}&format=csv")
    tables = walked(client, f"{address}&format=parquet")

    lines = [line for page in pages for line in parsed(page)["customers"]]
    assert len(pages) > 1
    assert parsed(pages[-1])["next"] is None
    assert all(parsed(page)["next"] in page.headers["link"] for page in pages[:-1])
    rows = [
        {"customer_id": line["customer_id"], "label": line["label"],
         "money": round(line["money"], 2), "churn_probability": line["churn_probability"]}
        for line in lines
    ]  # fmt: skip
    assert len({row["customer_id"] for row in rows}) == len(rows) > 11
    assert [row for page in spreadsheets for row in from_csv(page.text)] == rows
    assert [row for page in tables for row in from_parquet(page.content)] == rows


@pytest.mark.parametrize("limit", [1, 2, 4, 9, 10])
def test_pages_are_of_one_run_though_a_new_one_is_written(
    own_client: TestClient, store: Store, limit: int
) -> None:
    page = parsed(own_client.get(LIST, params={"limit": limit}))
    run, found = page["run"], page["customers"]
    write_abc(store, {"new": ("A", 1.0)})

    while page["next"]:
        page = parsed(own_client.get(LIST, params={"limit": limit, "cursor": page["next"]}))
        assert page["run"] == run
        found += page["customers"]
        assert len(found) <= len(PEOPLE)

    assert [line["customer_id"] for line in found] == list(PEOPLE)
    assert parsed(own_client.get(LIST))["customers"][0]["customer_id"] == "new"


def test_a_cursor_that_cannot_be_followed_says_what_to_do(
    own_client: TestClient, store: Store
) -> None:
    cursor = parsed(own_client.get(f"{LIST}?limit=2"))["next"]

    for query, hint in (
        (f"cursor={cursor[:-1]}", "altered on the way"),
        (f"label=A&cursor={cursor}", "repeat the query of the page before"),
        (f"run=1&cursor={cursor}", "repeat the query of the page before"),
    ):
        details = problem(own_client.get(f"{LIST}?{query}"), 422)
        assert [error["pointer"] for error in details["errors"]] == ["?cursor"]
        assert hint in details["detail"]
    for _ in range(3):
        write_abc(store, PEOPLE)
    gone = problem(own_client.get(f"{LIST}?cursor={cursor}"), 410)
    assert gone["title"] == "Scoring run gone"
    assert "begin anew without a cursor" in gone["detail"]


def test_an_answer_that_the_caller_holds_is_not_sent_again(
    own_client: TestClient, store: Store
) -> None:
    first = own_client.get(LIST)
    etag = first.headers["etag"]
    for held in (etag, f'"other", {etag}', etag.removeprefix("W/"), "*"):
        again = own_client.get(LIST, headers={"if-none-match": held})
        assert (again.status_code, again.content) == (304, b"")
        for name in ("etag", "vary", "cache-control"):
            assert again.headers[name] == first.headers[name]
    assert own_client.get(LIST, headers={"if-none-match": 'W/"other"'}).status_code == 200

    write_abc(store, PEOPLE)
    anew = own_client.get(LIST, headers={"if-none-match": etag})
    assert anew.status_code == 200
    assert anew.headers["etag"] != etag


def test_nothing_but_the_run_is_read_for_an_answer_that_the_caller_holds(
    own_client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor = parsed(own_client.get(f"{LIST}?limit=2"))["next"]
    address = f"{LIST}?limit=2&cursor={cursor}"
    etag = own_client.get(address).headers["etag"]
    write_abc(store, PEOPLE)
    monkeypatch.setattr("serving.web.segment_routes.members", None)

    again = own_client.get(address, headers={"if-none-match": etag})

    assert again.status_code == 304


def test_every_question_has_an_etag_of_its_own(client: TestClient) -> None:
    address = "/v1/segments/abc/customers"
    cursor = parsed(client.get(f"{address}?limit=5"))["next"]
    queries = (
        "", "limit=5", f"limit=5&cursor={cursor}", "label=A", "run=1", "format=csv",
        "format=parquet", "format=csv&bom=1",
    )  # fmt: skip
    tags = [client.get(f"{address}?{query}").headers["etag"] for query in queries]
    tags.append(client.get("/v1/segments/rfm/customers").headers["etag"])
    tags.append(client.get(address, headers={"accept": "text/*"}).headers["etag"])
    assert len({*tags}) == len(queries) + 2


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("*/*", "application/json"),
        ("text/html, text/*;q=0.5, application/json;q=0.2", CSV),
        (PARQUET, PARQUET),
        ("text/html", None),
    ],
)
def test_the_form_is_the_one_that_accept_likes_best(
    own_client: TestClient, accept: str, form: str | None
) -> None:
    answer = own_client.get(LIST, headers={"accept": accept})
    if form is None:
        assert "text/csv" in problem(answer, 406)["detail"]
    else:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == form
    named = own_client.get(f"{LIST}?format=parquet", headers={"accept": accept})
    assert named.headers["content-type"] == PARQUET


def test_web_safety_no_cell_of_a_segments_csv_starts_a_formula(
    own_client: TestClient, store: Store
) -> None:
    starts = ("=", "+", "-", "@", "\t", "\r")
    write_abc(store, {f"{start}cmd|' /C calc'!A0": ("A", -2.345) for start in starts})

    plain = own_client.get(f"{LIST}?format=csv")
    marked = own_client.get(f"{LIST}?format=csv&bom=true")

    rows = from_csv(plain.text)
    cells = [row["customer_id"] for row in rows]
    assert sorted(cells) == sorted(f"'{start}cmd|' /C calc'!A0" for start in starts)
    assert {row["money"] for row in rows} == {round(-2.345, 2)}
    assert marked.content == b"\xef\xbb\xbf" + plain.content


def test_an_empty_list_is_a_file_with_columns_and_no_rows(
    own_client: TestClient, store: Store
) -> None:
    write_abc(store, {"a": ("A", 1.0)})
    plain = own_client.get(f"{LIST}?label=B&format=csv").text
    assert plain == '"customer_id","label","money","churn_probability"\n'
    assert from_parquet(own_client.get(f"{LIST}?label=B&format=parquet").content) == []


@pytest.mark.parametrize("address", ["/v1/at-risk", LIST])
def test_access_a_page_is_no_export_in_any_form(
    store: Store, scorer: Scorer, tmp_path: Path, address: str
) -> None:
    office = Office(tmp_path)
    app = create_app(Parts(ServedModel(scorer), store, gate=office.gate()))
    client = TestClient(app, headers={"X-API-Key": office.make(Scope.LISTS)[1]})
    for kind in ("json", "csv", "parquet"):
        assert client.get(f"{address}?format={kind}").status_code == 200
    assert client.get("/v1/at-risk/export").status_code == 403
    assert office.audit.latest(9, ["http.exports"]) == []


@pytest.mark.parametrize(
    ("path", "status"),
    [("/v1/segments/nonsense/customers", 404), ("/v1/at-risk?segment=nope:x", 422), (LIST, 304)],
)
def test_any_answer_that_is_held_must_be_of_a_list_that_there_is(
    own_client: TestClient, path: str, status: int
) -> None:
    answer = own_client.get(path, headers={"if-none-match": "*"})
    assert answer.status_code == status
