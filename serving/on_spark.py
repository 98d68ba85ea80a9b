"""Score on Spark: each part of the customers where it lies, by the bundle that is sent there."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from features.feature import Language
from features.history.before import History
from scoring.answer_table import SCHEMA, answer_table
from scoring.bundle import Bundle
from scoring.scorer import Scorer
from scoring.segments.wide import customers_of_wide, wide_table

if TYPE_CHECKING:
    from ibis.backends.pyspark import Backend as Spark
    from pyspark.sql import DataFrame

    from features.tables import Tables


@dataclass(frozen=True)
class _Part:
    """Scores one part; it is sent to Spark's workers, and loads the bundle there once per task.

    Attributes:
        files: The bundle's files by name, broadcast.
        language: Of reasons.
    """

    files: Any
    language: Language

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        scorer = _scorer(self.files.value)
        for batch in batches:
            customers = customers_of_wide(pa.Table.from_batches([batch]))
            yield from answer_table(scorer, customers, self.language).to_batches()


def score_on_spark(
    connection: "Spark",
    tables: "Tables",
    bundle: Path,
    as_of: datetime,
    language: Language = "en",
) -> "DataFrame":
    """Everyone's answer as Spark's table, with the columns of `scoring.answer_table.SCHEMA`.

    Nothing is computed before it is written, and then where the rows are: none comes here.

    Args:
        connection: Spark's session.
        tables: Opened there.
        bundle: The folder of the model.
        as_of: UTC without a zone.
        language: Of reasons.

    Raises:
        BundleError: Texts are read by another model than the bundle was trained on.
        AsOfDateError: Nothing is known before that date.
    """
    loaded = Bundle.load(bundle)  # verified here, so that no worker meets a fault first
    loaded.refuse_other_texts(tables.text_model)
    wide = wide_table(History.before(tables, [as_of]), tables.questions)
    session = connection._session
    frame = session.sql(ibis.to_sql(wide, dialect="pyspark"))
    files = {file.name: file.read_bytes() for file in sorted(bundle.iterdir()) if file.is_file()}
    part = _Part(session.sparkContext.broadcast(files), language)
    answers: DataFrame = frame.mapInArrow(part.__call__, _spark_schema())
    return answers


def _scorer(files: Mapping[str, bytes]) -> Scorer:
    with tempfile.TemporaryDirectory(prefix="retinue-bundle-") as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        return Scorer(Bundle.load(Path(folder)))


def _spark_schema() -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(SCHEMA)
