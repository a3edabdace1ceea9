"""What is wrong with a table or a place is told on Spark with the words and the exit code of DuckDB."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from narrows.cli import main
from narrows.knowledge import Knowledge
from narrows.population.appraise import appraise_table
from narrows.population.cluster import STAGED, TYPED, answers, stage
from narrows.population.parquet import Growing
from narrows.problem import InputError

Told = tuple[int, str, list[str]]
Run = Callable[..., Told]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], spark_engine: Any) -> Run:
    """Appraises a table on an engine by the command: exit code, standard error, and what lies in the folder then."""

    def go(engine: str, people: str, out: str = "out.parquet") -> Told:
        code = main(["appraise", str(tmp_path / people), "--engine", engine, "--out", str(tmp_path / out)])
        told = capsys.readouterr().err
        made = sorted(p.name for p in tmp_path.rglob("*"))
        for path in tmp_path.glob("out*"):
            path.unlink()
        return code, told, made

    return go


def parquet(path: Path, select: str) -> bytes:
    """The bytes of a Parquet file of a query."""
    duckdb.sql(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path.read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("p.csv", "", "the file is empty"),
        ("p.csv", "id,age\n", "a header and no people"),
        ("p.csv", "name,age\nx,3\n", "no column 'id'"),
        ("p.csv", "id,agee\nx,3\n", "no finding 'agee' (did you mean age?)"),
        ("p.csv", "id,age\nx,old\ny,older\n", "no row can be answered"),
        ("p.csv", "id,age\nx,70\ny,170\nz,80\nz,81\n", "3 of 4 rows are refused"),
        ("p.parquet", "SELECT 'a' AS id, true AS age", "age is a number, and this column is boolean"),
        ("p.parquet", "SELECT 'a' AS id, 3 AS sex", "sex is text, and this column is a whole number"),
        ("half.parquet", "SELECT 'a' || i AS id, 70 AS age FROM range(1000) t(i)", "this is no whole Parquet file"),
        ("none.parquet", None, "no such file"),
    ],
)
def test_tables_that_are_wrong(name: str, content: str | None, said: str, run: Run, tmp_path: Path) -> None:
    """Empty, without people, with wrong columns or types, cut in half, with rows that are refused, or not there."""
    if content is not None:
        made = parquet(tmp_path / name, content) if name.endswith(".parquet") else content.encode()
        (tmp_path / name).write_bytes(made[: len(made) // 2] if name == "half.parquet" else made)
    on_duckdb, on_spark = run("duckdb", name), run("spark", name)
    assert on_spark == on_duckdb
    assert said in on_spark[1]
    assert on_spark[0] == (0 if "of 4 rows" in said else 2)


@pytest.mark.parametrize(
    ("out", "said"), [("nowhere/out.parquet", "no such folder"), ("out.txt", "neither .parquet nor .csv")]
)
def test_places_that_cannot_be_written(out: str, said: str, run: Run, tmp_path: Path) -> None:
    """Told before any work."""
    parquet(tmp_path / "p.parquet", "SELECT 'a' AS id, 70 AS age")
    on_spark = run("spark", "p.parquet", out)
    assert on_spark == run("duckdb", "p.parquet", out)
    assert (on_spark[0], said in on_spark[1]) == (2, True)


def test_refused_rows_are_the_same(tmp_path: Path, knowledge: Knowledge, spark_engine: Any) -> None:
    """Impossible values, double ids and units in the text beside plain rows, in parts of which some are all refused."""
    table = tmp_path / "p.csv"
    rows = [["p0", 70, ""], ["p1", 170, ""], ["p2", 60, "0.3 km"], ["p3", 61, 100], ["p3", 62, 100], ["p4", 63, 200]]
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["id", "age", "walking_distance"], *rows])
    found = []
    for engine in ("duckdb", "spark"):
        out = tmp_path / f"{engine}.parquet"
        tally = appraise_table(str(table), str(out), knowledge, engine=engine, part_rows=1)
        assert (tally.answered, tally.refused, tally.one_at_a_time) == (3, 3, 1)
        refused = out.with_name(f"{engine}.refused.csv").read_text(encoding="utf-8")
        found.append((sorted(duckdb.sql(f"FROM '{out}'").fetchall()), refused))
    assert found[0] == found[1]


def test_what_is_carried_along_is_the_same(
    tmp_path: Path, knowledge: Knowledge, spark_engine: Any, postgres_dsn: str
) -> None:
    """Kept columns of every kind, text with signs in it, and numbers of findings in every width, on every engine."""
    people, answered = tmp_path / "p.parquet", []
    parquet(
        people,
        "SELECT 'p' || i AS id, CAST(60 + i AS BIGINT) AS age, CAST(i AS TINYINT) AS leg_pain_nrs, CAST(7.5 AS FLOAT) AS hba1c, "
        "i % 2 = 0 AS seen, DATE '2026-01-02' AS day, CAST(i AS HUGEINT) AS huge, i / 3 AS third, 'é,\"' || i AS said, "
        "CASE WHEN i > 4 THEN '' END AS bare FROM range(9) t(i)",
    )
    for engine in ("duckdb", "spark", "postgres"):
        out = tmp_path / f"{engine}.parquet"
        how: Any = {"engine": engine, "dsn": postgres_dsn, "keep": ("seen", "day", "huge", "third", "said", "bare")}
        appraise_table(str(people), str(out), knowledge, **how)
        found = duckdb.sql(f"FROM '{out}' ORDER BY id")
        answered.append((found.columns, list(map(str, found.types)), found.fetchall()))
    assert answered[1] == answered[0]
    assert answered[2] == answered[0]


def test_a_full_disk_leaves_no_half_file_and_the_next_run_goes_on(
    tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch, spark_engine: Any
) -> None:
    """Full when the second of three parts comes back; run again, the first is not answered anew."""
    parquet(tmp_path / "p.parquet", "SELECT 'a' || i AS id, 70 AS age FROM range(30) t(i)")
    out, written, append = tmp_path / "out.parquet", [], Growing.append

    def full(self: Growing, part: str, groups: Any) -> None:
        if written:
            raise OSError(28, "No space left on device")
        written.append(part)
        append(self, part, groups)

    monkeypatch.setattr(Growing, "append", full)
    with pytest.raises(InputError, match="No space left on device"):
        appraise_table(str(tmp_path / "p.parquet"), str(out), knowledge, engine="spark", part_rows=10)
    assert not out.exists()
    monkeypatch.setattr(Growing, "append", append)
    assert appraise_table(str(tmp_path / "p.parquet"), str(out), knowledge, engine="spark", part_rows=10).answered == 30
    assert [p.name for p in tmp_path.glob("*out*")] == ["out.parquet"]


def test_what_stops_a_worker_is_told(tmp_path: Path, knowledge: Knowledge, spark_engine: Any) -> None:
    """A staged file cut in half, people staged with another knowledge, a place that is a file; nothing is called whole."""
    people, staged, out = tmp_path / "p.parquet", tmp_path / "staged", tmp_path / "answers"
    parquet(people, "SELECT 'a' || i AS id, 70 AS age FROM range(3000) t(i)")
    stage(str(people), staged, knowledge)
    with pytest.raises(InputError, match="people are staged there already"):
        stage(str(people), staged, knowledge)
    with pytest.raises(InputError, match="cannot be written"):
        answers(str(staged), str(people), knowledge, spark_engine.session)
    one = next((staged / TYPED).glob("*.parquet"))
    one.write_bytes(one.read_bytes()[:100])
    with pytest.raises(InputError, match="Spark stopped: ") as refusal:
        answers(str(staged), str(out), knowledge, spark_engine.session)
    assert "\n" not in str(refusal.value)
    assert not list(out.iterdir())
    kept = staged / STAGED
    kept.write_text(kept.read_text(encoding="utf-8").replace(knowledge.sha256, "other"), encoding="utf-8")
    with pytest.raises(InputError, match="staged with another knowledge"):
        answers(str(staged), str(out), knowledge, spark_engine.session)
