"""A project's rows as a caller would send them to `/v1/predict`."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from features.contract import CONTRACT, CUSTOMERS
from features.engines import connect
from features.sources.mapping import map_source
from retinue.project import Project


def customers_with_rows(project: Project, customer_ids: Iterable[str]) -> list[dict[str, Any]]:
    """Each of the customers with all rows of the project's tables, in JSON's types."""
    wanted = list(customer_ids)
    found: dict[str, dict[str, Any]] = {one: defaultdict(list) for one in wanted}
    connection = connect()
    for table in CONTRACT:
        if table.name not in project.sources:
            continue
        mapped = map_source(connection, table, project.sources[table.name])
        of_them = mapped.filter(mapped.customer_id.cast("string").isin(wanted))
        for row in of_them.to_pyarrow().to_pylist():
            told = {name: _plain(value) for name, value in row.items() if value is not None}
            customer = found[str(told.pop("customer_id"))]
            if table is CUSTOMERS:
                customer["attributes"] = told
            else:
                customer[table.name].append(told)
    return [{"customer_id": one, **rows} for one, rows in found.items()]


def by_rows(project: Project, customer_ids: Collection[str], as_of: str) -> dict[str, Any]:
    """The body that asks for them by their rows."""
    return {"as_of": as_of, "customers": customers_with_rows(project, customer_ids)}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat() + "Z"
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, bool) else str(value)
