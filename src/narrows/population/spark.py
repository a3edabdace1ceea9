"""Spark: where one machine is too small, each worker judges its part of the people with the same rows of bits.

Spark hands whole files of typed values to its Python workers and takes whole row groups of answers from them. Turned into
Spark's own rows, a person of hundreds of columns costs more than all the judging (docs/decisions/spark.md).
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrows.problem import InputError, NotInstalled, Problem

if TYPE_CHECKING:
    from narrows.population.answers import Judge, Question
    from narrows.population.duck import Duck
    from narrows.population.parquet import Group

MEMORY = "3g"
#: Spark reads small files several at a time, unless it is asked for more tasks than there are.
MOST_TASKS = 100_000
#: Of one file of typed values: its name, and the row groups of its answers.
Answers = tuple[str, "tuple[Group, ...]"]


def session_of(cores: int | None = None, memory: str = MEMORY) -> Any:
    """A Spark session: the running one under spark-submit, else a local one that listens on this machine alone.

    Raises NotInstalled when pyspark or Java is missing.
    """
    needed()
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        return running
    made: Any = SparkSession.builder.appName("narrows")
    if not submitted():
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        settings = {
            "spark.master": f"local[{cores or os.cpu_count() or 1}]",
            "spark.driver.memory": memory,
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.log.level": "ERROR",
        }
        for key, value in settings.items():
            made = made.config(key, value)
    return made.getOrCreate()


def needed() -> None:
    """Raise NotInstalled when pyspark or Java is missing."""
    if importlib.util.find_spec("pyspark") is None:
        raise NotInstalled("pyspark", "pip install 'narrows[spark]'")
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        raise NotInstalled("Java, on which Spark runs,", "for example: apt-get install default-jre-headless")


def submitted() -> bool:
    """Whether spark-submit started this program: where it runs and with what is then said there."""
    return "PYSPARK_GATEWAY_PORT" in os.environ


class Spark:
    """Answers parts of the people on Spark, which is started for the first of them: a wrong table is told before."""

    def __init__(self, work: Path, cores: int | None) -> None:
        needed()
        self.work, self.cores = work, cores

    def close(self) -> None:
        """The session stays: it belongs to whoever started it, and starting one takes seconds."""

    def answered(self, duck: Duck, people: str, question: Question) -> Iterator[Group]:
        """The answers for the rows of a query of DuckDB whose columns hold typed values."""
        folder = self.work / "typed"
        shutil.rmtree(folder, ignore_errors=True)
        if not duck.scatter(people, folder):
            return
        with told(str(folder)):
            found = judged(session_of(self.cores), folder.absolute().as_uri(), question.judge()).collect()
        shutil.rmtree(folder)
        for _, groups in found:
            yield from groups


def judged(session: Any, folder: str, judge: Judge) -> Any:
    """The answers to a folder of typed values as an RDD that is not yet worked out: (name, row groups) of each file.

    `folder` is whatever Spark reads. Workers need Python with narrows.
    """
    context = session.sparkContext
    if context.master.startswith("local") and not os.environ.get("PYSPARK_PYTHON"):
        context.pythonExec = sys.executable  # else the first python3 on the path, which knows no narrows
        context.environment.setdefault("PYTHONPATH", str(Path(__file__).parents[2]))
    return context.binaryFiles(folder, MOST_TASKS).mapPartitions(_task(context.broadcast(judge)))


def _task(sent: Any) -> Callable[[Iterable[tuple[str, bytes]]], Iterator[Answers]]:
    """What a worker does with its files; `sent` is a broadcast of the judge."""

    def task(files: Iterable[tuple[str, bytes]]) -> Iterator[Answers]:
        from narrows.population.duck import Duck

        with tempfile.TemporaryDirectory(prefix="narrows-") as folder:
            duck = Duck(Path(folder), threads=1)
            for name, data in files:
                held = Path(folder) / name.rpartition("/")[2]
                held.write_bytes(data)
                people = f"SELECT * FROM read_parquet({duck.dialect.string(str(held))})"
                yield held.name, tuple(duck.answered(people, sent.value))
                held.unlink()
            duck.connection.close()

    return task


@contextmanager
def told(where: str) -> Iterator[None]:
    """What Spark says when it stops, as a problem with its place."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException) as error:
        raise InputError(Problem(f"Spark stopped: {_said(str(error))}", where, _mended(str(error)))) from None


def _said(text: str) -> str:
    """The line of a trace that tells: the last of Python's own, else the first cause that Java names."""
    lines = [line.strip() for line in text.splitlines()]
    told = [
        line for line in lines if re.match(r"[\w.]+(Error|Exception|Problem)\b", line) and "PythonException" not in line
    ]
    causes = [line.removeprefix("Caused by: ") for line in lines if line.startswith("Caused by: ")]
    return (told or causes or lines or [""])[-1][:300]


def _mended(text: str) -> str:
    if "No module named" in text:
        return "workers need Python with narrows installed: see docs/cluster.md"
    if "No space left" in text:
        return "nothing was written under the final name; make room and run it again: it goes on where it stopped"
    return "see what it printed above, and run it again: it goes on where it stopped"
