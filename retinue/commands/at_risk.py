"""`retinue at-risk`: the list for the retention team, printed or exported."""

import json
from dataclasses import asdict
from pathlib import Path

from retinue.console import GIVEN_MONEY, MONEY, err, out, say, show_at_risk
from retinue.project import Project
from scoring.own import caveats
from serving.at_risk import Query, at_risk, write_at_risk
from serving.records import SCORED
from serving.store import Store


def run(project: Project, query: Query, to: Path | None, *, as_json: bool) -> None:
    """Print the riskiest customers, or write them to a CSV or Parquet file."""
    currency = project.sections.currency
    scored, lines = at_risk(Store(project.store), query, currency)
    if to:
        written = write_at_risk(lines, to)
        say(f"{to}: {written:,} customers as of {scored.as_of[:10]}")
    elif as_json:
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
