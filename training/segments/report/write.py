"""The report as files: the page, each chart twice, the ABC table."""

import base64
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from features.export import export
from scoring.segments.abc import contributions
from training.errors import TrainingError
from training.segments.report.chart import Language, Picture, said
from training.segments.report.charts import charts_of
from training.segments.report.page import page

if TYPE_CHECKING:
    from training.segments.report.report import Report

PAGE, ABC_TABLE = "index.html", "abc.csv"


def write_report(report: "Report", folder: Path, language: Language) -> list[Path]:
    """Write everything; files that are there are replaced.

    Returns:
        What was written, the page first.

    Raises:
        TrainingError: The folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        pictures: dict[str, list[Picture]] = {}
        written: list[Path] = []
        for scheme, charts in charts_of(report).items():
            for chart in charts:
                svg = chart.svg(language)
                written.append(_put(folder / f"{chart.name}.svg", svg))
                png = chart.png()
                if png is not None:
                    written.append(_put(folder / f"{chart.name}.png", png))
                alt = said(chart.title, language)
                shown = Picture(alt, _address(svg), chart.of_movement)
                pictures.setdefault(scheme, []).append(shown)
        table = abc_table(report)
        if table is not None:
            export(table, folder / ABC_TABLE)
            written.append(folder / ABC_TABLE)
        text = page(report, pictures, [one.name for one in written], language)
        return [_put(folder / PAGE, text.encode()), *written]
    except OSError as error:
        raise TrainingError(
            f"{folder}: cannot be written to: {error.strerror or error}; name another folder with "
            "--report"
        ) from error


def abc_table(report: "Report") -> pa.Table | None:
    """The ABC analysis, a row per customer in descending order of money; None where it is off."""
    found = report.abc
    if found is None:
        return None
    customers = report.overview.dated.customers
    table = contributions(customers)
    codes = np.array([label.code for label in found.fitted.labels], dtype=object)
    classes = codes[found.fitted.label(customers).positions]
    return pa.table(
        {
            "rank": table.rank,
            "customer_id": pa.array(customers.rows.customer_ids[table.order], pa.string()),
            "share_of_customers": table.share_of_customers,
            "contribution": table.contribution,
            "cumulative": table.cumulative,
            "cumulative_share": table.cumulative_share,
            "class": pa.array(classes[table.order], pa.string()),
        }
    )


def _put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _address(svg: bytes) -> str:
    """The picture as the address that an <img> takes; nothing is fetched from elsewhere."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode()
