"""The engines that compute features: DuckDB within this process, or Spark on many machines."""

import os
import shutil
import sys
import tempfile
import warnings
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import ibis

from features.errors import RetinueError

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend as DuckDB
    from ibis.backends.pyspark import Backend as Spark


class EngineError(RetinueError):
    """An engine is not there or does not start."""


def connect(memory_limit: str = "3GiB") -> "DuckDB":
    """An in-memory DuckDB that reads times without a zone as UTC.

    Args:
        memory_limit: What it may hold before it writes to files in the system's folder for them.
    """
    aside = Path(tempfile.gettempdir()) / f"retinue-{os.getpid()}"
    connection = ibis.duckdb.connect(memory_limit=memory_limit, temp_directory=str(aside))
    # It is on where DuckDB takes the process for a person's; after two seconds it would stand on
    # stdout, among results and JSON. A notebook without widgets has none, and refuses the setting.
    with suppress(duckdb.InvalidInputException):
        connection.raw_sql("SET enable_progress_bar = false")
    connection.raw_sql("SET TimeZone = 'UTC'")
    return connection


def connect_spark() -> "Spark":
    """The Spark session that is configured (as spark-submit does), or one on this machine.

    Raises:
        EngineError: PySpark or Java is not there, or Spark does not start.
    """
    # PySpark 4.3 warns of pandas 3 at every turn; no row passes through pandas here.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support", FutureWarning)
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ModuleNotFoundError as error:
        raise EngineError(
            "the engine spark needs the package pyspark; install Retinue with its extra `spark`"
        ) from error
    if not (os.environ.get("JAVA_HOME") or shutil.which("java") or os.environ.get("SPARK_REMOTE")):
        raise EngineError(
            "the engine spark needs Java 17 or newer; install it, or set JAVA_HOME to where it is"
        )
    builder = (
        SparkSession.builder.appName("retinue")
        .config("spark.sql.session.timeZone", "UTC")
        # Its own default, INT96, says neither zone nor unit, and has long been given up.
        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "ERROR")
    )
    try:
        session = builder.getOrCreate()
        if (session.conf.get("spark.master") or "").startswith("local"):
            # Texts are read by Python on the workers, which here are this very environment.
            session.sparkContext.pythonExec = sys.executable
        return ibis.pyspark.connect(session)
    except (PySparkException, OSError) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise EngineError(
            f"Spark does not start: {first}; check Java (17 or newer) and the Spark settings"
        ) from error
