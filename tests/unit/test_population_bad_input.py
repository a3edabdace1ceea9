"""Tables that are wrong: told with their place and what would mend them; nothing half under the final name."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from narrows.cli import main
from narrows.knowledge import Knowledge
from narrows.population.answers import Judge
from narrows.population.appraise import appraise_table
from narrows.population.duck import Duck
from narrows.population.parquet import Growing
from narrows.problem import InputError, Problem

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Writes a table, appraises it by the command; the exit code and standard error."""

    def go(content: bytes | str, name: str = "people.csv", *more: str) -> tuple[int, str]:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        code = main(["appraise", str(path), "--engine", "duckdb", "--out", str(tmp_path / "out.parquet"), *more])
        return code, capsys.readouterr().err

    return go


def parquet(path: Path, select: str) -> Path:
    """A Parquet file of a query."""
    import duckdb

    duckdb.sql(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of an answer."""
    import duckdb

    found = duckdb.execute(f"SELECT * FROM read_parquet('{path}')")
    names = [d[0] for d in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def refused(path: Path) -> list[dict[str, str]]:
    """The rows of the file of refused rows."""
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the file is empty"),
        ("id,age\n", "a header and no people"),
        ("name,age\nx,3\n", "no column 'id'"),
        ("id,agee\nx,3\n", "no finding 'agee' (did you mean age?)"),
        ("id,age,age\nx,3,4\n", "column 'age' stands twice"),
        ("id,age@left\nx,3\n", "age has no left and right"),
        ("id,dural_sac_csa\nx,3\n", "dural_sac_csa belongs to a level (name the column dural_sac_csa@L4-L5"),
        ("id,dural_sac_csa@L4-L6\nx,3\n", "'L4-L6' is neither a level nor a side (did you mean L4-L5"),
        ("id,dural_sac_csa@C3-C4\nx,3\n", "dural_sac_csa is a lumbar finding"),
        ("id,answers.odii\nx,3\n", "no instrument 'odii' (did you mean odi"),
        ("id;age\nx;3\n", "cells are parted by semicolons, not by commas (save it as CSV with commas"),
        ("id\tage\nx\t3\n", "cells are parted by tabs, not by commas"),
        (b"id,age\nRen\xe9,3\n", "UTF-8"),
        ("id,age\nx,old\n", "no row can be answered"),
    ],
)
def test_tables_that_cannot_be_read(content: str | bytes, said: str, run: Run, tmp_path: Path) -> None:
    """Exit code 2, the reason, and no file."""
    code, told = run(content)
    assert code == 2
    assert said in told
    assert not (tmp_path / "out.parquet").exists()
    assert not list(tmp_path.glob(".*partial"))


def test_every_wrong_column_is_named(run: Run) -> None:
    """All problems of a header together."""
    _, told = run("id,agee,leg_pane,surname\nx,3,yes,Smith\n")
    for name in ("agee", "leg_pane", "surname"):
        assert f"no finding '{name}'" in told
    assert "leg_pain" in told


def test_wrong_rows_go_to_a_file_with_their_reasons(run: Run, tmp_path: Path) -> None:
    """Each row is answered or refused; what was refused keeps its cells."""
    table = (
        "id,as_of,age,leg_pain,leg_pain_bilateral,leg_power_mrc,leg_power_mrc@left,pedal_pulses,symptom_duration_months\n"
        "good,2026-01-01,70,yes,no,,4,normal,12\n"
        "old,2026-01-01,170,yes,,,,,\n"
        "word,2026-01-01,seventy,,,,,,\n"
        "code,2026-01-01,70,,,,,weak,\n"
        "both,2026-01-01,70,no,yes,,,,\n"
        "twice,2026-01-01,70,,,5,4,,\n"
        "later,2099-01-01,70,,,,,,\n"
        "day,2026-02-31,70,,,,,,\n"
        "long,2026-01-01,30,,,,,,700\n"
        ",2026-01-01,70,,,,,,\n"
        "same,2026-01-01,70,,,,,,\n"
        "same,2026-01-02,71,,,,,,\n"
        "half,2026-01-01,70,,,3.5,,,\n"
        "feet,2026-01-01,70,,,,,,2 years\n"
        "short,2026-01-01,70\n"
    )
    code, told = run(table)
    assert code == 0
    found = {row["id"]: row["reasons"] for row in refused(tmp_path / "out.refused.csv")}
    assert "170 a is above 120 a" in found["old"]
    assert "not 'seventy'" in found["word"]
    assert "is none of its codes" in found["code"]
    assert "no leg pain, and leg pain on both sides" in found["both"]
    assert "without a side and once with one" in found["twice"]
    assert "future" in found["later"]
    assert "is no date" in found["day"]
    assert "symptoms for 700 months" in found["long"]
    assert "more than one row" in found["same"]
    assert "is none of its codes" in found["half"]
    assert "no id" in found[""] or "line 16" in found[""]
    assert {row["id"] for row in rows(tmp_path / "out.parquet")} == {"good", "feet"}
    assert len(refused(tmp_path / "out.refused.csv")) == 13
    assert "13 of 15 rows are refused" in told
    assert '"age": "170"' in next(r["cells"] for r in refused(tmp_path / "out.refused.csv") if r["id"] == "old")


def test_a_broken_line_is_refused_with_its_text(run: Run, tmp_path: Path) -> None:
    """A line with too many cells costs itself, not the table."""
    code, _ = run("id,age\na,70\nb,70,4,5\nc,71\n")
    assert code == 0
    assert {row["id"] for row in rows(tmp_path / "out.parquet")} == {"a", "c"}
    (lost,) = refused(tmp_path / "out.refused.csv")
    assert "line 3" in lost["reasons"]


def test_no_numbers_become_unknown_with_a_reason(tmp_path: Path, knowledge: Knowledge) -> None:
    """NaN and infinities are unknown, noted in the row and counted."""
    people = parquet(
        tmp_path / "p.parquet",
        "SELECT * FROM (VALUES ('a', 'NaN'::DOUBLE), ('b', 'Infinity'::DOUBLE), ('c', 9.0)) t(id, hba1c)",
    )
    out = tmp_path / "out.parquet"
    tally = appraise_table(str(people), str(out), knowledge)
    assert (tally.answered, tally.odd_numbers) == (3, {"hba1c": 2})
    answered = {row["id"]: row for row in rows(out)}
    assert answered["a"]["notes"] == "hba1c: not a number, taken as unknown"
    assert answered["c"]["notes"] is None
    reads = next(
        c for c in knowledge.criteria.values() if c.when == "hba1c > 8.0" or (c.when or "").startswith("hba1c >")
    )
    assert (answered["a"][reads.id], answered["b"][reads.id]) == (None, None)
    assert answered["c"][reads.id] is not None


def test_no_numbers_in_text_become_unknown_too(run: Run, tmp_path: Path) -> None:
    """The same in CSV, whether the engine or the door of one person reads the row."""
    code, told = run("id,hba1c,walking_distance\na,nan,100\nb,-inf,0.3 km\nc,7,\n")
    assert code == 0
    notes = {row["id"]: row["notes"] for row in rows(tmp_path / "out.parquet")}
    assert notes == {k: "hba1c: not a number, taken as unknown" if k != "c" else None for k in "abc"}
    assert "column hba1c: 2 values" in told


@pytest.mark.parametrize(
    ("select", "said"),
    [
        ("SELECT 'a' AS id, true AS age", "age is a number, and this column is boolean"),
        ("SELECT 'a' AS id, 1.5 AS leg_pain", "leg_pain is true or false, and this column is a decimal number"),
        ("SELECT 'a' AS id, 3 AS sex", "sex is text, and this column is a whole number"),
        ("SELECT 'a' AS id, DATE '2026-01-01' AS age", "age is a number, and this column is date"),
        ("SELECT 'a' AS id, {'up': 3} AS leg_power_mrc", "'up' is no side"),
    ],
)
def test_wrong_types(select: str, said: str, tmp_path: Path, knowledge: Knowledge) -> None:
    """A column of another type than its finding is refused before anything is answered."""
    people = parquet(tmp_path / "p.parquet", select)
    with pytest.raises(InputError) as refusal:
        appraise_table(str(people), str(tmp_path / "out.parquet"), knowledge)
    assert said in str(refusal.value)


def test_a_parquet_cut_in_half(tmp_path: Path, knowledge: Knowledge) -> None:
    """Told as such."""
    whole = parquet(tmp_path / "p.parquet", "SELECT 'a' || i AS id, 70 AS age FROM range(1000) t(i)")
    half = tmp_path / "half.parquet"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(InputError, match="no whole Parquet file"):
        appraise_table(str(half), str(tmp_path / "out.parquet"), knowledge)


def test_no_right_to_read(tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told as such."""
    people = parquet(tmp_path / "p.parquet", "SELECT 'a' AS id")
    opened = Path.open

    def locked(self: Path, *how: Any, **more: Any) -> Any:
        if self == people:
            raise PermissionError(13, "Permission denied")
        return opened(self, *how, **more)

    monkeypatch.setattr(Path, "open", locked)
    with pytest.raises(InputError, match="no right to read it"):
        appraise_table(str(people), str(tmp_path / "out.parquet"), knowledge)


@pytest.mark.parametrize(
    ("people", "out", "said"),
    [
        ("none.parquet", "out.parquet", "no such file"),
        (".", "out.parquet", "a folder"),
        ("p.parquet", "out.txt", "neither .parquet nor .csv"),
        ("p.parquet", "nowhere/out.parquet", "no such folder"),
    ],
)
def test_wrong_places(people: str, out: str, said: str, tmp_path: Path, knowledge: Knowledge) -> None:
    """A table that is not there, a place that cannot be written."""
    parquet(tmp_path / "p.parquet", "SELECT 'a' AS id")
    with pytest.raises(InputError) as refusal:
        appraise_table(str(tmp_path / people), str(tmp_path / out), knowledge)
    assert said in str(refusal.value)


def test_a_full_disk_leaves_no_half_file_and_the_next_run_goes_on(
    tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off in the second of three parts: nothing under the final name; run again, the first part is not answered anew."""
    people = parquet(tmp_path / "p.parquet", "SELECT 'a' || i AS id, 70 AS age FROM range(30) t(i)")
    out = tmp_path / "out.parquet"
    written: list[str] = []
    append = Growing.append

    def full(self: Growing, part: str, batches: Any) -> None:
        if written:
            with self.path.open("ab") as file:
                file.write(b"half a row group")
            raise OSError(28, "No space left on device")
        written.append(part)
        append(self, part, batches)

    monkeypatch.setattr(Growing, "append", full)
    with pytest.raises(InputError, match="No space left on device"):
        appraise_table(str(people), str(out), knowledge, part_rows=10)
    assert not out.exists()
    written.clear()

    def count(self: Growing, part: str, batches: Any) -> None:
        written.append(part)
        append(self, part, batches)

    monkeypatch.setattr(Growing, "append", count)
    tally = appraise_table(str(people), str(out), knowledge, part_rows=10)
    assert tally.answered == 30
    assert len(rows(out)) == 30
    assert written == ["10", "20"]
    assert not list(tmp_path.glob(".*partial"))


def test_a_csv_that_was_cut_off_is_written_anew(
    tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands half in the hidden folder never gets the final name."""
    people = parquet(tmp_path / "p.parquet", "SELECT 'a' || i AS id, 70 AS age FROM range(30) t(i)")
    out = tmp_path / "out.csv"

    def cut(self: Duck, sql: str, path: Path) -> int:
        path.write_text("id,as_of\na0,", encoding="utf-8")
        raise InputError(Problem("the disk is full", str(path)))

    with monkeypatch.context() as full:
        full.setattr(Duck, "write", cut)
        with pytest.raises(InputError, match="the disk is full"):
            appraise_table(str(people), str(out), knowledge)
    assert not out.exists()
    assert appraise_table(str(people), str(out), knowledge).answered == 30
    assert len(out.read_text(encoding="utf-8").splitlines()) == 31


def test_a_lost_row_is_our_fault(tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows in and rows out are counted: where they part, nothing is given a name."""
    people = parquet(tmp_path / "p.parquet", "SELECT 'a' || i AS id FROM range(3) t(i)")
    query = Judge.query
    monkeypatch.setattr(Judge, "query", lambda *given: f"SELECT * FROM ({query(*given)}) LIMIT 2")
    with pytest.raises(AssertionError, match="3 rows in, 2 answered and 0 refused"):
        appraise_table(str(people), str(tmp_path / "out.parquet"), knowledge)
    assert not (tmp_path / "out.parquet").exists()
