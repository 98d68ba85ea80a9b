"""What stands beside the tables: a project file, and the truths for machines and for people."""

import json
from dataclasses import asdict, fields

from features.contract import CONTRACT
from training.simulation.plan import Plan
from training.simulation.truths import meaning_of

NO_KNOWN_AT = ("customers",)  # what it says of a customer was so from the first day

PROJECT = """\
# A simulated company; README.md tells what is planted in it.
name = "simulated"
currency = "EUR"

[churn]
definition = "inactivity"
silent_days = 70     # five usual gaps of the median customer
horizon_days = 42    # churn: no order in the 42 days from the as-of date
"""

README = """\
# A simulated company

{customers:,} customers over {days:,} days, drawn with seed {seed} by

    retinue simulate --customers {customers} --days {days} --seed {seed} --out FOLDER

Seven tables as Parquet, `retinue.toml` that maps them, and `truth.parquet`, which no project file
maps: of each customer

- `left_at`, `left_by`: when they left, and whether the drivers below or silence decided it; null if
  they stayed
- `archetype`: how they answer to a campaign
- `usual_gap_days`: days between their orders, in a year's average demand
- `hazard_per_month`: their hazard of leaving per 30 days, all drivers at 0
- `tickets_factor`: their tickets per order, as a multiple of the mean

The tables hold what was known by the end of the last day: a row that would have become known later
is not in them, and a ticket, a subscription or an answer to a campaign that ends later has no end.
Orders begin with the first day, also those of customers who joined before.

The hazard of leaving is `hazard_per_month` times e to the sum of the effects, times the campaigns'
factor; a week feels what came before it. Beside that, a customer silent for `dormant_after_gaps` of
their own usual gaps has left.

| constant | value | meaning |
|---|---|---|
{constants}
"""


def project_file(tables: list[str]) -> str:
    """A project file that maps the tables named, each column to itself."""
    return PROJECT + "".join(_section(name) for name in tables)


def truths_as_json(plan: Plan) -> str:
    """The plan with every constant."""
    return json.dumps(asdict(plan), default=str, indent=1) + "\n"


def readme(plan: Plan) -> str:
    """The same for people."""
    rows = [
        f"| `{item.name}` | {_shown(getattr(plan.truths, item.name))} | {meaning_of(item.name)} |"
        for item in fields(plan.truths)
    ]
    drawn = {"customers": plan.customers, "days": plan.days, "seed": plan.seed}
    return README.format(**drawn, constants="\n".join(rows))


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(f"({_shown(v)})" if isinstance(v, tuple) else _shown(v) for v in value)
    return str(value)


def _section(name: str) -> str:
    table = next(table for table in CONTRACT if table.name == name)
    columns = [
        column.name
        for column in table.columns
        if column.name != "known_at" or name not in NO_KNOWN_AT
    ]
    table_keys = [f'source = "{name}.parquet"']
    if name in NO_KNOWN_AT:
        timeless = [column for column in columns if column not in ("customer_id", "joined_at")]
        table_keys.append(f"timeless = {json.dumps(timeless)}")
    mapped = [f'{column} = "{column}"' for column in columns]
    return "\n".join([f"\n[tables.{name}]", *table_keys, f"\n[tables.{name}.columns]", *mapped, ""])
