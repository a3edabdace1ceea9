"""The engines that the random tests ask: each started by the tests themselves, and stopped by them."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest

from narrows.criteria.dialect import DUCKDB, POSTGRES, SPARK, SQLITE, Dialect

#: A long run, by `make soak`; else few examples, the same ones every time.
SOAK = bool(os.environ.get("NARROWS_SOAK"))


class Engine(Protocol):
    """Something that answers a query over rows given as literals."""

    dialect: Dialect

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query; truth values as True, False and None."""


class Duck:
    dialect = DUCKDB

    def __init__(self) -> None:
        import duckdb

        self.connection = duckdb.connect()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()


class Lite:
    dialect = SQLITE

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        # SQLite knows no truth values: its 1 and 0 are read as such after the first column, the row's number.
        return [(row[0], *(None if v is None else bool(v) for v in row[1:])) for row in self.connection.execute(sql)]


class Postgres:
    dialect = POSTGRES

    def __init__(self, dsn: str) -> None:
        import psycopg

        self.connection = psycopg.connect(dsn, autocommit=True)
        self.connection.execute("SET jit = off")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()  # type: ignore[call-overload]


class Spark:
    dialect = SPARK

    def __init__(self, session: Any) -> None:
        self.session = session

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.session.sql(sql).collect()]


@pytest.fixture(scope="session")
def duckdb_engine() -> Engine:
    """DuckDB in memory."""
    return Duck()


@pytest.fixture(scope="session")
def sqlite_engine() -> Engine:
    """SQLite in memory."""
    return Lite()


@pytest.fixture(scope="session")
def postgres_dsn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of our own in a folder of its own, on a socket there and nowhere else."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) if Path("/usr/lib/postgresql").is_dir() else []
    initdb = str(found[-1]) if found else shutil.which("initdb")
    if initdb is None:
        pytest.skip("PostgreSQL is not installed (tests/system-packages.sh installs it)")
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install narrows[postgres]")
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="narrows-pg-"))
    data = folder / "data"
    as_other: Sequence[str] = ()
    if os.getuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres")
        as_other = ("runuser", "-u", "postgres", "--")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    control = str(Path(initdb).with_name("pg_ctl"))
    make = [*as_other, initdb, "-D", str(data), "-U", "narrows", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL, cwd="/")
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -p {port} -c fsync=off"
    start = [*as_other, control, "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start"]
    subprocess.run(start, check=True, stdout=subprocess.DEVNULL, cwd="/")
    try:
        yield f"host={folder} port={port} user=narrows dbname=postgres"
    finally:
        stop = [*as_other, control, "-D", str(data), "-m", "immediate", "-w", "stop"]
        subprocess.run(stop, check=True, stdout=subprocess.DEVNULL, cwd="/")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_engine(postgres_dsn: str) -> Iterator[Engine]:
    """PostgreSQL, started by the tests."""
    engine = Postgres(postgres_dsn)
    yield engine
    engine.connection.close()


@pytest.fixture(scope="session")
def spark_engine() -> Iterator[Engine]:
    """Spark in local mode on the machine's Java."""
    if shutil.which("java") is None:
        pytest.skip("Java is not installed (tests/system-packages.sh installs it)")
    pytest.importorskip("pyspark", reason="pyspark is not installed: pip install narrows[spark]")
    from narrows.population.spark import session_of

    session = session_of(cores=1)
    yield Spark(session)
    session.stop()
