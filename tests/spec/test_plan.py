"""The plan: which steps a person gets, in which order, and what never stands in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from narrows.appraisal import appraise
from narrows.case import Case
from narrows.knowledge import Knowledge

Person = Callable[..., Case]

SPHINCTER = {"saddle_numbness": True, "urinary_retention": True, "sphincter_symptom_days": 1}
CLAUDICATION = {"leg_symptoms_walking": True, "leg_symptoms_standing": True, "relief_sitting": True}


def steps(findings: dict[str, Any], person: Person, knowledge: Knowledge) -> list[str]:
    """The ids of the steps for a person, in order."""
    return [step.id for step in appraise(person(findings), knowledge).plan]


@pytest.mark.parametrize(
    ("findings", "has"),
    [
        (SPHINCTER, ["emergency-first", "go-cauda-equina", "emergency-take-along", "emergency-no-elective"]),
        ({"low_back_pain": True, "fever": True}, ["emergency-first", "go-infection"]),
        ({"foot_drop_acute": {"left": True}}, ["emergency-first", "go-growing-weakness"]),
        ({"active_cancer": True, "low_back_pain": True}, ["tell-the-cancer-team"]),
        ({"pedal_pulses": {"left": "absent"}, "leg_symptoms_walking": True}, ["ankle-pressures"]),
        ({"anticoagulant": True}, ["blood-thinner-plan"]),
        ({"antiplatelet": "aspirin"}, ["aspirin-question"]),
        ({"proposed_product_status": "unapproved"}, ["unapproved-product", "before-you-travel"]),
        ({"active_cancer": True}, ["no-cells-with-cancer"]),
        (CLAUDICATION, ["first-examination", "mri-of-the-low-back", "start-exercise"]),
        ({}, ["answer-urgent-questions", "know-the-danger-signs", "measure-where-you-stand"]),
    ],
)
def test_steps(findings: dict[str, Any], has: list[str], person: Person, knowledge: Knowledge) -> None:
    """Each of these belongs to the plan."""
    got = steps(findings, person, knowledge)
    assert [step for step in has if step not in got] == []


def test_an_emergency_comes_first_and_alone(person: Person, knowledge: Knowledge) -> None:
    """In an emergency the first step is to go, and nothing elective stands beside it."""
    got = steps({**SPHINCTER, **CLAUDICATION}, person, knowledge)
    assert got[0] == "emergency-first"
    elective = {"start-exercise", "surgeon-talk", "steroid-injection-talk", "mri-of-the-low-back", "waiting-is-a-plan"}
    assert not elective & set(got)


def test_answered_danger_questions_leave_the_plan(person: Person, knowledge: Knowledge) -> None:
    """The step that asks for them stands only while one is open."""
    open_ = appraise(person({}), knowledge)
    assert not open_.clearance.complete
    named = {q.finding for group in open_.clearance.groups for q in group.questions}
    answers: dict[str, Any] = {}
    for _ in range(8):  # an answer may open another question
        for name in named:
            answers[name] = _harmless(knowledge, name)
        answer = appraise(person(answers), knowledge)
        named = {q.finding for group in answer.clearance.groups for q in group.questions}
        if answer.clearance.complete:
            break
    assert answer.clearance.complete, named
    assert "answer-urgent-questions" not in [step.id for step in answer.plan]


HARMLESS = {
    "age": 70,
    "procedure_received": "none",
    "symptom_course": "stable",
    "smoking_status": "never",
    "symptom_duration_months": 24,
    "sphincter_symptom_days": 4000,
    "days_since_procedure": 4000,
}


def _harmless(knowledge: Knowledge, name: str) -> Any:
    finding = knowledge.findings[name]
    if name in HARMLESS:
        return HARMLESS[name]
    if finding.type == "boolean":
        return False
    if finding.type == "choice":
        return finding.choices[0].code
    return finding.min or 0


@pytest.mark.parametrize("words", ["stop your blood thinner", "stop taking your blood thinner", "stop warfarin"])
def test_nobody_is_told_to_stop_a_blood_thinner(words: str, knowledge: Knowledge) -> None:
    """The one who prescribed it decides, together with the one who does the procedure."""
    for step in knowledge.steps.values():
        assert words not in step.says.lower()
    assert "Never stop a blood thinner yourself" in knowledge.steps["blood-thinner-plan"].says


def test_every_red_flag_has_a_step(knowledge: Knowledge) -> None:
    """A red flag that is true always leads somewhere, as fast as its urgency asks."""
    fastest = {"emergency-same-day": ("now", "today"), "urgent-within-2-weeks": ("now", "today", "within-2-weeks")}
    for criterion in knowledge.criteria.values():
        if criterion.kind == "red-flag":
            led = [step for step in knowledge.steps.values() if criterion.id in step.when_true]
            assert led, criterion.id
            allowed = fastest.get(criterion.urgency or "", ())
            if allowed:
                assert any(step.by in allowed for step in led), criterion.id
