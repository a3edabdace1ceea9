"""Many people: sides and levels in every form, what is derived, what to ask, invented people, reports and funnels."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from narrows.case import read
from narrows.cli import main
from narrows.criteria import facts_of, rules_of
from narrows.knowledge import Knowledge
from narrows.population.appraise import appraise_table
from narrows.population.suppression import suppressed, table
from narrows.population.synthesis import cohorts, measure_of, synthesize


def rows(path: Path) -> dict[str, dict[str, Any]]:
    """The rows of a table by id."""
    import duckdb

    found = duckdb.execute(f"SELECT * FROM '{path}'")
    names = [d[0] for d in found.description or ()]
    return {row[names.index("id")]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


def parquet(path: Path, select: str) -> Path:
    """A Parquet file of a query."""
    import duckdb

    duckdb.sql(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


def answered(people: Path, knowledge: Knowledge, **how: Any) -> dict[str, dict[str, Any]]:
    """The answers for a table."""
    out = people.with_name("out.parquet")
    appraise_table(str(people), str(out), knowledge, **how)
    return rows(out)


def criteria_of(row: dict[str, Any], knowledge: Knowledge) -> dict[str, Any]:
    """The criteria of an answer."""
    return {key: row[key] for key in rules_of(knowledge).by_id}


def test_sides_and_levels_in_every_form(tmp_path: Path, knowledge: Knowledge) -> None:
    """Columns, structs, a list of levels and a long table of levels give the same answers."""
    wide = parquet(
        tmp_path / "wide.parquet",
        "SELECT 'a' AS id, '2026-01-01' AS as_of, 'lumbar' AS levels_read, 4 AS \"leg_power_mrc@left\", 2 AS \"leg_power_mrc@right\", "
        '62.0 AS "dural_sac_csa@L4-L5", 3 AS "lateral_recess_grade@L4-L5@left", 90.0 AS "dural_sac_csa@L3-L4"',
    )
    nested = parquet(
        tmp_path / "nested.parquet",
        "SELECT 'a' AS id, '2026-01-01' AS as_of, ['lumbar'] AS levels_read, {'left': 4, 'right': 2} AS leg_power_mrc, "
        "[{'level': 'L4-L5', 'dural_sac_csa': 62.0, 'lateral_recess_grade': {'left': 3}}, "
        "{'level': 'L3-L4', 'dural_sac_csa': 90.0, 'lateral_recess_grade': NULL}] AS levels",
    )
    people = parquet(
        tmp_path / "people.parquet",
        "SELECT 'a' AS id, '2026-01-01' AS as_of, 'lumbar' AS levels_read, "
        '4 AS "leg_power_mrc@left", 2 AS "leg_power_mrc@right"',
    )
    long = parquet(
        tmp_path / "long.parquet",
        "SELECT * FROM (VALUES ('a', 'L4-L5', 62.0, 3), ('a', 'L3-L4', 90.0, NULL)) "
        't(id, level, dural_sac_csa, "lateral_recess_grade@left")',
    )
    first = criteria_of(answered(wide, knowledge)["a"], knowledge)
    assert first["dsca-below-75"] is True
    assert first["dsca-below-100-two-levels"] is True
    assert first["lateral-recess-compressed"] is True
    assert first["motor-deficit-static"] is True
    assert criteria_of(answered(nested, knowledge)["a"], knowledge) == first
    assert criteria_of(answered(people, knowledge, levels=str(long))["a"], knowledge) == first


def test_a_long_table_must_fit_its_people(
    tmp_path: Path, knowledge: Knowledge, capsys: pytest.CaptureFixture[str]
) -> None:
    """A level of nobody, and a level twice, are refused."""
    people = parquet(tmp_path / "p.parquet", "SELECT 'a' AS id")
    long = parquet(
        tmp_path / "l.parquet",
        "SELECT * FROM (VALUES ('b', 'L4-L5', 6.0), ('a', 'L4-L5', 6.0), ('a', 'L4-L5', 7.0)) t(id, level, dural_sac_csa)",
    )
    out = str(tmp_path / "o.parquet")
    assert main(["appraise", str(people), "--engine", "duckdb", "--levels", str(long), "--out", out]) == 2
    told = capsys.readouterr().err
    assert "no person 'b'" in told
    assert "'a' has L4-L5 twice" in told


@pytest.mark.parametrize(
    ("height", "weight"), [(170, 86.7), (170, 72.25), (180, 97.2), (150, 67.5), (100, 30.05), (200, 140.2), (80, 350)]
)
def test_body_mass_index_is_rounded_as_for_one_person(
    height: float, weight: float, tmp_path: Path, knowledge: Knowledge
) -> None:
    """Also where an engine would round a half the other way."""
    path = tmp_path / "p.csv"
    path.write_text(f"id,height,weight\na,{height},{weight}\n", encoding="utf-8")
    (case,) = read(str(path), knowledge)
    rules = rules_of(knowledge)
    assert criteria_of(answered(path, knowledge)["a"], knowledge) == rules.truths(facts_of(case, rules.layout))


def test_questionnaires_fill_their_findings(tmp_path: Path, knowledge: Knowledge) -> None:
    """Raw answers are scored by the instrument's own code, and the score is read as for one person."""
    path = tmp_path / "p.csv"
    path.write_text("id,answers.odi\na,3 2 3 4 1 4 2 3 3 2\nb,\nc,3 2 3 4 1 4 2 3 3 9\n", encoding="utf-8")
    out = tmp_path / "out.parquet"
    tally = appraise_table(str(path), str(out), knowledge)
    assert (tally.answered, tally.refused, tally.one_at_a_time) == (2, 1, 0)
    rules = rules_of(knowledge)
    using = [r.id for r in rules.uses["oswestry_index"] if r.findings == ("oswestry_index",)]
    got = rows(out)
    assert using
    assert all(got["a"][key] is not None for key in using)
    assert all(got["b"][key] is None for key in using)


