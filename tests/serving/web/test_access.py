"""The promise `access` over HTTP: no route answers without the scope that it declares."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from httpx2 import Response
from starlette.testclient import TestClient

from scoring.scorer import Scorer
from serving.access.errors import UndeclaredRouteError
from serving.access.records import Rate
from serving.access.ring import REVOKED_WITHIN_S
from serving.access.scopes import Scope
from serving.limits import Limits
from serving.served_model import ServedModel
from serving.store import Store
from serving.web.access import GuardedRoute, check_declared, guard, needs, public
from serving.web.app import Parts, create_app
from serving.web.segment_routes import add_segments
from tests.conftest import Trained
from tests.serving.access.hands import Office
from tests.serving.web.parsing import problem

PUBLIC = {"/healthz", "/readyz", "/ping", "/version", "/problems", "/docs", "/docs/oauth2-redirect"}


class Route(NamedTuple):
    """A route as the application declares it; public if it needs no scope."""

    method: str
    path: str
    needed: Scope | None


def routes() -> Iterator[Route]:
    """Every route that the application has."""
    app = create_app(Parts(cast("ServedModel", None), cast("Store", None)))
    for found in iter_route_contexts(app.routes):
        if isinstance(found.original_route, GuardedRoute):
            for method in sorted(found.methods or ()):
                yield Route(method, str(found.path), found.original_route.needed)


ROUTES = list(routes())
GUARDED = [route for route in ROUTES if route.needed]
every_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route[0]} {route[1]}")
every_guarded = pytest.mark.parametrize(
    "route", GUARDED, ids=lambda route: f"{route[0]} {route[1]}"
)


@pytest.fixture(scope="module")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, dict[Scope, str], str]:
    """An office that made a key for each scope, and one for all of them."""
    office = Office(tmp_path_factory.mktemp("keyring"))
    return office, {scope: office.make(scope)[1] for scope in Scope}, office.make(*Scope)[1]


@pytest.fixture(scope="module")
def guarded(
    keyring: tuple[Office, dict[Scope, str], str], trained: Trained, scorer: Scorer
) -> TestClient:
    """Of a server that knows these keys."""
    parts = Parts(ServedModel(scorer), trained.store, gate=keyring[0].gate())
    return TestClient(create_app(parts), raise_server_exceptions=False)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def client(office: Office, trained: Trained, scorer: Scorer) -> TestClient:
    """Of a server with keys."""
    parts = Parts(ServedModel(scorer), trained.store, gate=office.gate())
    return TestClient(create_app(parts), raise_server_exceptions=False)


def ask(client: TestClient, method: str, path: str, token: str | None = None) -> Response:
    """Ask with a body that no route takes, so that nothing is done but look at the key."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    found = path.replace("{", "x").replace("}", "x")
    if method in {"GET", "HEAD"}:
        return client.request(method, found, headers=headers)
    return client.request(method, found, headers=headers, content="{not json")


def test_access_only_what_tells_of_no_customer_is_public() -> None:
    assert {route.path for route in ROUTES if route.needed is None} <= PUBLIC
    assert len(GUARDED) >= 7


@pytest.mark.parametrize("scope", Scope)
@every_route
def test_access_every_route_with_every_scope(
    guarded: TestClient, keyring: tuple[Office, dict[Scope, str], str], route: Route, scope: Scope
) -> None:
    answer = ask(guarded, route.method, route.path, keyring[1][scope])
    if route.needed in {None, scope}:
        assert answer.status_code not in {401, 403, 429}, answer.text
    else:
        assert f"lacks the scope `{route.needed}`" in problem(answer, 403)["detail"]


@every_route
def test_access_every_route_with_every_scope_at_once(
    guarded: TestClient, keyring: tuple[Office, dict[Scope, str], str], route: Route
) -> None:
    answer = ask(guarded, route.method, route.path, keyring[2])
    assert answer.status_code not in {401, 403, 429}, answer.text


@every_guarded
def test_access_no_route_without_a_good_key(
    guarded: TestClient, keyring: tuple[Office, dict[Scope, str], str], route: Route
) -> None:
    good = keyring[2]
    wrong = [None, "nonsense", good[:-1], good + "0", f"rtn_000000000000_{good[-64:]}"]

    answers = [ask(guarded, route.method, route.path, token) for token in wrong]

    for answer in answers:
        assert problem(answer, 401)["title"] == "API key needed"
        assert answer.headers["www-authenticate"] == 'Bearer realm="retinue"'


def test_access_nobody_learns_whether_a_key_exists(client: TestClient, office: Office) -> None:
    _, expired = office.make(Scope.SEGMENTS, days=0.5)
    office.hands.move(days=1)
    key, revoked = office.make(Scope.SEGMENTS)
    office.revoke(key)
    _, good = office.make(Scope.SEGMENTS)
    wrong = [None, "nonsense", expired, revoked, good[:-64] + "0" * 64]

    answers = [ask(client, "GET", "/v1/segments", token) for token in wrong]

    told = [{**problem(answer, 401), "request_id": None} for answer in answers]
    assert all(one == told[0] for one in told)
    assert len({frozenset(answer.headers) for answer in answers}) == 1
    assert ask(client, "GET", "/v1/segments", good).status_code == 200


