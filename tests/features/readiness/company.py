"""A small company whose tables hold nothing that is worth a finding, and ways to spoil it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from features.contract import CONTRACT, Table
from features.engines import connect
from features.history.events import KINDS
from features.history.feedback import CSAT, NPS, STARS
from features.readiness.facts import Facts, gather_facts
from features.readiness.find import find_in_tables
from features.readiness.finding import Finding
from features.readiness.switches import MAY_CHANGE
from features.sources.source import Source
from features.tables import open_tables

NOW = datetime(2024, 12, 1)
START = datetime(2024, 3, 1, 9, 30)
CUSTOMERS = 20
TYPES = {
    "id": pa.string(),
    "text": pa.string(),
    "time": pa.timestamp("us"),
    "money": pa.float64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}
NOT_USED = ("gender", "country", "region", "city", "income_band", "acquisition_channel")
Row = dict[str, Any]
Rows = dict[str, list[Row]]


@dataclass
class Company:
    """Tables by name, and what the project file says of them.

    Attributes:
        rows: Each table's rows.
        unmapped: Columns left out of the mapping, by table.
        timeless: Attributes declared never to change.
        keys: Further arguments of a table's source.
    """

    rows: Rows
    unmapped: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {"customers": (*NOT_USED, "known_at")}
    )
    timeless: tuple[str, ...] = tuple(switch.column for switch in MAY_CHANGE)
    keys: dict[str, dict[str, Any]] = field(default_factory=dict)

    def sources(self, folder: Path) -> dict[str, Source]:
        """The tables as files."""
        return {
            table.name: self._source(folder, table) for table in CONTRACT if table.name in self.rows
        }

    def facts(self, folder: Path) -> Facts:
        """What is counted of the tables."""
        sources = self.sources(folder)
        return gather_facts(open_tables(connect(), sources), sources, NOW)

    def findings(self, folder: Path) -> dict[str, Finding]:
        """Findings by code and table: `future_dates orders`."""
        found = find_in_tables(self.facts(folder))
        return {f"{finding.code.name} {finding.table}": finding for finding in found}

    def beside_orders(self, table: str) -> "Company":
        """The orders and one more table: quicker to open than all."""
        rows = {name: rows for name, rows in self.rows.items() if name in ("orders", table)}
        return replace(self, rows=rows)

    def _source(self, folder: Path, table: Table) -> Source:
        columns = [
            column
            for column in table.columns
            if column.name not in self.unmapped.get(table.name, ())
        ]
        schema = pa.schema([(column.name, TYPES[column.type]) for column in table.columns])
        path = folder / f"{table.name}.parquet"
        parquet.write_table(pa.Table.from_pylist(self.rows[table.name], schema=schema), path)
        usual: Mapping[str, Any] = {
            "place": path,
            "columns": {column.name: column.name for column in columns},
            "timeless": self.timeless if table.name == "customers" else (),
        }
        return Source(**{**usual, **self.keys.get(table.name, {})})


def clean() -> Company:
    """Everything mapped, in order, and of customers who ordered."""
    rows: Rows = {table.name: [] for table in CONTRACT}
    for number in range(CUSTOMERS):
        _add(rows, f"c{number}", START + timedelta(days=number))
    return Company(rows)


def _add(rows: Rows, customer: str, first: datetime) -> None:
    def at(days: int) -> datetime:
        return first + timedelta(days=days)

    def known(days: int) -> dict[str, Any]:
        return {"customer_id": customer, "known_at": at(days)}

    rows["customers"].append(
        {"customer_id": customer, "joined_at": first, "birth_year": 1980, "settlement": "urban"}
        | {"consent_email": True, "consent_phone": False}
    )
    for order in range(3):
        rows["orders"].append(
            known(30 * order)
            | {"ordered_at": at(30 * order), "order_id": f"{customer}-{order}", "amount": 20.0}
            | {"product_id": f"p{order}", "category": "tea", "quantity": 2, "discount": 1.0}
            | {"is_return": False, "channel": "shop"}
        )
    for day, kind in enumerate(KINDS):
        event = {"occurred_at": at(day), "kind": kind, "duration_s": 30.0, "channel": "web"}
        rows["events"].append(known(day) | event)
    for day, (scale, score) in enumerate(((CSAT, 4), (NPS, 9), (STARS, 5))):
        answer = {"given_at": at(day), "score": score, "scale": scale, "text": "good"}
        rows["feedback"].append(known(day) | answer | {"channel": "web", "language": "en"})
    ticket = {"opened_at": at(5), "resolved_at": at(6), "category": "complaint"}
    rows["tickets"].append(known(5) | ticket)
    plan = {"started_at": at(0), "ended_at": at(60), "plan": "basic", "amount_per_month": 9.0}
    rows["subscriptions"].append(known(0) | plan)
    treatment = {"campaign_id": "spring", "treated_at": at(10), "arm": "mail", "cost": 0.5}
    rows["treatments"].append(known(10) | treatment | {"converted_at": at(12)})
