"""A folder of Parquet files that is there whole or not at all."""

import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from features.errors import RetinueError


class SimulationError(RetinueError):
    """The folder that was named cannot be written."""


class Files:
    """Parquet files that grow by a row group at a time."""

    def __init__(self, folder: Path, open_files: ExitStack) -> None:
        """Use `written_whole` to make one."""
        self.folder = folder
        self.rows: dict[str, int] = {}
        self._open_files = open_files
        self._writers: dict[str, parquet.ParquetWriter] = {}

    def append(self, tables: Mapping[str, pa.Table]) -> None:
        """Add a row group to the file of each name; the first call decides the columns."""
        for name, table in tables.items():
            if name not in self._writers:
                # Readers see text where we hold words by number.
                writer = parquet.ParquetWriter(
                    self.folder / f"{name}.parquet",
                    table.schema,
                    compression="zstd",
                    store_schema=False,
                )
                self._writers[name] = self._open_files.enter_context(writer)
            self._writers[name].write_table(table, row_group_size=max(1, len(table)))
            self.rows[name] = self.rows.get(name, 0) + len(table)


@contextmanager
def written_whole(out: Path) -> Iterator[Files]:
    """Write files beside `out` and, once all is done, give their folder its name.

    A run that fails leaves nothing; a run that is killed leaves a hidden folder beside `out`.

    Raises:
        SimulationError: `out` holds something already.
    """
    out = out.resolve()
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise SimulationError(f"{out}: is there already; name another folder, or remove it")
    aside = out.with_name(f".{out.name}.{secrets.token_hex(4)}.aside")
    aside.mkdir(parents=True)
    try:
        with ExitStack() as open_files:
            yield Files(aside, open_files)
        aside.replace(out)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
