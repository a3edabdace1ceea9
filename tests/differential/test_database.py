"""People who are in a database: report, funnel and appraisal read their table, and say what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from narrows.knowledge import Knowledge
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
        session.execute("CREATE ROLE guest LOGIN")
        yield postgres_dsn
        session.execute("DROP TABLE people, odd, nobody")
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
