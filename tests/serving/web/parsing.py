"""Read answers as a strict client does."""

import csv
import io
import json
from typing import Any
from urllib.parse import urljoin

from httpx2 import Response
from pyarrow import parquet
from starlette.testclient import TestClient


def parsed(response: Response, status: int = 200) -> Any:
    """The JSON of a response of that status; NaN and Infinity are no JSON."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    return json.loads(response.text, parse_constant=_refuse)


def problem(response: Response, status: int) -> Any:
    """The problem details of a response of that status."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    details = json.loads(response.text, parse_constant=_refuse)
    assert details["status"] == status
    assert {"type", "title", "detail"} <= set(details)
    return details


def walked(client: TestClient, address: str) -> list[Response]:
    """Every page, each reached by the link of the one before."""
    found = [client.get(address)]
    while link := found[-1].headers.get("link"):
        target, _, relation = link.partition(">; ")
        assert relation == 'rel="next"'
        address = urljoin(address, target[1:])
        found.append(client.get(address))
    return found


def from_csv(content: str) -> list[dict[str, Any]]:
    """Lines of a CSV, with numbers read and codes of segments that are empty as none."""
    numbers = ("churn_probability", "spend_last_91_days", "value_at_risk", "money")
    return [
        {
            name: (float(cell) if cell else None)
            if name in numbers
            else (cell or None if name.startswith("segment_") else cell)
            for name, cell in row.items()
        }
        for row in csv.DictReader(io.StringIO(content, newline=""))
    ]


def from_parquet(content: bytes) -> list[dict[str, Any]]:
    """Lines of a Parquet file."""
    rows: list[dict[str, Any]] = parquet.read_table(io.BytesIO(content)).to_pylist()
    return rows


def _refuse(token: str) -> None:
    raise AssertionError(f"{token} in an answer")
