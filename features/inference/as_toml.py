"""Write a guessed project as its file, each guess with a comment that says what it rests on."""

import json
import os
from pathlib import Path

from features.contract import CUSTOMERS
from features.inference.draft import Draft, why_unmapped
from features.inference.guess import Fit, Guess
from features.inference.seen import SAMPLE, Seen
from features.sources.source import SqlExpression

COMMENT_AT = 50
UNCHANGING = ("birth_year", "gender", "acquisition_channel")


def as_toml(draft: Draft, folder: Path) -> str:
    """The project file; paths are written relative to its folder."""
    currency, why = draft.currency
    lines = [
        "# Made by `retinue init`. What stands after a # is what a guess rests on: read each.",
        f"# Different values are counted in the first {SAMPLE:,} rows.",
        _line("name", draft.name, "the folder's name"),
        _line("currency", currency, why),
        "",
        "[churn]",
        'definition = "inactivity"',
        _line("silent_days", draft.churn.silent_days, draft.churn.silent_why),
        _line("horizon_days", draft.churn.horizon_days, draft.churn.horizon_why),
    ]
    for found in draft.tables:
        lines += ["", *_table(found, folder, draft.joined.get(found.table.name))]
    if draft.unused:
        lines += ["", "# Not used:", *(f"#   {name}: {why}" for name, why in draft.unused)]
    return "\n".join(lines) + "\n"


def _table(found: Fit, folder: Path, joined: str | None) -> list[str]:
    name = found.table.name
    told = f"{found.seen.rows:,} rows" + (f"; {joined}" if joined else "")
    lines = [f"[tables.{name}]", *_place(found.seen, folder, told)]
    if found.lookup:
        other, key = found.lookup
        place = ", ".join(line.partition("  #")[0].strip() for line in _place(other, folder, ""))
        lines.append(f"lookup = {{ {place}, key = {_text(key)} }}")
    if found.table is CUSTOMERS:
        fixed = [column for column in UNCHANGING if column in found.guesses]
        why = "unchanging by nature; add what else never changes, the rest is no feature"
        lines.append(_line("timeless", fixed, why))
    lines += ["", f"[tables.{name}.columns]"]
    lines += [_line(column, guess, guess.why) for column, guess in found.guesses.items()]
    unmapped = why_unmapped(found)
    if unmapped:
        lines += ["# Not mapped:", *(f"#   {one}" for one in unmapped)]
    return lines


def _place(seen: Seen, folder: Path, told: str) -> list[str]:
    path = Path(os.path.relpath(seen.path, folder)).as_posix()
    lines = [_line("source", path, told)]
    return lines if seen.table is None else [*lines, _line("table", seen.table, "")]


def _line(key: str, value: object, why: str) -> str:
    shown = _mapped(value.mapped) if isinstance(value, Guess) else _value(value)
    line = f"{key} = {shown}"
    return f"{line:<{COMMENT_AT}}  # {why}" if why else line


def _mapped(mapped: str | SqlExpression) -> str:
    if isinstance(mapped, SqlExpression):
        return f"{{ sql = {_text(mapped.sql)} }}"
    return _text(mapped)


def _value(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str | list) else str(value)


def _text(text: str) -> str:
    if '"' in text and "'''" not in text and "\n" not in text:
        return f"'{text}'" if "'" not in text else f"'''{text}'''"
    return json.dumps(text, ensure_ascii=False)