def test_access_a_key_may_be_sent_in_either_header(client: TestClient, office: Office) -> None:
    _, token = office.make(Scope.SEGMENTS)
    _, other = office.make(Scope.SEGMENTS)
    for headers, status in (
        ({"Authorization": f"Bearer {token}"}, 200),
        ({"authorization": f"bearer  {token} "}, 200),
        ({"X-API-Key": token}, 200),
        ({"X-API-Key": token, "Authorization": f"Bearer {token}"}, 200),
        ({"X-API-Key": token, "Authorization": f"Bearer {other}"}, 401),
        ({"Authorization": token}, 401),
        ({"Authorization": f"Basic {token}"}, 401),
        ({"X-API-Key": f"Bearer {token}"}, 401),
    ):
        assert client.get("/v1/segments", headers=headers).status_code == status, headers
    assert client.get(f"/v1/segments?api_key={token}").status_code == 401


def test_access_a_revoked_key_is_refused_within_the_seconds_promised(
    client: TestClient, office: Office
) -> None:
    key, token = office.make(Scope.SEGMENTS)
    assert ask(client, "GET", "/v1/segments", token).status_code == 200
    office.revoke(key)
    office.hands.move(seconds=REVOKED_WITHIN_S)
    assert ask(client, "GET", "/v1/segments", token).status_code == 401


def test_access_too_many_requests_are_told_when_to_come_back(
    office: Office, trained: Trained, scorer: Scorer
) -> None:
    _, token = office.make(Scope.SEGMENTS)
    gate = office.gate(rate=Rate(per_second=0.4, burst=2))
    client = TestClient(create_app(Parts(ServedModel(scorer), trained.store, gate=gate)))

    first, second, third = (ask(client, "GET", "/v1/segments", token) for _ in range(3))

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.headers["ratelimit-policy"] == '"key";q=2;w=5'
    assert first.headers["ratelimit"] == '"key";r=1;t=3'
    assert "may ask 0.4 times a second" in problem(third, 429)["detail"]
    assert third.headers["retry-after"] == "3"
    assert third.headers["ratelimit"] == '"key";r=0;t=5'
    office.hands.move(seconds=int(third.headers["retry-after"]))
    assert ask(client, "GET", "/v1/segments", token).status_code == 200


def test_access_refused_attempts_are_in_the_log_without_what_was_asked(
    client: TestClient, office: Office
) -> None:
    key, token = office.make(Scope.SEGMENTS)
    client.get("/v1/customers/canary-4711", headers={"X-API-Key": token})
    client.get("/v1/customers/canary-4711")

    (unknown, known) = office.audit.latest(9, ["access.refused"])

    assert (unknown.who, known.who) == ("unknown", key.key_id)
    assert '"route":"GET /v1/customers/{customer_id}"' in known.details
    assert all(file.read_bytes().count(b"canary") == 0
               for file in office.database.path.parent.iterdir())  # fmt: skip


def test_access_a_key_store_that_cannot_be_read_answers_nobody(
    client: TestClient, office: Office
) -> None:
    _, token = office.make(Scope.SEGMENTS)
    office.database.path.write_bytes(b"not the pages you look for" * 300)
    answer = ask(client, "GET", "/v1/segments", token)
    assert "keys and audit log cannot be read" in problem(answer, 503)["detail"]


def alone(office: Office, trained: Trained, scorer: Scorer, host: str = "localhost") -> TestClient:
    """Of a server without keys, asked under a name."""
    gate = office.gate(open_until_first_key=True)
    return TestClient(
        create_app(Parts(ServedModel(scorer), trained.store, gate=gate)), base_url=f"http://{host}"
    )


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:80", "[::1]:8000"])
def test_access_without_keys_this_machine_may_ask(
    office: Office, trained: Trained, scorer: Scorer, host: str
) -> None:
    assert alone(office, trained, scorer, host).get("/v1/segments").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "192.168.1.2:8000"])
def test_access_without_keys_a_foreign_page_may_not_ask_by_a_name_of_its_own(
    office: Office, trained: Trained, scorer: Scorer, host: str
) -> None:
    answer = alone(office, trained, scorer, host).get("/v1/segments")
    assert "make a key with `retinue keys create`" in problem(answer, 403)["detail"]


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP"])
def test_access_without_keys_a_proxy_may_not_hand_questions_on(
    office: Office, trained: Trained, scorer: Scorer, header: str
) -> None:
    answer = alone(office, trained, scorer).get("/v1/segments", headers={header: "for=1.2.3.4"})
    problem(answer, 403)


