"""PostgreSQL from end to end: answers are worked out inside the database and stay there as a table, all or none."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from narrows.criteria import rules_of
from narrows.knowledge import Knowledge
from narrows.population.answers import Question
from narrows.population.appraise import Tally
from narrows.population.duck import Duck
from narrows.population.hand import ledger_of, replies_query
from narrows.population.people import People
from narrows.population.postgres import TABLE, Postgres, quoted, told
from narrows.problem import InputError, Problem

#: Ends the name of the table of refused rows.
REFUSED = "_refused"
_TYPES = {"truth": "boolean", "whole": "bigint", "number": "double precision", "text": "text"}
_REFUSALS = "row bigint, id text, reasons text, cells jsonb"


def appraise_inside(
    people: str,
    out: str,
    knowledge: Knowledge,
    *,
    dsn: str,
    levels: str | None = None,
    keep: Sequence[str] = (),
    part_rows: int,
) -> Tally:
    """Appraise every row of a table and leave the answers in the database as the table `out` ('table:SCHEMA.NAME').

    Refused rows stand in a table of that name with `_refused` behind it; there is none when no row is refused. Both are
    there as a whole, or neither is. Raises InputError when one of them stands there already, when a right is missing, and
    as `appraise_table` does.
    """
    started = time.monotonic()
    answers, refused = quoted(out), quoted(out, REFUSED)
    with tempfile.TemporaryDirectory(prefix="narrows-") as folder:
        work = Path(folder)
        base = Postgres(dsn, work)
        try:
            _may_write(base.connection, out, (answers, refused))
            table = People(Duck(work), people, levels, knowledge, keep, dsn)
            ledger = ledger_of(table, work, knowledge)
            if ledger.turned_away == table.rows:
                fix = "narrows appraise --engine duckdb writes each with its reasons"
                raise InputError(
                    [Problem("no row can be answered", people, fix), *(Problem(text) for text in ledger.first)]
                )
            question = Question(table.door.columns, table.carried(), rules_of(knowledge))
            right = f"GRANT CREATE ON the schema, and TEMPORARY ON the database, TO you ({out})"
            with told(out, right, "nothing was left there"), base.connection.transaction():
                _fill(base, table, question, answers, part_rows)
                if ledger.answered:
                    _copy(base, table.duck, replies_query(table, ledger), answers)
                if ledger.turned_away:
                    base.connection.execute(f"CREATE TABLE {refused} ({_REFUSALS})")
                    _load(base.connection, ledger.refused, refused)
                answered, turned_away = _count(base.connection, answers), ledger.turned_away
                if answered + turned_away != table.rows:
                    raise AssertionError(f"{table.rows} rows in, {answered} answered and {turned_away} refused")
        finally:
            base.close()
    return Tally(
        rows=table.rows,
        answered=answered,
        refused=turned_away,
        one_at_a_time=ledger.answered,
        odd_numbers=table.odd,
        seconds=time.monotonic() - started,
        out=out,
        refused_file=f"{out}{REFUSED}" if turned_away else "",
        first_refused=tuple(ledger.first),
    )


def _may_write(session: Any, out: str, tables: Sequence[str]) -> None:
    """Raise InputError, before any work, when a table stands there already or a right is missing."""
    schema, _, _ = out.removeprefix(TABLE).rpartition(".")
    if schema:
        asked = "SELECT has_schema_privilege(oid, 'CREATE'), current_user FROM pg_namespace WHERE nspname = %s"
        found = session.execute(asked, [schema]).fetchone()
    else:
        asked = "SELECT has_schema_privilege(current_schema(), 'CREATE'), current_user, current_schema()"
        *found, schema = session.execute(asked).fetchone()
    if not found:
        raise InputError(Problem(f"no schema '{schema}'", out, f"CREATE SCHEMA {schema}, or name another"))
    may, user = found
    if not may:
        grant = f"GRANT CREATE ON SCHEMA {schema} TO {user}"
        raise InputError(Problem(f"no right to make a table in the schema '{schema}'", out, grant))
    database, temporary = session.execute(
        "SELECT current_database(), has_database_privilege(current_database(), 'TEMPORARY')"
    ).fetchone()
    if not temporary:
        grant = f"GRANT TEMPORARY ON DATABASE {database} TO {user}"
        raise InputError(Problem("no right to make a temporary table, through which typed values go", out, grant))
    for table in tables:
        if session.execute("SELECT to_regclass(%s) IS NOT NULL", [table]).fetchone()[0]:
            raise InputError(
                Problem(f"there is a table {table} already", out, f"name another, or first: DROP TABLE {table}")
            )


def _fill(base: Postgres, people: People, question: Question, answers: str, part_rows: int) -> None:
    """Make the table, and answer the people part by part into it."""
    q = base.dialect.column
    listed = ", ".join(f"{q(name)} {_TYPES[kind]}" for name, kind in question.kinds.items())
    base.connection.execute(f"CREATE TABLE {answers} ({listed})")
    names = ", ".join(map(q, question.kinds))
    # A query that says nothing but which rows of the temporary table it reads is the same for each part.
    asked = question.text("SELECT * FROM typed_people", base.dialect)
    for first in range(0, people.whole, part_rows):
        base.move(people.duck, people.written(first, part_rows))
        base.connection.execute(f"INSERT INTO {answers} SELECT {names} FROM ({asked}) answers")


def _copy(base: Postgres, duck: Duck, query: str, table: str) -> None:
    """Copy the rows of a query of DuckDB into a table of the same columns."""
    moved = base.work / "moved.csv"
    duck.write(query, moved)
    _load(base.connection, moved, table)
    moved.unlink()


def _load(session: Any, file: Path, table: str) -> None:
    """Copy a CSV file with a header into a table of the same columns."""
    with (
        session.cursor() as cursor,
        cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv, HEADER)") as copy,
        file.open("rb") as read,
    ):
        while piece := read.read(1 << 20):
            copy.write(piece)


def _count(session: Any, table: str) -> int:
    return int(session.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])
