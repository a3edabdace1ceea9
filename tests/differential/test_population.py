"""The whole knowledge over invented people: one person at a time and every engine answer the same."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from narrows.case import read
from narrows.criteria import rules_of
from narrows.criteria.columns import column_of
from narrows.criteria.dialect import SPARK
from narrows.instruments.answers import items_of
from narrows.knowledge import Knowledge
from narrows.population.answers import Question, wanted_of
from narrows.population.appraise import appraise_table
from narrows.population.cluster import STAGED, TYPED, answers, stage
from narrows.population.hand import Reply, by_hand
from narrows.population.synthesis import synthesize
from narrows.problem import InputError

SOAK = int(os.environ.get("NARROWS_SOAK", "0"))
PEOPLE = 20_000 if SOAK else 250


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Path:
    """Invented people as Parquet, and the same as CSV beside it."""
    path = tmp_path_factory.mktemp("people") / "people.parquet"
    for suffix in (".parquet", ".csv"):
        synthesize(PEOPLE, 7, path.with_suffix(suffix), knowledge)
    return path


@pytest.fixture(scope="session")
def names(knowledge: Knowledge) -> tuple[str, ...]:
    """The columns of an answer."""
    wanted = wanted_of(rules_of(knowledge))
    return ("urgency", *wanted.criteria, *wanted.texts[1:])


@pytest.fixture(scope="session")
def one_by_one(people: Path, names: tuple[str, ...], knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """The answers of the evaluator of one person, from the rows of the CSV."""
    import csv

    with people.with_suffix(".csv").open(encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader)
        rows = ((i, *row) for i, row in enumerate(reader))
        found = list(by_hand(rows, header, wanted_of(rules_of(knowledge)), knowledge))
    assert all(isinstance(one, Reply) for one in found)
    return {one.id: one.values for one in found if isinstance(one, Reply)}


def answers_of(path: Path, names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The answers of a table as words; '' is unknown."""
    import duckdb

    listed = ", ".join('COALESCE(CAST("' + name + "\" AS VARCHAR), '')" for name in ("id", *names))
    return {row[0]: row[1:] for row in duckdb.sql(f"SELECT {listed} FROM read_parquet('{path}')").fetchall()}


def checksum(answers: dict[str, tuple[str, ...]]) -> str:
    """One number for all answers."""
    text = "\n".join("\t".join((key, *answers[key])) for key in sorted(answers))
    return hashlib.sha256(text.encode()).hexdigest()


def differing(wanted: dict[str, tuple[str, ...]], got: dict[str, tuple[str, ...]], names: tuple[str, ...]) -> list[Any]:
    """Where two sets of answers part: person, column, one, other."""
    return [
        (key, name, w, g) for key in wanted for name, w, g in zip(names, wanted[key], got[key], strict=True) if w != g
    ][:20]


@pytest.fixture(scope="session")
def check(
    people: Path, names: tuple[str, ...], one_by_one: dict[str, tuple[str, ...]], knowledge: Knowledge
) -> Callable[..., None]:
    """Appraise the people on an engine and compare every answer."""

    def compare(source: Path, **how: Any) -> None:
        out = source.with_name(f"answers-{source.suffix[1:]}-{how.get('engine', 'duckdb')}.parquet")
        tally = appraise_table(str(source), str(out), knowledge, **how)
        assert (tally.rows, tally.answered, tally.refused) == (PEOPLE, PEOPLE, 0)
        assert tally.one_at_a_time < PEOPLE / 20  # the engine answered them, not the evaluator of one person
        got = answers_of(out, names)
        assert differing(one_by_one, got, names) == []
        assert checksum(got) == checksum(one_by_one)

    return compare


def test_the_people_are_various(
    one_by_one: dict[str, tuple[str, ...]], names: tuple[str, ...], knowledge: Knowledge
) -> None:
    """Among the answers are all of true, false and unknown, each urgency, each standing: nothing is proved on blanks."""
    columns = dict(zip(names, zip(*one_by_one.values(), strict=True), strict=True))
    assert set(columns["urgency"]) >= {"", "emergency-same-day", "urgent-within-2-weeks"}
    standings = {s for o in knowledge.options for s in columns[f"standing:{o}"]}
    assert standings >= {"possible", "trial-only", "not-indicated", "contraindicated", "undetermined", "waits"}
    assert {t for c in knowledge.criteria if c in columns for t in columns[c]} == {"true", "false", ""}


def test_duckdb_from_parquet(people: Path, check: Callable[..., None]) -> None:
    """DuckDB, typed columns."""
    check(people)


def test_duckdb_from_csv(people: Path, check: Callable[..., None]) -> None:
    """DuckDB, columns of text."""
    check(people.with_suffix(".csv"))