def test_access_without_keys_a_first_one_locks_the_server(
    office: Office, trained: Trained, scorer: Scorer
) -> None:
    client = alone(office, trained, scorer)
    assert client.get("/v1/segments").status_code == 200
    _, token = office.make(Scope.SEGMENTS)
    office.hands.move(seconds=REVOKED_WITHIN_S)
    assert client.get("/v1/segments").status_code == 401
    assert ask(client, "GET", "/v1/segments", token).status_code == 200


def test_access_documentation_is_served_where_asked_for_and_nowhere_else(
    office: Office, trained: Trained, scorer: Scorer
) -> None:
    parts = Parts(ServedModel(scorer), trained.store, gate=office.gate())
    shown, hidden = (TestClient(create_app(parts, documented=it)) for it in (True, False))
    for path in ("/docs", "/openapi.json", "/static-offline-docs/swagger-ui.css"):
        assert shown.get(path).status_code == 200
        assert hidden.get(path).status_code == 404


def refuses_a_planted_route(monkeypatch: pytest.MonkeyPatch, plant: Any) -> None:
    def planted(app: FastAPI, parts: Parts) -> None:
        add_segments(app, parts)
        plant(app)

    monkeypatch.setattr("serving.web.app.add_segments", planted)
    with pytest.raises(UndeclaredRouteError, match=r"route /planted: .* put @needs"):
        create_app(Parts(cast("ServedModel", None), cast("Store", None)))


def by_decorator(app: FastAPI) -> None:
    @app.get("/planted")
    def planted() -> int:
        return 1


def by_router(app: FastAPI) -> None:
    router = APIRouter()

    @router.get("/planted")
    @needs(Scope.ERASURES)
    def planted() -> int:
        return 1

    app.include_router(router)


def by_mount(app: FastAPI) -> None:
    app.mount("/planted", FastAPI())


def by_socket(app: FastAPI) -> None:
    @app.websocket("/planted")
    async def planted() -> None:
        pass


@pytest.mark.parametrize("plant", [by_decorator, by_router, by_mount, by_socket])
def test_access_an_application_with_an_undeclared_route_is_not_made(
    monkeypatch: pytest.MonkeyPatch, plant: Any
) -> None:
    refuses_a_planted_route(monkeypatch, plant)


def test_access_a_router_of_guarded_routes_may_be_included(office: Office) -> None:
    app = FastAPI(openapi_url=None)
    guard(app, office.gate())
    router = APIRouter(route_class=GuardedRoute)

    @router.get("/guarded")
    @needs(Scope.ERASURES)
    def guarded() -> int:
        return 1

    @router.get("/open")
    @public
    def open_() -> int:
        return 1

    app.include_router(router, prefix="/v1")
    check_declared(app)
    key, token = office.make(Scope.ERASURES)
    client = TestClient(app)
    assert client.get("/v1/open").status_code == 200
    assert client.get("/v1/guarded").status_code == 401
    assert client.get("/v1/guarded", headers={"X-API-Key": token}).status_code == 200
    (entry,) = office.audit.latest(9, ["http.erasures"])
    assert entry.who == key.key_id


@every_route
def test_access_is_described_for_every_route(guarded: TestClient, route: Route) -> None:
    described = guarded.get("/openapi.json").json()
    schemes = described["components"]["securitySchemes"]
    operation = described["paths"].get(route.path, {}).get(route.method.lower())
    if route.needed is None:
        assert operation is None or "security" not in operation
        return
    assert operation["security"] == [{"bearer": [route.needed]}, {"header": [route.needed]}]
    assert {name for one in operation["security"] for name in one} == set(schemes)
    for status in ("401", "403", "429", "503"):
        assert set(operation["responses"][status]["content"]) == {"application/problem+json"}


def test_access_nothing_is_read_of_a_body_and_no_place_taken_without_a_key(
    office: Office, trained: Trained, scorer: Scorer
) -> None:
    limits = Limits(running=0, waiting=0)  # whoever wants a place is turned away
    parts = Parts(ServedModel(scorer), trained.store, limits, gate=office.gate())
    client = TestClient(create_app(parts))
    _, token = office.make(Scope.PREDICT)
    large = {"Content-Type": "application/json", "Content-Length": str(10**12)}

    problem(client.post("/v1/predict", content=b"{}", headers=large), 401)
    problem(client.post("/v1/predict", json={}, headers={"X-API-Key": "nonsense"}), 401)
    problem(client.post("/v1/predict", json={}, headers={"X-API-Key": token}), 503)
    problem(client.post("/v1/predict", content=b"{}", headers=large | {"X-API-Key": token}), 413)


def test_access_what_is_refused_is_counted_by_its_route(
    office: Office, trained: Trained, scorer: Scorer
) -> None:
    parts = Parts(ServedModel(scorer), trained.store, gate=office.gate())
    TestClient(create_app(parts)).get("/v1/customers/canary-4711")
    counted = 'method="GET",route="/v1/customers/{customer_id}",status="401"'
    assert counted.encode() in parts.metrics.page()
