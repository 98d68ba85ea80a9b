"""What a text says as a number, on the engine that has the texts."""

from contextlib import suppress
from typing import TYPE_CHECKING

import duckdb
import ibis
import numpy as np
import pyarrow as pa
from duckdb.func import FunctionNullHandling, PythonUDFType

from features.sentiment.model import SentimentModel

if TYPE_CHECKING:
    import ibis.expr.types as ir

FUNCTION = "retinue_tone"
TONES = {"negative": -1, "neutral": 0, "positive": 1}
UNKNOWN = 9

_tone = ibis.udf.scalar.builtin(lambda text: None, name=FUNCTION, signature=(("string",), "int8"))


def with_tone(rows: "ir.Table", model: SentimentModel) -> "ir.Table":
    """The rows with a column `tone`, made from their `text` by the model.

    -1 is a negative text, 0 a neutral one, 1 a positive one; null where there is nothing to read.
    """
    connection = rows.get_backend()
    if connection.name == "duckdb":
        _teach_duckdb(connection.con, model)
    else:
        from pyspark.sql.functions import arrow_udf  # type: ignore[attr-defined]  # made at run time

        read = arrow_udf(lambda texts: tones(model, texts), "tinyint")
        connection._session.udf.register(FUNCTION, read)
    return rows.mutate(tone=_tone(rows.text))


def tones(model: SentimentModel, texts: "pa.Array | pa.ChunkedArray") -> pa.Array:
    """Arrow texts to Arrow int8."""
    labels = model.predict(texts.to_pylist()).label
    found = np.select([labels == label for label in TONES], list(TONES.values()), default=UNKNOWN)
    return pa.array(found.astype(np.int8), mask=found == UNKNOWN)


def _teach_duckdb(database: duckdb.DuckDBPyConnection, model: SentimentModel) -> None:
    with suppress(duckdb.InvalidInputException):  # taught for the first time
        database.remove_function(FUNCTION)
    database.create_function(
        FUNCTION,
        lambda texts: tones(model, texts),
        [duckdb.sqltypes.VARCHAR],
        duckdb.sqltypes.TINYINT,
        type=PythonUDFType.ARROW,
        null_handling=FunctionNullHandling.SPECIAL,
    )
