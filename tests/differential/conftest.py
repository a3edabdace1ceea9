"""The engines that the random tests ask: each started by the tests themselves, and stopped by them."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest

from narrows.criteria.columns import Column
from narrows.criteria.dialect import DUCKDB, POSTGRES, SPARK, SQLITE, Dialect
from narrows.criteria.rules import Rules
from narrows.exchange.cql import library_of

#: What each engine was asked; printed at the end, so that a long run says what it did.
ASKED: defaultdict[str, Counter[str]] = defaultdict(Counter)


def noted(name: str, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Count the answers of an engine: a row for each person, a cell for each rule."""
    rules = len(rows[0]) if rows else 0
    ASKED[name].update(queries=1, rules=rules, people=len(rows), answers=rules * len(rows))
    return rows


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what was compared."""
    for name, counts in sorted(ASKED.items()):
        told = ", ".join(f"{number:,} {what}" for what, number in counts.items())
        terminalreporter.write_line(f"random rules on {name}: {told}")


class Engine(Protocol):
    """Something that answers a query over rows given as literals: the number of the row, then its answers."""

    dialect: Dialect

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The answers of each row of a query, as True, False and None."""


class Duck:
    dialect = DUCKDB
    noted = staticmethod(noted)

    def __init__(self) -> None:
        import duckdb

        self.connection = duckdb.connect()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return noted("duckdb", [row[1:] for row in self.connection.execute(sql).fetchall()])


class Lite:
    dialect = SQLITE

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        # SQLite knows no truth values: its 1 and 0 are read as such.
        found = self.connection.execute(sql)
        return noted("sqlite", [tuple(None if v is None else bool(v) for v in row[1:]) for row in found])


class Postgres:
    dialect = POSTGRES

    def __init__(self, dsn: str) -> None:
        import psycopg

        self.connection = psycopg.connect(dsn, autocommit=True)
        self.connection.execute("SET jit = off")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return noted("postgres", [row[1:] for row in self.connection.execute(sql)])  # type: ignore[call-overload]


class Spark:
    dialect = SPARK

    def __init__(self, session: Any) -> None:
        self.session = session

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return noted("spark", [tuple(row)[1:] for row in self.session.sql(sql).collect()])


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
    session.conf.set("spark.sql.session.timeZone", "UTC")
    # Hundreds of criteria in one loop make one method larger than Java can hold at all: each expression gets its own.
    session.conf.set("spark.sql.codegen.wholeStage", "false")
    yield Spark(session)
    session.stop()


class Cql:
    """The public engine of CQL: rules exported as a library, translated and evaluated by Node."""

    def __init__(self, node: str, peer: Path, work: Path) -> None:
        self.node, self.peer, self.work = node, peer, work

    def answers(
        self, rules: Rules, columns: Sequence[Column], table: Sequence[dict[str, Any]]
    ) -> list[tuple[Any, ...]]:
        """The answers of the rules for each row of a table."""
        library = library_of(rules, columns)
        texts = {"Narrows.cql": library.cql, "NarrowsModel.xml": library.model}
        texts["people.jsonl"] = "\n".join(
            json.dumps({"id": str(i), **{library.elements[name]: v for name, v in row.items()}})
            for i, row in enumerate(table)
        )
        for name, text in texts.items():
            (self.work / name).write_text(text, encoding="utf-8")
        self._run("translate.mjs", "Narrows.cql", "NarrowsModel.xml", "elm.json")
        self._run("evaluate.mjs", "elm.json", "people.jsonl", "answers.jsonl")
        lines = (self.work / "answers.jsonl").read_text(encoding="utf-8").splitlines()
        found = {answer["id"]: answer["criteria"] for answer in map(json.loads, lines)}
        return noted("cql", [tuple(found[str(i)][key] for key in rules.by_id) for i in range(len(table))])

    def _run(self, script: str, *files: str) -> None:
        command = [self.node, script, *(str(self.work / name) for name in files)]
        done = subprocess.run(command, cwd=self.peer, capture_output=True, text=True, check=False, timeout=600)
        assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture(scope="session")
def cql_engine(tmp_path_factory: pytest.TempPathFactory) -> Cql:
    """cql-execution on this machine's Node, with the packages of tests/peer/cql; installed when they are not there."""
    peer = Path(__file__).parents[1] / "peer" / "cql"
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Node is not installed (tests/system-packages.sh installs it)")
    if not (peer / "node_modules").is_dir():
        command = [npm, "ci", "--no-audit", "--no-fund"]
        made = subprocess.run(command, cwd=peer, capture_output=True, text=True, check=False, timeout=300)
        if made.returncode:
            pytest.skip(f"npm cannot install the peer here: {made.stderr.strip().splitlines()[-1:]}")
    return Cql(node, peer, tmp_path_factory.mktemp("cql"))
