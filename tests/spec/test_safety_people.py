"""Ordinary people are rarely sent to emergency, and people in danger always reach their urgency: both are counted together.

The people stand in tests/data/ordinary-people. They were composed from published trials, guidelines and case reports before
the rules were looked at again; a rule may change, a person may not be changed to suit it.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from narrows.case import Case
from narrows.case.entry import Entry
from narrows.criteria import Rules, facts_of
from narrows.knowledge import Knowledge

FOLDER = Path(__file__).parents[1] / "data" / "ordinary-people"
RANK = {None: 0, "soon": 1, "urgent-within-2-weeks": 2, "emergency-same-day": 3}
Person = dict[str, Any]


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


_BASES = _table("bases")["bases"]
BASES: dict[str, dict[str, Any]] = {
    "none": {},
    "home": _BASES["home"],
    "treated": {**_BASES["home"], **_BASES["treated"]},
    "clinic": {**_BASES["home"], **_BASES["clinic"]},
}
ORDINARY: list[Person] = _table("ordinary")["person"]
DANGEROUS: list[Person] = _table("dangerous")["person"]


def answers(person: Person) -> dict[str, Any]:
    """What is known of a person: the answers of the base, with the person's own laid over them."""
    return {**BASES[person["base"]], **person["findings"]}


def case_of(findings: dict[str, Any], knowledge: Knowledge) -> Case:
    """A case from findings; refuses an impossible person."""
    return Entry(knowledge, lambda path: path).take({"id": "someone", "as_of": "2026-01-15", "findings": findings})


def alarms(findings: dict[str, Any], knowledge: Knowledge, rules: Rules) -> dict[str, str]:
    """The red flags that are true, each with its urgency."""
    truths = rules.truths(facts_of(case_of(findings, knowledge), rules.layout))
    return {
        key: knowledge.criteria[key].urgency or "soon"
        for key, truth in truths.items()
        if truth and knowledge.criteria[key].kind == "red-flag"
    }


def urgency(findings: dict[str, Any], knowledge: Knowledge, rules: Rules) -> str | None:
    """The highest urgency reached."""
    return max(alarms(findings, knowledge, rules).values(), key=lambda word: RANK[word], default=None)


def test_sensitivity_and_false_alarms_are_printed_together(
    knowledge: Knowledge, rules: Rules, capsys: pytest.CaptureFixture[str]
) -> None:
    """At most 5 % of ordinary people reach emergency-same-day, and no one in danger stays below the urgency that is due."""
    alarmed = [p["who"] for p in ORDINARY if urgency(answers(p), knowledge, rules) == "emergency-same-day"]
    missed = [p["who"] for p in DANGEROUS if RANK[urgency(answers(p), knowledge, rules)] < RANK[p["reaches"]]]
    emergencies = [p for p in DANGEROUS if p["reaches"] == "emergency-same-day"]
    found = [p for p in emergencies if urgency(answers(p), knowledge, rules) == "emergency-same-day"]
    with capsys.disabled():
        print(
            f"\nsafety: {len(found)} of {len(emergencies)} emergencies found "
            f"({100 * len(found) / len(emergencies):.0f} %), {len(DANGEROUS) - len(missed)} of {len(DANGEROUS)} dangers "
            f"at their urgency; {len(alarmed)} of {len(ORDINARY)} ordinary people sent to emergency "
            f"({100 * len(alarmed) / len(ORDINARY):.1f} %)"
        )
    assert missed == []
    assert len(alarmed) <= 0.05 * len(ORDINARY), alarmed


def test_the_page_of_limits_tells_the_same_figures(knowledge: Knowledge, rules: Rules) -> None:
    """docs/limits.md says what was counted here."""
    page = (FOLDER.parents[2] / "docs" / "limits.md").read_text(encoding="utf-8")
    reached = Counter(urgency(answers(p), knowledge, rules) for p in ORDINARY)
    due = Counter(p["reaches"] for p in DANGEROUS)
    alarmed, soon = reached["emergency-same-day"], reached["urgent-within-2-weeks"]
    for sentence in (
        f"| {due['emergency-same-day']} people with an emergency",
        f"| {due['urgent-within-2-weeks']} people in danger with more time",
        f"| {len(ORDINARY)} ordinary people",
        f"| {alarmed} reaches emergency-same-day ({100 * alarmed / len(ORDINARY):.1f} %)",
        f"| {soon} reach urgent-within-2-weeks ({100 * soon / len(ORDINARY):.1f} %)",
    ):
        assert sentence in page, sentence
    for name in set(re.findall(r"`([a-z0-9-]+-[a-z0-9-]+)`", page)) - {"ordinary-people"}:
        assert name in knowledge.criteria or name in knowledge.sources, name


def test_there_are_enough_people_of_every_kind() -> None:
    """At least 150 ordinary people, 60 in danger, no one twice, every kind of danger more than once."""
    assert len(ORDINARY) >= 150
    assert len(DANGEROUS) >= 60
    whos = [p["who"] for p in ORDINARY + DANGEROUS]
    assert [who for who, times in Counter(whos).items() if times > 1] == []
    kinds = Counter(p["kind"] for p in DANGEROUS)
    assert set(kinds) >= {
        "cauda equina",
        "weakness",
        "cord",
        "cancer",
        "infection",
        "after a procedure",
        "artery and vein",
        "fracture",
    }


def test_every_person_names_where_they_come_from(knowledge: Knowledge) -> None:
    """Each person is composed from a source, a study or a figure of the knowledge."""
    known = {*knowledge.sources, *knowledge.studies, *knowledge.table("prevalences")}
    assert [p["who"] for p in ORDINARY + DANGEROUS if p["from"] not in known] == []


@pytest.mark.parametrize("person", DANGEROUS, ids=[p["who"] for p in DANGEROUS])
def test_a_forgotten_answer_never_closes_the_alarm(person: Person, knowledge: Knowledge, rules: Rules) -> None:
    """Take any one answer away from someone in danger: every alarm stays true or becomes unknown, none becomes false."""
    findings = answers(person)
    due = [key for key, word in alarms(findings, knowledge, rules).items() if RANK[word] >= RANK[person["reaches"]]]
    assert due
    for name in findings:
        rest = {key: value for key, value in findings.items() if key != name}
        truths = rules.truths(facts_of(case_of(rest, knowledge), rules.layout))
        assert [(name, key) for key in due if truths[key] is False] == []


@pytest.mark.parametrize("person", ORDINARY, ids=[p["who"] for p in ORDINARY])
def test_what_is_freed_from_the_same_day_is_seen_within_two_weeks(
    person: Person, knowledge: Knowledge, rules: Rules
) -> None:
    """Forget the length and the course of an ordinary person's trouble: who would then alarm is due in two weeks."""
    findings = answers(person)
    times = {"symptom_duration_months", "symptom_course", "sphincter_symptom_days"}
    timeless = {key: value for key, value in findings.items() if key not in times}
    emergencies = {key for key, word in alarms(timeless, knowledge, rules).items() if word == "emergency-same-day"}
    if emergencies:
        # A known aneurysm under regular scans with the same pain for years is the one that is only told soon.
        least = "soon" if emergencies == {"aaa-rupture-known"} else "urgent-within-2-weeks"
        assert RANK[urgency(findings, knowledge, rules)] >= RANK[least]
