"""Files whose characters are not UTF-8: said where, and read by their encoding if it is named."""

import codecs
import gzip
import re
import shutil
from itertools import islice
from pathlib import Path
from typing import IO, cast

from features.contract import Table
from features.errors import TableError

LINES_TRIED = 10_000
HIGH_BYTES = re.compile(rb"[\x80-\xff]+")


def opened(path: Path) -> IO[bytes]:
    """A file's bytes, unpacked."""
    if path.name.lower().endswith(".gz"):
        return cast("IO[bytes]", gzip.open(path, "rb"))
    return path.open("rb")


def is_utf8(encoding: str) -> bool:
    """Whether an encoding's name is one of UTF-8's."""
    return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig")


def rewrite_as_utf8(table: Table, path: Path, encoding: str, to: Path) -> None:
    """Write a file's characters again as UTF-8, a piece at a time.

    Raises:
        TableError: Its bytes are not of that encoding.
    """
    try:
        with opened(path) as raw, to.open("w", encoding="utf-8", newline="") as out:
            shutil.copyfileobj(codecs.getreader(encoding)(raw), out)
    except UnicodeError as error:
        raise TableError(
            f"{table.name}: {path} is not written in {encoding}: {error}; "
            f"correct encoding in [tables.{table.name}]"
        ) from error


def encoding_complaint(table: Table, path: Path) -> str | None:
    """Where a file's bytes are not UTF-8 and what they may be; None if they are UTF-8."""
    with opened(path) as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                guess = _guess(path, line + b"".join(islice(file, LINES_TRIED)))
                return (
                    f"{table.name}: {path}, line {number}: byte 0x{line[error.start]:02x} is not "
                    f"UTF-8, while the file could be read as {guess}; set encoding = "
                    f'"{guess}" in [tables.{table.name}], or convert the file to UTF-8'
                )
    return None


def _guess(path: Path, text: bytes) -> str:
    """What a file that is not UTF-8 may be in, by some lines of it that are not."""
    with opened(path) as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
    runs = HIGH_BYTES.findall(text)
    # Chinese characters are pairs of high bytes; European ones mostly stand alone.
    pairs = sum(len(run) % 2 == 0 for run in runs)
    for candidate in ("gb18030",) * (2 * pairs > len(runs)) + ("cp1252",):
        try:
            text.decode(candidate)
        except UnicodeDecodeError:
            continue
        return candidate
    return "latin-1"
