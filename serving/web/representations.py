"""In which form an answer goes out, and whether the caller has it already."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import Request, Response

from serving.errors import FormError

MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}


def as_json(values: dict[str, Any]) -> Response:
    """JSON values as they are: a model of them would only be taken apart again."""
    return Response(orjson.dumps(values), media_type=MEDIA_TYPES["json"])


def kind_of(request: Request, asked: str | None, offered: Sequence[str]) -> str:
    """The kind that was asked for by name, else the one that `Accept` likes best.

    Args:
        request: Its header counts where no kind was named.
        asked: One of those offered.
        offered: Those that there are; of equally liked ones the first.

    Raises:
        FormError: The header wants none of them.
    """
    if asked is not None:
        return asked
    header = ",".join(request.headers.getlist("accept"))
    ranges = dict(_ranges(header)) if header else {"*/*": 1.0}
    liked = {kind: _liking(MEDIA_TYPES[kind], ranges) for kind in offered}
    best = max(offered, key=lambda kind: liked[kind])
    if not liked[best]:
        there = ", ".join(MEDIA_TYPES[kind] for kind in offered)
        raise FormError(
            f"this answer comes as {there}; ask for one of these by Accept, or by ?format="
            f"{', '.join(offered)}"
        )
    return best


def holds_tags(request: Request) -> bool:
    """Whether the caller says which answers it holds (`If-None-Match`), and not just any."""
    return bool(_tags(request) - {"*"})


def is_known(request: Request, etag: str) -> bool:
    """Whether the caller holds the answer of that tag, or any that there is."""
    return not _tags(request).isdisjoint({"*", etag.removeprefix("W/")})


def not_modified(headers: dict[str, str]) -> Response:
    """What a caller is told who holds the answer already."""
    return Response(status_code=304, headers=headers)


def caching(etag: str) -> dict[str, str]:
    """Headers by which only the caller keeps the answer, and asks each time whether it holds."""
    return {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Accept"}


def link_to_next(request: Request, cursor: str | None) -> dict[str, str]:
    """The header that leads to the next page: the same query from there on; none at the end."""
    if cursor is None:
        return {}
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    # Relative, so that it leads to the right place behind any proxy.
    return {"Link": f'<?{urlencode([*kept, ("cursor", cursor)])}>; rel="next"'}


def _tags(request: Request) -> set[str]:
    held = ",".join(request.headers.getlist("if-none-match"))
    return {tag.strip().removeprefix("W/") for tag in held.split(",")} - {""}


def _ranges(header: str) -> list[tuple[str, float]]:
    found = []
    for part in header.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights = [one[2:] for one in parameters if one.startswith("q=")]
        found.append((name, _weight(weights[0]) if weights else 1.0))
    return found


def _weight(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 1.0


def _liking(media_type: str, ranges: dict[str, float]) -> float:
    """Of the range that fits most closely; 0 where none does."""
    fitting = (media_type, f"{media_type.split('/')[0]}/*", "*/*")
    return next((ranges[one] for one in fitting if one in ranges), 0.0)
