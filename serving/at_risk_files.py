"""The at-risk list as a file: CSV that is safe to open in a spreadsheet, or Parquet, in streams."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from features.export import Kind, encoded, export_ending, write_whole
from serving.at_risk import REASONS_PER_CUSTOMER, AtRisk, Page

if TYPE_CHECKING:
    import pyarrow as pa


def at_risk_bytes(pages: Iterable[Page], kind: Kind, *, bom: bool = False) -> Iterator[bytes]:
    """A file of that kind, piece by piece; no more than a few pages are held at a time.

    Args:
        pages: At least one, all of one list.
        kind: csv or parquet.
        bom: Begin a CSV with a byte order mark, by which old spreadsheets know UTF-8.
    """
    return encoded((at_risk_table(page) for page in pages), kind, bom=bom)


def write_at_risk(
    pages: Iterable[Page],
    path: Path,
    *,
    bom: bool = False,
    advance: Callable[[int], None] = lambda _written: None,
) -> int:
    """Write a list to a file by the path's ending; the file is there once it is whole.

    Args:
        pages: At least one, all of one list.
        path: Ends with .csv or .parquet.
        bom: See `at_risk_bytes`.
        advance: Called with customers written so far, page by page.

    Returns:
        How many were written.

    Raises:
        ExportError: The ending is neither, or the file cannot be written.
    """
    kind = export_ending(path)
    written = 0

    def counted() -> Iterator[Page]:
        nonlocal written
        for page in pages:
            yield page
            written += len(page.lines)
            advance(written)

    write_whole(at_risk_bytes(counted(), kind, bom=bom), path)
    return written


def at_risk_table(page: Page) -> "pa.Table":
    """A row per line of a page; money in cents, reasons in columns of their own."""
    # Only exports need Arrow.
    import pyarrow as pa

    money = ("spend_last_91_days", "value_at_risk")
    reasons = [f"reason_{i + 1}" for i in range(REASONS_PER_CUSTOMER)]
    schema = pa.schema(
        [
            ("customer_id", pa.string()),
            ("churn_probability", pa.float64()),
            ("risk_tier", pa.string()),
            ("cluster", pa.string()),
            *((name, pa.float64()) for name in money),
            *((name, pa.string()) for name in (*reasons, *_titles(page.schemes))),
        ]
    )
    return pa.Table.from_pylist([_row(line, reasons) for line in page.lines], schema=schema)


def _row(line: AtRisk, reasons: Sequence[str]) -> dict[str, Any]:
    segments = line.segments or {}
    return {
        "customer_id": line.customer_id,
        "churn_probability": line.churn_probability,
        "risk_tier": line.risk_tier,
        "cluster": line.cluster,
        "spend_last_91_days": _cents(line.spend_last_91_days),
        "value_at_risk": _cents(line.value_at_risk),
        **dict.fromkeys(reasons, ""),
        **dict(zip(reasons, line.reasons, strict=False)),
        **dict(zip(_titles(segments), segments.values(), strict=True)),
    }


def _titles(schemes: Iterable[str]) -> list[str]:
    return [f"segment_{name}" for name in schemes]


def _cents(money: float | None) -> float | None:
    return None if money is None else round(money, 2)
