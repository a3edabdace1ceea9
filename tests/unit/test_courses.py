"""Follow-up of invented people: marked, seeded, with the published changes and silence, and the same people as without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from narrows.knowledge import Knowledge
from narrows.knowledge.levels import REASONS
from narrows.population.courses import courses, visits_of
from narrows.population.synthesis import synthesize
from narrows.problem import InputError

COUNT = 6000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Path:
    """A folder with people.parquet and later.parquet."""
    folder = tmp_path_factory.mktemp("courses")
    synthesize(COUNT, 5, folder / "people.parquet", knowledge, follow_up=folder / "later.parquet", visits=(3, 12, 24))
    return folder


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query over both tables, called people and later."""
    tables = {name: f"read_parquet('{folder / name}.parquet')" for name in ("people", "later")}
    return duckdb.sql(sql.format(**tables)).fetchall()


def test_every_person_has_every_visit_and_every_row_is_marked(made: Path) -> None:
    """One row for each person and visit; each says that it is synthetic."""
    assert rows(made, "SELECT COUNT(*), COUNT(DISTINCT id), COUNT(DISTINCT months) FROM {later}") == [
        (3 * COUNT, COUNT, 3)
    ]
    assert rows(made, "SELECT COUNT(*) FROM {later} WHERE synthetic IS NULL OR synthetic NOT LIKE 'synthetic, %'") == [
        (0,)
    ]
    assert rows(made, "SELECT COUNT(*) FROM {later} WHERE id NOT IN (SELECT id FROM {people})") == [(0,)]
    assert rows(made, "SELECT COUNT(*) FROM {later} l JOIN {people} p USING (id) WHERE l.as_of <= p.as_of") == [(0,)]


def test_changes_and_silence_are_as_published(made: Path, knowledge: Knowledge) -> None:
    """At the month that the study reports, the mean change and the share of silence are the study's."""
    by_treatment = {one.treatment: one for one in courses(knowledge)}
    assert by_treatment["decompression"].changes["oswestry_index"].mean == pytest.approx(24.0 - 39.8)
    assert by_treatment["cervical-decompression"].changes["mjoa_score"].mean == pytest.approx(14.9 - 12.5)
    assert by_treatment["watchful-waiting"].changes["oswestry_index"].mean == pytest.approx(41.1 - 41.7)
    assert by_treatment["decompression"].silent == 0.3
    found = rows(
        made,
        "SELECT treatment, AVG(l.oswestry_index - p.oswestry_index), AVG(CAST(l.missing IS NOT NULL AS INT)) "
        "FROM {later} l JOIN {people} p USING (id) WHERE months = 12 GROUP BY 1",
    )
    change = {row[0]: row[1] for row in found}
    # The scale ends at 0: a few who would fall below it stay there.
    assert -17 < change["decompression"] < -12
    assert abs(change["watchful-waiting"]) < 2
    for treatment, _, silent in found:
        assert silent == pytest.approx(by_treatment[treatment].silent, abs=0.03)


def test_who_is_silent_has_a_reason_and_no_score(made: Path) -> None:
    """No score beside a reason; the reasons are words of the case; who died or refused answers no later visit."""
    scores = "COALESCE(oswestry_index, leg_pain_nrs, back_pain_nrs, mjoa_score)"
    assert rows(made, f"SELECT COUNT(*) FROM {{later}} WHERE missing IS NOT NULL AND {scores} IS NOT NULL") == [(0,)]
    assert rows(made, f"SELECT COUNT(*) FROM {{later}} WHERE missing IS NULL AND {scores} IS NULL") == [(0,)]
    words = {row[0] for row in rows(made, "SELECT DISTINCT missing FROM {later} WHERE missing IS NOT NULL")}
    assert words == {"lost", "refused", "died"} <= set(REASONS)
    back = (
        "SELECT COUNT(*) FROM {later} a JOIN {later} b USING (id) "
        "WHERE a.months < b.months AND a.missing IN ('died', 'refused') AND b.missing IS DISTINCT FROM a.missing"
    )
    assert rows(made, back) == [(0,)]


def test_the_people_are_the_same_with_and_without(made: Path, tmp_path: Path, knowledge: Knowledge) -> None:
    """A second table changes nothing in the first, and is itself the same for the same seed."""
    alone = tmp_path / "people.parquet"
    synthesize(COUNT, 5, alone, knowledge)
    assert alone.read_bytes() == (made / "people.parquet").read_bytes()
    again = tmp_path / "later.parquet"
    synthesize(COUNT, 5, tmp_path / "again.parquet", knowledge, follow_up=again, visits=(3, 12, 24))
    assert again.read_bytes() == (made / "later.parquet").read_bytes()


@pytest.mark.parametrize("text", ["", "3,x", "12,3", "3,3", "0,3", "3,500"])
def test_wrong_visits_are_refused(text: str) -> None:
    """Months that do not rise, or are none."""
    with pytest.raises(InputError, match="are no months"):
        visits_of(text)


def test_the_two_tables_need_two_files(tmp_path: Path, knowledge: Knowledge) -> None:
    """One name for both would lose one of them."""
    with pytest.raises(InputError, match="the same file"):
        synthesize(3, 1, tmp_path / "a.csv", knowledge, follow_up=tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []
