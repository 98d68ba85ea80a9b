"""A digest of everything that was read, so that a model can say what it was made from."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from features.contract import CONTRACT, Table
from features.sources.files import files_of
from features.sources.source import Files, Place, Source

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend


def hash_of_data(sources: Mapping[str, Source], connection: "Backend") -> str:
    """A digest of every source's data and of how its columns are mapped.

    Of files it takes the bytes. Of databases it takes the rows as they were read, whatever their
    order: their number and the sum of a digest of each. The connection is the one that the
    sources were opened with.
    """
    digest = hashlib.sha256()
    for table in CONTRACT:
        if source := sources.get(table.name):
            digest.update(json.dumps(_described(table.name, source), sort_keys=True).encode())
            views = (f"{table.name}_source", f"{table.name}_lookup")
            for place, view in zip(source.places, views, strict=False):
                for content in contents_of(connection, table, place, view):
                    digest.update(content)
    return digest.hexdigest()


def contents_of(connection: "Backend", table: Table, place: Place, view: str) -> Iterator[bytes]:
    """A digest of each of a place's files, or one of its rows as they were read into a view."""
    if not isinstance(place, Files):
        yield _rows(connection, view)
        return
    for path in files_of(table, place):
        with path.open("rb") as file:
            yield hashlib.file_digest(file, "sha256").digest()


def _described(name: str, source: Source) -> list[object]:
    mapping = {column: str(mapped) for column, mapped in source.columns.items()}
    key = source.lookup.key if source.lookup else None
    rules = [_rules(place) for place in source.places]
    return [name, mapping, key, rules, source.time_zone, source.drop_duplicates]


def _rules(place: Place) -> list[object]:
    """What of a place changes the reading of the same data."""
    return [place.encoding, place.skip_broken_lines] if isinstance(place, Files) else []


def _rows(connection: "Backend", view: str) -> bytes:
    found = connection.raw_sql(
        f"SELECT count(*), sum(md5_number_lower(CAST(row AS VARCHAR))) FROM {view} AS row"  # noqa: S608 - our own name
    ).fetchone()
    return json.dumps([str(value) for value in found]).encode()