def test_the_worst_level_fills_the_severity(tmp_path: Path, knowledge: Knowledge) -> None:
    """As for one person: a mild worst level speaks only when the region was read."""
    path = tmp_path / "p.csv"
    lines = ["id,levels_read,lee_central_grade@L4-L5,schizas_grade@L3-L4,lumbar_stenosis_severity"]
    for i, (region, lee, schizas, entered) in enumerate(
        [
            ("", "1", "", ""),
            ("lumbar", "1", "", ""),
            ("", "1", "C", ""),
            ("", "", "A4", ""),
            ("", "3", "", "mild"),
            ("lumbar", "0", "B", ""),
        ]
    ):
        lines.append(f"p{i},{region},{lee},{schizas},{entered}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    got = answered(path, knowledge)
    rules = rules_of(knowledge)
    for case in read(str(path), knowledge):
        assert criteria_of(got[case.id], knowledge) == rules.truths(facts_of(case, rules.layout)), case.findings


def test_ask_gives_questions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --ask each row names what to ask next; without it there is no such column."""
    path = tmp_path / "p.csv"
    path.write_text("id,age,leg_pain,site\na,70,yes,north\n", encoding="utf-8")
    out = tmp_path / "o.parquet"
    assert main(["appraise", str(path), "--engine", "duckdb", "--out", str(out), "--ask", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["answered"] == 1
    row = rows(out)["a"]
    assert len(row["ask_next"]) > 3
    assert row["site"] == "north"
    assert main(["appraise", str(path), "--engine", "duckdb", "--out", str(out)]) == 0
    assert "ask_next" not in rows(out)["a"]


def test_a_kept_column_is_carried_along(tmp_path: Path, knowledge: Knowledge) -> None:
    """Unread, with its own type, also for rows that are read one at a time."""
    path = parquet(
        tmp_path / "p.parquet",
        "SELECT * FROM (VALUES ('a', '100', 7), ('b', '0.3 km', 8)) t(id, walking_distance, ward)",
    )
    got = answered(path, knowledge, keep=("ward",))
    assert {key: row["ward"] for key, row in got.items()} == {"a": 7, "b": 8}


# ---- invented people


def test_invented_people_are_marked_repeatable_and_as_published(tmp_path: Path, knowledge: Knowledge) -> None:
    """Every row says what it is; the same seed gives the same bytes; ages and scores have the published middle."""
    import statistics

    paths = [tmp_path / f"{i}.parquet" for i in range(3)]
    for path, seed in zip(paths, (1, 1, 2), strict=True):
        synthesize(2000, seed, path, knowledge)
    first, second, other = (rows(path) for path in paths)
    assert first == second != other
    assert all(row["synthetic"].startswith("synthetic, ages after ") for row in first.values())
    assert all(key.startswith("synthetic-") for key in first)
    for cohort in cohorts(knowledge):
        ages = [r["age"] for r in first.values() if r["synthetic"].endswith(cohort.study)]
        assert abs(statistics.mean(ages) - cohort.mean) < 4 * cohort.sd / len(ages) ** 0.5
    mean, sd = measure_of("oswestry_index", knowledge)
    scores = [r["oswestry_index"] for r in first.values() if r["oswestry_index"] is not None]
    assert abs(statistics.mean(scores) - mean) < 4 * sd / len(scores) ** 0.5
    shares = [sum(r[name] is None for r in first.values()) / len(first) for name in ("leg_pain", "hba1c")]
    assert 0.02 < shares[0] < 0.2 < shares[1] < 0.9


@pytest.mark.parametrize(
    ("count", "out", "said"), [("0", "p.csv", "0 people"), ("3", "p.txt", "neither"), ("x", "p.csv", "invalid int")]
)
def test_what_cannot_be_made(
    count: str, out: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong count or place is told."""
    assert main(["synthesize", count, "--out", str(tmp_path / out)]) == 2
    assert said in capsys.readouterr().err


# ---- reports


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Path:
    """Some invented people."""
    path = tmp_path_factory.mktemp("people") / "people.parquet"
    synthesize(300, 3, path, knowledge)
    return path


def test_the_report_counts_everybody(people: Path, capsys: pytest.CaptureFixture[str], knowledge: Knowledge) -> None:
    """Every urgency, syndrome and option adds up to the people; small cells are hidden with --smallest."""
    assert main(["population", str(people), "--json", "--smallest", "1"]) == 0
    whole = json.loads(capsys.readouterr().out)
    assert whole["people"] == whole["answered"] == 300
    assert sum(whole["urgency"].values()) == 300
    for part in ("options", "syndromes"):
        assert all(sum(row.values()) == 300 for row in whole[part].values())
    assert set(whole["options"]) == set(knowledge.options)
    assert sum(n for row in whole["by_site"].values() for n in row.values()) == 300
    assert sum(n for row in whole["by_time"].values() for n in row.values()) == 300
    assert whole["missing"][0]["open_emergency"] > 0
    assert main(["population", str(people), "--json"]) == 0
    hidden = json.loads(capsys.readouterr().out)
    for name, row in hidden["by_time"].items():
        assert not any(n is not None and 0 < n < 5 for n in row.values())
        assert sum(n is None for n in row.values()) != 1 or whole["by_time"][name]


def test_the_report_is_one_page(people: Path, tmp_path: Path) -> None:
    """HTML without a network; terminal at 80 columns."""
    page = tmp_path / "r.html"
    assert main(["population", str(people), "--html", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert "invented (synthetic)" in text
    assert "http" not in text
    assert "no all-clear" in text


def test_the_terminal_fits_80_columns(
    people: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No line is longer."""
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["population", str(people)]) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def test_small_cells_cannot_be_worked_out() -> None:
    """A single hidden cell takes another with it, in its row and in its column."""
    assert suppressed({"a": 3, "b": 40, "c": 9, "d": 0}) == {"a": None, "b": 40, "c": None, "d": 0}
    assert suppressed({"a": 3, "b": 40}, least=1) == {"a": 3, "b": 40}
    shown = table(
        {"north": {"x": 2, "y": 50, "z": 30}, "south": {"x": 20, "y": 60, "z": 40}, "east": {"x": 30, "y": 9, "z": 7}}
    )
    for row in shown.values():
        assert sum(n is None for n in row.values()) != 1
    for column in "xyz":
        assert sum(row[column] is None for row in shown.values()) != 1


# ---- funnels


def test_the_funnel_counts_as_one_person_would(
    people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], knowledge: Knowledge
) -> None:
    """Included, excluded by the first false step, unknown: they add up, and agree with the rows written."""
    svg, out = tmp_path / "f.svg", tmp_path / "f.parquet"
    where = "age >= 60 AND leg_pain AND (dural_sac_csa < 100 OR schizas_grade IN ('C', 'D'))"
    code = main(["cohort", str(people), "--where", where, "--exclude", "prior_lumbar_surgery", "--where", "cook-lss-rule",
                 "--json", "--smallest", "1", "--svg", str(svg), "--out", str(out)])  # fmt: skip
    assert code == 0
    funnel = json.loads(capsys.readouterr().out)
    assert funnel["included"] + funnel["excluded"] + funnel["unknown"] == 300
    assert sum(step["excluded"] for step in funnel["steps"]) == funnel["excluded"]
    assert [step["left"] for step in funnel["steps"]][-1] == funnel["included"] + funnel["unknown"]
    assert len(funnel["steps"]) == 5
    states = [row["status"] for row in rows(out).values()]
    assert [states.count(s) for s in ("included", "excluded", "unknown")] == [
        funnel["included"],
        funnel["excluded"],
        funnel["unknown"],
    ]
    assert min(funnel["included"], funnel["unknown"]) > 0
    drawn = ET.fromstring(svg.read_text(encoding="utf-8"))
    said = " ".join("".join(t.itertext()) for t in drawn.iter("{http://www.w3.org/2000/svg}text"))
    assert f"{funnel['included']} included" in said
    assert "age >= 60" in said
    assert "invented" in said


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ([], "no condition"),
        (["--where", "agee > 3"], "no finding 'agee' (did you mean age?)"),
        (["--where", "CASE WHEN leg_pain THEN leg_pain END"], "CASE"),
        (["--where", "dsca-below-76"], "no criterion 'dsca-below-76' (did you mean dsca-below-75"),
        (["--where", "dural_sac_csa < 75 AND cord_csa < 60"], ""),
        (["--exclude", "dsca-below-75"], "cannot be turned round"),
        (["--where", "leg_pain", "--smallest", "0"], "no size of a cell"),
    ],
)
def test_conditions_that_are_refused(
    more: list[str], said: str, people: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a criterion would be, with the option that holds it."""
    code = main(["cohort", str(people), *more])
    told = capsys.readouterr().err
    assert (code, said in told) == ((2, True) if said else (0, True))
