"""The documentation pages, which load nothing from anyone else."""

import re
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256

import pytest
from starlette.testclient import TestClient

from tests.serving.web.parsing import parsed

# What a page or script fetches by itself, as against links and names in its text.
FETCHED = re.compile(
    r"""<(?:script|img|link|iframe)\b[^>]*?(?:src|href)=["']?((?:https?:)?//[^"'\s>]+)"""
    r"""|\bsrc:\s*["']((?:https?:)?//[^"']+)|@import\s|url\(["']?((?:https?:)?//[^)"']+)""",
    re.IGNORECASE,
)
OWN = re.compile(r"""(?:src|href)=["'](/[^"'/][^"']*)["']""")


@pytest.mark.parametrize(
    "foreign",
    [
        '<script src="https://cdn.example/a.js">',
        "<link rel='x' href='//cdn.example/a.css'>",
        '{src:"https://cdn.example/a.svg"}',
        "url(https://cdn.example/a.woff)",
    ],
)
def test_a_foreign_asset_would_be_noticed(foreign: str) -> None:
    assert FETCHED.search(foreign)


def test_redoc_whose_page_loads_a_foreign_picture_is_not_served(client: TestClient) -> None:
    assert client.get("/redoc").status_code == 404


def test_web_safety_the_docs_page_loads_nothing_from_anyone_else(client: TestClient) -> None:
    page = client.get("/docs")
    assets = OWN.findall(page.text)

    assert not re.search(r"https?://", page.text)
    assert len(assets) >= 2
    for asset in assets:
        answer = client.get(asset)
        assert answer.status_code == 200
        if not asset.endswith(".png"):
            assert [match.group() for match in FETCHED.finditer(answer.text)] == []


def test_the_docs_page_is_served(client: TestClient) -> None:
    assert client.get("/docs").status_code == 200


def test_the_interface_is_described_without_foreign_addresses(client: TestClient) -> None:
    described = client.get("/openapi.json")
    assert set(parsed(described)["paths"]) == {
        "/healthz", "/readyz", "/version", "/metrics", "/invocations",
        "/v1/predict", "/v1/customers/{customer_id}", "/v1/at-risk",
        "/v1/at-risk/export", "/v1/erasures",
        "/v1/segments", "/v1/segments/{scheme}", "/v1/segments/{scheme}/customers",
        "/v1/segments/{scheme}/migration",
    }  # fmt: skip
    assert not re.search(r"https?://", described.text)


def test_every_refusal_is_described_as_a_problem(client: TestClient) -> None:
    paths = parsed(client.get("/openapi.json"))["paths"]
    for path in (path for path in paths if path.startswith("/v1/")):
        for operation in paths[path].values():
            refusals = {
                status: set(answer["content"])
                for status, answer in operation["responses"].items()
                if status not in {"200", "304"}  # neither is a refusal
            }
            assert refusals
            assert all(kinds == {"application/problem+json"} for kinds in refusals.values()), path


def test_the_server_loads_nothing_that_only_training_needs() -> None:
    heavy = ("mlflow", "training", "matplotlib", "shap")
    check = f"import sys, serving.web.app; print([m for m in {heavy} if m in sys.modules])"
    loaded = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, check=True
    )
    assert loaded.stdout == "[]\n"


@pytest.mark.parametrize("path", ["/docs", "/docs/oauth2-redirect"])
def test_web_safety_a_page_runs_its_own_scripts_alone(client: TestClient, path: str) -> None:
    answer = client.get(path)
    (inline,) = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    policy = answer.headers["content-security-policy"]
    allowed = dict(part.split(" ", 1) for part in policy.split("; ") if " " in part)

    digest = b64encode(sha256(inline.encode()).digest()).decode()
    assert allowed["script-src"] == f"'self' 'sha256-{digest}'"
    assert allowed["default-src"] == allowed["frame-ancestors"] == "'none'"
    assert allowed["connect-src"] == "'self'"
    assert "http" not in policy


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/problems", None),
        ("/healthz", None),
        ("/nowhere", None),
        ("/v1/customers/nobody", "no-store"),
        ("/v1/segments", "no-store"),
        ("/v1/at-risk", "private, no-cache"),
        ("/v1/segments/rfm/customers", "private, no-cache"),
        ("/v1/segments/none/customers", "no-store"),
        ("/v1/at-risk?tier=none", "no-store"),
    ],
)
def test_web_safety_every_answer_says_that_a_browser_may_do_nothing(
    client: TestClient, path: str, kept: str | None
) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe-eval" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers.get("cache-control") == kept
