"""Spark: the same text where one machine is too small; in local mode on this machine's Java."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from narrows.criteria.dialect import SPARK, Dialect
from narrows.problem import InputError, NotInstalled, Problem

MEMORY = "3g"
#: Java leaves methods of more than 8,000 bytes to its interpreter; answers of hundreds of criteria have such methods.
COMPILED = "-XX:-DontCompileHugeMethods"
#: How answers are worked out, wherever Spark runs.
ANSWERING = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    # Hundreds of criteria in one loop make one method larger than Java can hold at all: each expression gets its own.
    "spark.sql.codegen.wholeStage": "false",
}


def session_of(cores: int | None = None, memory: str = MEMORY) -> Any:
    """A Spark session: the running one under spark-submit, else a local one that listens on this machine alone.

    Raises NotInstalled when pyspark or Java is missing.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise NotInstalled("pyspark", "pip install 'narrows[spark]'") from None
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        raise NotInstalled("Java, on which Spark runs,", "for example: apt-get install default-jre-headless")
    running = SparkSession.getActiveSession()
    if running is not None:
        return running
    made: Any = SparkSession.builder.appName("narrows")
    settings = dict(ANSWERING)
    if not submitted():
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        settings |= {
            "spark.master": f"local[{cores or os.cpu_count() or 1}]",
            "spark.driver.memory": memory,
            "spark.driver.extraJavaOptions": COMPILED,
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.log.level": "ERROR",
        }
    for key, value in settings.items():
        made = made.config(key, value)
    return made.getOrCreate()


def submitted() -> bool:
    """Whether spark-submit started this program: where it runs and with what is then said there."""
    return "PYSPARK_GATEWAY_PORT" in os.environ


class Spark:
    """Answers a part of the people on Spark."""

    dialect = SPARK

    def __init__(self, work: Path, cores: int | None) -> None:
        self.work = work
        self.session = session_of(cores)

    def close(self) -> None:
        """The session stays: it belongs to whoever started it, and starting one takes seconds."""

    def answer(self, typed: Path, query: Callable[[str, Dialect], str], target: Path) -> None:
        """Answer the people whose typed values stand in a Parquet file, and write the answers as Parquet."""
        folder = self.work / "spark"
        shutil.rmtree(folder, ignore_errors=True)
        self.session.read.parquet(str(typed)).createOrReplaceTempView("typed_people")
        answers = self.session.sql(query("SELECT * FROM typed_people", self.dialect))
        answers.write.parquet(str(folder))
        one_file(folder, target)
        shutil.rmtree(folder)


def one_file(folder: Path, target: Path) -> None:
    """Put the files that the workers wrote into one."""
    import duckdb

    files = [str(f) for f in sorted(folder.glob("*.parquet"))]
    if not files:
        raise InputError(Problem("Spark wrote no answers", str(folder), "see what it printed above"))
    listed = ", ".join("'" + f.replace("'", "''") + "'" for f in files)
    quoted = str(target).replace("'", "''")
    duckdb.connect().execute(f"COPY (SELECT * FROM read_parquet([{listed}])) TO '{quoted}' (FORMAT parquet)")
