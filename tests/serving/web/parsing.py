"""Read answers as a strict client does."""

import json
from typing import Any

from httpx2 import Response


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


def _refuse(token: str) -> None:
    raise AssertionError(f"{token} in an answer")
