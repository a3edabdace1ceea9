"""People who are in a database: report, funnel and appraisal read their table, and say what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from narrows.knowledge import Knowledge
from narrows.population import inside
from narrows.population.appraise import appraise_table
from narrows.population.cohort import funnel_of, steps_of
from narrows.population.report import report_on
from narrows.problem import InputError


@pytest.fixture(scope="module")
def dsn(postgres_dsn: str) -> Iterator[str]:
    """A database with a table of people, a table with a wrong column, an empty one, and a guest without rights."""
    import psycopg

    with psycopg.connect(postgres_dsn, autocommit=True) as session:
        session.execute("CREATE TABLE people (id text, age int, leg_pain boolean)")
        session.execute("INSERT INTO people SELECT 'p' || i, 40 + i, i % 3 = 0 FROM generate_series(1, 30) i")
        session.execute("CREATE TABLE odd (id text, agee int)")
        session.execute("INSERT INTO odd VALUES ('a', 60)")
        session.execute("CREATE TABLE nobody (id text, age int)")
        session.execute("CREATE TABLE mixed (id text, age text, leg_pain boolean, walking_distance text, site text)")
        session.execute("INSERT INTO mixed SELECT id, age::text, leg_pain, NULL, 'a' FROM people")
        session.execute(
            "INSERT INTO mixed VALUES ('far', '70', true, '0.3 km', 'b'), ('old', '170', NULL, NULL, 'é,\"')"
        )
        session.execute("CREATE ROLE guest LOGIN")
        session.execute("CREATE SCHEMA clinic")
        yield postgres_dsn
        session.execute("DROP TABLE people, odd, nobody, mixed")
        session.execute("DROP SCHEMA clinic CASCADE")
        session.execute("DROP OWNED BY guest")
        session.execute("DROP ROLE guest")


def test_report_and_funnel_read_a_table(dsn: str, knowledge: Knowledge) -> None:
    """The same table for the report and for the funnel."""
    assert report_on("table:people", knowledge, dsn=dsn).answered == 30
    funnel = funnel_of("table:people", steps_of(["age >= 50 AND leg_pain"], [], knowledge), knowledge, least=1, dsn=dsn)
    assert (funnel.people, funnel.included, funnel.excluded) == (30, 7, 23)


@pytest.mark.parametrize(
    ("table", "more", "said"),
    [
        ("table:odd", "", "table:odd, column agee: no finding 'agee' .did you mean age"),
        ("table:nobody", "", "table:nobody: a header and no people"),
        ("table:missing", "", "table:missing: no such table"),
        ("table:people", " user=guest", "table:people: no right to read it"),
        ("table:people;x", "", "is no name of a table"),
    ],
)
def test_what_is_wrong_is_said_of_the_table(
    dsn: str, tmp_path: Path, knowledge: Knowledge, table: str, more: str, said: str
) -> None:
    """By the name that was given, with what would mend it; nothing is left behind."""
    with pytest.raises(InputError, match=said):
        appraise_table(table, str(tmp_path / "out.parquet"), knowledge, engine="postgres", dsn=dsn + more)
    assert list(tmp_path.iterdir()) == []


def asked(dsn: str, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query in the database."""
    import psycopg

    with psycopg.connect(dsn) as session:
        return session.execute(sql).fetchall()


def tables(dsn: str) -> set[str]:
    """The tables that the schema of answers holds."""
    return {row[0] for row in asked(dsn, "SELECT tablename FROM pg_tables WHERE schemaname = 'clinic'")}