def test_duckdb_in_parts(people: Path, check: Callable[..., None]) -> None:
    """DuckDB, part by part, as a table of many millions is."""
    check(people, part_rows=PEOPLE // 3)


def test_questionnaires(tmp_path: Path, names: tuple[str, ...], knowledge: Knowledge) -> None:
    """Answers to each questionnaire that fills findings, whole, with gaps and wrong: as scored for one person.

    What is refused is refused alike, and a value that was entered beside the answers stays.
    """
    import csv
    import random

    drawn = random.Random(11)
    filling = {key: i for key, i in knowledge.instruments.items() if i.fills}
    header = ["id", "oswestry_index", "phq9_score", "age", *(f"answers.{key}" for key in filling)]

    def answers(key: str) -> str:
        allowed = [f"{a:g}" for item in items_of(filling[key])[:1] for a in item.allowed] or ["0", "3", "7"]
        odd = drawn.random()
        pool = allowed if odd < 0.6 else [*allowed, "not_asked", "refused"] if odd < 0.9 else [*allowed, "99", "x"]
        count = filling[key].items or 1
        return drawn.choice((" ", ",", "; ")).join(drawn.choice(pool) for _ in range(count - (odd > 0.97)))

    rows = []
    for i in range(PEOPLE):
        cells = [answers(key) if drawn.random() < 0.25 else drawn.choice(("", "", " ")) for key in filling]
        rows.append(
            [f"p{i}", drawn.choice(("", "", "44")), drawn.choice(("", "", "12")), drawn.choice("5678") + "1", *cells]
        )
    table = tmp_path / "answers.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    found = list(by_hand(((i, *row) for i, row in enumerate(rows)), header, wanted_of(rules_of(knowledge)), knowledge))
    wanted = {one.id: one.values for one in found if isinstance(one, Reply)}
    tally = appraise_table(str(table), str(tmp_path / "out.parquet"), knowledge)
    got = answers_of(tmp_path / "out.parquet", names)
    assert set(got) == set(wanted)
    assert 0 < tally.refused == PEOPLE - len(wanted) < PEOPLE / 2
    assert tally.one_at_a_time == 0
    assert differing(wanted, got, names) == []
    scored = [key for key, rule in rules_of(knowledge).by_id.items() if rule.findings == ("oswestry_index",)]
    assert {values[names.index(key)] for values in wanted.values() for key in scored} == {"true", "false", ""}


def test_postgres(people: Path, check: Callable[..., None], postgres_dsn: str) -> None:
    """PostgreSQL."""
    check(people, engine="postgres", dsn=postgres_dsn)


def test_spark(people: Path, check: Callable[..., None], spark_engine: Any) -> None:
    """Spark."""
    check(people, engine="spark")


@pytest.fixture(scope="module")
def staged(people: Path, knowledge: Knowledge) -> Path:
    """The people staged for a cluster."""
    folder = people.with_name("staged")
    assert sum(stage(str(people), folder, knowledge).values()) == PEOPLE
    return folder


@pytest.mark.parametrize("address", ["", "file://"])
def test_a_cluster_writes_its_answers(
    address: str,
    staged: Path,
    tmp_path: Path,
    names: tuple[str, ...],
    one_by_one: dict[str, tuple[str, ...]],
    knowledge: Knowledge,
    spark_engine: Any,
) -> None:
    """Each worker writes the answers to its people, to a path or to an address; all of them are there at the end."""
    out = tmp_path / "answers"
    count = answers(str(staged), f"{address}{out}", knowledge, spark_engine.session)
    got = answers_of(out / "*.parquet", names)
    assert len(got) == count > PEOPLE * 19 / 20
    assert differing({key: one_by_one[key] for key in got}, got, names) == []
    assert (out / "_SUCCESS").is_file()
    assert spark_engine.session.read.parquet(str(out)).count() == count
    with pytest.raises(InputError, match="something stands there already"):
        answers(str(staged), f"{address}{out}", knowledge, spark_engine.session)


def test_spark_by_its_own_sql(
    staged: Path,
    tmp_path: Path,
    names: tuple[str, ...],
    one_by_one: dict[str, tuple[str, ...]],
    knowledge: Knowledge,
    spark_engine: Any,
) -> None:
    """A second opinion: the rules as SQL of Spark on the same typed values."""
    kept = json.loads((staged / STAGED).read_text(encoding="utf-8"))
    columns = tuple(column_of(name, knowledge.findings) for name in kept["columns"])
    asked = Question(columns, kept["carried"], rules_of(knowledge))
    session = spark_engine.session
    session.read.parquet(str(staged / TYPED)).createOrReplaceTempView("staged")
    session.sql(asked.text("SELECT * FROM staged", SPARK)).write.parquet(str(tmp_path / "sql"))
    got = answers_of(tmp_path / "sql" / "*.parquet", names)
    assert len(got) == kept["rows"]
    assert differing({key: one_by_one[key] for key in got}, got, names) == []


def test_the_door_of_one_person_reads_the_table(people: Path, knowledge: Knowledge) -> None:
    """A table of many people is a CSV that the door of one person reads too."""
    head = people.with_name("head.csv")
    lines = people.with_suffix(".csv").read_text(encoding="utf-8").splitlines(keepends=True)
    head.write_text("".join(lines[:6]), encoding="utf-8")
    assert len(list(read(str(head), knowledge))) == 5
