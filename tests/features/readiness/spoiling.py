"""Ways to spoil a clean company."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tests.features.readiness.company import NOW, Company

LATER = NOW + timedelta(days=1)
LONG_AGO = datetime(2010, 1, 1)
Spoil = Callable[[Company], object]


def change(table: str, rows: int, **values: object) -> Spoil:
    """Set columns of a table's first rows."""

    def spoil(company: Company) -> None:
        for row in company.rows[table][:rows]:
            row.update(values)

    return spoil


def shift(table: str, rows: int, column: str, since: str, days: int) -> Spoil:
    """Set a moment of a table's first rows so many days after another."""

    def spoil(company: Company) -> None:
        for row in company.rows[table][:rows]:
            row[column] = row[since] + timedelta(days=days)

    return spoil


def add(table: str, rows: int, **values: object) -> Spoil:
    """Copies of a table's first rows with other values."""

    def spoil(company: Company) -> None:
        company.rows[table] += [{**row, **values} for row in company.rows[table][:rows]]

    return spoil


def unmap(table: str, *columns: str) -> Spoil:
    """Leave columns out of the mapping."""
    return lambda company: company.unmapped.update({table: columns})


def only(table: str, column: str, value: str) -> Spoil:
    """One value in all rows of a column."""
    return change(table, 1000, **{column: value})


def without(table: str) -> Spoil:
    """No such table."""
    return lambda company: company.rows.pop(table)


def attributes_of_any_moment(company: Company) -> None:
    company.timeless = ()


def gender_mapped(company: Company) -> None:
    company.unmapped["customers"] = tuple(
        name for name in company.unmapped["customers"] if name != "gender"
    )
    change("customers", 1000, gender="f")(company)
