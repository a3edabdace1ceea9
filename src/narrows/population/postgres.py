"""PostgreSQL: the same text inside the database that holds the people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrows.criteria.dialect import POSTGRES
from narrows.problem import InputError, NotInstalled, Problem

if TYPE_CHECKING:
    from narrows.population.answers import Question
    from narrows.population.duck import Duck
    from narrows.population.parquet import Group

TABLE = "table:"
_PIECE = 1 << 20
_TYPES = {
    "BOOLEAN": "boolean", "DATE": "date", **dict.fromkeys(("TINYINT", "UTINYINT", "SMALLINT"), "smallint"),
    **dict.fromkeys(("USMALLINT", "INTEGER"), "integer"), **dict.fromkeys(("UINTEGER", "BIGINT"), "bigint"),
    **dict.fromkeys(("FLOAT", "DOUBLE", "UBIGINT", "HUGEINT", "UHUGEINT"), "double precision"),
}  # fmt: skip
_READ = {"truth": "BOOLEAN", "whole": "BIGINT", "number": "DOUBLE", "text": "VARCHAR"}


class Postgres:
    """Answers a part of the people in a PostgreSQL database, in temporary tables of one session."""

    dialect = POSTGRES

    def __init__(self, dsn: str, work: Path) -> None:
        self.work = work
        self.connection = connect(dsn)

    def close(self) -> None:
        """End the session."""
        self.connection.close()

    def answered(self, duck: Duck, people: str, question: Question) -> Iterator[Group]:
        """The answers for the rows of a query of DuckDB whose columns hold typed values."""
        self.move(duck, people)
        answers = self.work / "answers.csv"
        asked = question.text("SELECT * FROM typed_people", self.dialect)
        with (
            told("the database"),
            self.connection.cursor() as cursor,
            answers.open("wb") as file,
            cursor.copy(f"COPY ({asked}) TO STDOUT (FORMAT csv, HEADER, NULL '\\N')") as copy,
        ):
            for data in copy:
                file.write(data)
        types = ", ".join(f"{duck.dialect.string(name)}: '{_READ[kind]}'" for name, kind in question.kinds.items())
        read = f"read_csv({_text(answers)}, header = true, auto_detect = false, nullstr = '\\N', columns = {{{types}}})"
        yield from duck.written(read, question.kinds)
        answers.unlink()

    def move(self, duck: Duck, people: str) -> None:
        """Put the typed values of a query of DuckDB into the temporary table `typed_people` of the session."""
        columns = [(str(r[0]), str(r[1])) for r in duck.execute(f"DESCRIBE {people}").fetchall()]
        moved = self.work / "moved.csv"
        duck.execute(f"COPY ({people}) TO {_text(moved)} (FORMAT csv, HEADER false, NULLSTR '\\N')")
        q = self.dialect.column
        listed = ", ".join(f"{q(name)} {_type_of(kind)}" for name, kind in columns)
        with told("the database"), self.connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS pg_temp.typed_people")
            cursor.execute(f"CREATE TEMPORARY TABLE typed_people ({listed})")
            with (
                cursor.copy("COPY typed_people FROM STDIN (FORMAT csv, NULL '\\N')") as copy,
                moved.open("rb") as file,
            ):
                while piece := file.read(_PIECE):
                    copy.write(piece)
        moved.unlink()


def _type_of(kind: str) -> str:
    """The type of PostgreSQL for one of DuckDB; numbers that none holds become binary floating point, as everywhere."""
    return "double precision" if kind.startswith("DECIMAL") else _TYPES.get(kind, "text")


def connect(dsn: str) -> Any:
    """A session with a database; PGHOST and its like are heeded.

    Raises NotInstalled without psycopg, InputError when the database cannot be reached.
    """
    try:
        import psycopg
    except ImportError:
        raise NotInstalled("psycopg", "pip install 'narrows[postgres]'") from None
    try:
        connection = psycopg.connect(dsn, autocommit=True, application_name="narrows")
        # Compiling hundreds of expressions takes longer than answering them.
        connection.execute("SET jit = off")
        connection.execute("SET client_encoding = 'UTF8'")
    except psycopg.Error as error:
        raise InputError(
            Problem(
                f"the database cannot be reached: {_said(error)}",
                "--dsn",
                "for example --dsn 'host=/run/postgresql dbname=clinic'",
            )
        ) from None
    return connection


def fetch(table: str, dsn: str, target: Path) -> None:
    """Read a table of people out of the database into CSV.

    `table` is 'table:NAME' or 'table:SCHEMA.NAME'. Raises InputError when it is not there or may not be read.
    """
    asked = f"COPY (SELECT * FROM {quoted(table)}) TO STDOUT (FORMAT csv, HEADER)"
    with (
        connect(dsn) as session,
        told(table),
        session.cursor() as cursor,
        target.open("wb") as file,
        cursor.copy(asked) as copy,
    ):
        for data in copy:
            file.write(data)


def quoted(table: str, ending: str = "") -> str:
    """The name of a table as SQL, from 'table:NAME' or 'table:SCHEMA.NAME'.

    Raises InputError when it is none.
    """
    name = table.removeprefix(TABLE)
    if not re.fullmatch(r"[A-Za-z_][\w$]*(\.[A-Za-z_][\w$]*)?", name):
        raise InputError(Problem(f"'{name}' is no name of a table", table, "table:people or table:schema.people"))
    return ".".join(POSTGRES.column(part) for part in f"{name}{ending}".split("."))


@contextmanager
def told(
    where: str, right: str = "GRANT SELECT ON the table TO you", again: str = "it goes on where it stopped"
) -> Iterator[None]:
    """What the database refuses, as a problem with its place; `right` mends a missing right."""
    import psycopg

    try:
        yield
    except psycopg.errors.InsufficientPrivilege as error:
        raise InputError(
            Problem(f"no right to {'read it' if 'SELECT' in right else 'write there'}: {_said(error)}", where, right)
        ) from None
    except psycopg.errors.UndefinedTable as error:
        raise InputError(Problem(f"no such table: {_said(error)}", where, "check the name and the schema")) from None
    except (psycopg.errors.DiskFull, psycopg.OperationalError) as error:
        raise InputError(Problem(f"the database stopped: {_said(error)}", where, f"run it again: {again}")) from None


def _said(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
