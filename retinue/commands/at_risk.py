"""`retinue at-risk`: the list for the retention team, printed or exported."""

import json
from dataclasses import asdict
from itertools import chain
from pathlib import Path

from features.export import export_ending
from retinue.commands.auditing import record_export
from retinue.console import GIVEN_MONEY, MONEY, err, out, progress, say, show_at_risk
from retinue.project import Project
from scoring.own import caveats
from serving.at_risk import Query, pages
from serving.at_risk_files import write_at_risk
from serving.records import SCORED
from serving.store import Store


def run(project: Project, query: Query, to: Path | None, *, bom: bool, as_json: bool) -> None:
    """Print the riskiest customers, or write them to a CSV or Parquet file page by page."""
    currency = project.sections.currency
    if to:
        export_ending(to)
    found = pages(Store(project.store), query, currency)
    first = next(found)
    found, scored = chain([first], found), first.run
    if to:
        record_export(project, "at-risk", export_ending(to))
        with progress() as (tell, _):
            written = write_at_risk(
                found, to, bom=bom, advance=lambda done: tell(f"wrote {done:,} customers")
            )
        say(f"{to}: {written:,} customers as of {scored.as_of[:10]}")
    else:
        lines = [line for page in found for line in page.lines]
        if as_json:
            out.print_json(json.dumps([asdict(line) for line in lines]))
        else:
            shown = MONEY if project.own_features is None else GIVEN_MONEY
            show_at_risk(lines, shown[query.language].format(currency=currency), query.language)
            everyone = scored.counts.get(SCORED, 0)
            date = scored.as_of[:10]
            err.print(
                f"{len(lines):,} of {everyone:,} scored customers as of {date}"
                if query.language == "en"
                else f"截至{date}，{everyone:,}位已评分客户中的{len(lines):,}位"
            )
    if own := project.own_features:
        for caveat in caveats(own.as_of):
            err.print(caveat.said(query.language), markup=False, soft_wrap=True)