def test_answers_stay_in_the_database(dsn: str, tmp_path: Path, knowledge: Knowledge) -> None:
    """As a table that holds what a file would; refused rows in a table beside it; in parts as in one go."""
    out = "table:clinic.answers"
    tally = appraise_table("table:mixed", out, knowledge, engine="postgres", dsn=dsn, part_rows=7)
    assert (tally.rows, tally.answered, tally.refused, tally.one_at_a_time) == (32, 31, 1, 1)
    assert (tally.out, tally.refused_file) == (out, f"{out}_refused")
    appraise_table("table:mixed", str(tmp_path / "out.parquet"), knowledge, engine="postgres", dsn=dsn)
    file = duckdb.sql(f"FROM '{tmp_path / 'out.parquet'}' ORDER BY id")
    assert asked(dsn, 'SELECT * FROM clinic.answers ORDER BY id COLLATE "C"') == file.fetchall()
    types = "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'clinic'"
    kinds = dict(asked(dsn, f"{types} AND table_name = 'answers' ORDER BY ordinal_position"))
    assert list(kinds) == file.columns
    assert set(kinds.values()) == {"text", "boolean"}
    ((row, who, reasons, cells),) = asked(dsn, "SELECT * FROM clinic.answers_refused")
    assert (row, who, cells["age"]) == (32, "old", "170")
    assert "170 a is above 120 a" in reasons
    with pytest.raises(InputError, match=r'there is a table "clinic"."answers" already .*DROP TABLE'):
        appraise_table("table:mixed", out, knowledge, engine="postgres", dsn=dsn)
    assert len(asked(dsn, "SELECT id FROM clinic.answers")) == 31


def test_a_file_of_people_is_answered_into_the_database(dsn: str, tmp_path: Path, knowledge: Knowledge) -> None:
    """Numbers of every width; no row is refused, so there is no table of refused rows."""
    widths = ", ".join(f"CAST(90 AS {kind}) AS {name}" for kind, name in (("TINYINT", "age"), ("HUGEINT", "height")))
    people = tmp_path / "people.parquet"
    duckdb.sql(f"COPY (SELECT 'p' || i AS id, {widths}, CAST(2 AS BIGINT) AS leg_pain_nrs, "
               f"CAST(7.5 AS DECIMAL(4, 1)) AS hba1c FROM range(5) t(i)) TO '{people}' (FORMAT parquet)")  # fmt: skip
    tally = appraise_table(str(people), "table:clinic.few", knowledge, engine="postgres", dsn=dsn)
    assert (tally.answered, tally.refused_file) == (5, "")
    appraise_table(str(people), str(tmp_path / "out.parquet"), knowledge)
    wanted = duckdb.sql(f"FROM '{tmp_path / 'out.parquet'}' ORDER BY id").fetchall()
    assert asked(dsn, "SELECT * FROM clinic.few ORDER BY id") == wanted
    assert "few_refused" not in tables(dsn)


@pytest.mark.parametrize(
    ("people", "out", "more", "said"),
    [
        ("table:people", "table:nowhere.answers", "", "no schema 'nowhere' .CREATE SCHEMA nowhere"),
        ("table:people", "table:clinic.a;b", "", "is no name of a table"),
        ("table:people", "table:clinic.new", " user=guest", "no right to make a table in the schema 'clinic' .GRANT CREATE ON SCHEMA clinic TO guest"),
        ("table:missing", "table:clinic.new", "", "no such table"),
        ("table:odd", "table:clinic.new", "", "column agee"),
    ],
)  # fmt: skip
def test_what_hinders_is_said_and_nothing_is_left(
    dsn: str, knowledge: Knowledge, people: str, out: str, more: str, said: str
) -> None:
    """A right, a schema or a table that is missing."""
    before = tables(dsn)
    with pytest.raises(InputError, match=said):
        appraise_table(people, out, knowledge, engine="postgres", dsn=dsn + more)
    assert tables(dsn) == before


def test_all_or_nothing(dsn: str, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut off after the answers, before the refused rows: neither table is there; other engines leave no tables."""
    before = tables(dsn)

    def cut(session: Any, file: Path, table: str) -> None:
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(inside, "_load", cut)
    with pytest.raises(InputError, match=r"the database stopped: .* nothing was left there"):
        appraise_table("table:mixed", "table:clinic.new", knowledge, engine="postgres", dsn=dsn)
    assert tables(dsn) == before
    for how in ({"engine": "duckdb"}, {"engine": "postgres", "ask": True}):
        with pytest.raises(InputError, match="answers are left in a table by --engine postgres alone"):
            appraise_table("table:mixed", "table:clinic.new", knowledge, dsn=dsn, **how)  # type: ignore[arg-type]
