"""No false all-clear: nothing is called not urgent while a question that an emergency rule needs is open."""

from __future__ import annotations

from collections.abc import Callable

from narrows.appraisal import appraise
from narrows.appraisal.judged import Judged
from narrows.appraisal.urgency import open_emergency_findings
from narrows.case import Case
from narrows.knowledge import Knowledge


def harmless(knowledge: Knowledge) -> dict[str, object]:
    """Every question that a person can answer and an emergency rule reads, answered so that nothing is wrong."""
    calm: dict[str, object] = {}
    for criterion in knowledge.criteria.values():
        if criterion.kind == "red-flag" and criterion.urgency == "emergency-same-day":
            for name, finding in knowledge.findings.items():
                if name in f"{criterion.when}" and finding.who_can_answer == "patient" and finding.type == "boolean":
                    calm[name] = False
    return {**calm, "age": 60, "symptom_course": "stable", "symptom_duration_months": 30, "procedure_received": "none",
            "smoking_status": "never", "falls_12_months": 0, "phq9_item9": 0}  # fmt: skip


def test_nothing_known_is_no_all_clear(person: Callable[..., Case], knowledge: Knowledge) -> None:
    """It alarms nothing, clears nothing, and asks."""
    answer = appraise(person(), knowledge)
    assert answer.urgency is None
    assert not answer.clearance.complete
    assert answer.clearance.groups[0].label == "Bladder, bowel and feeling between the legs"
    assert answer.ask_next[0].finding in {q.finding for g in answer.clearance.groups for q in g.questions}


def test_all_answered_is_complete(person: Callable[..., Case], knowledge: Knowledge) -> None:
    """When every such question has a harmless answer nothing that a person can answer is left open."""
    answer = appraise(person(harmless(knowledge)), knowledge)
    assert answer.urgency is None
    assert answer.clearance.complete, [q.finding for g in answer.clearance.groups for q in g.questions]


def test_one_forgotten_answer_opens_it_again_or_changes_nothing_else(
    person: Callable[..., Case], knowledge: Knowledge
) -> None:
    """Each answer in turn: forgetting it never makes an alarm, and where a rule needs it the clearance is gone."""
    calm = harmless(knowledge)
    needed = 0
    for name in calm:
        answer = appraise(person({k: v for k, v in calm.items() if k != name}), knowledge)
        assert answer.urgency is None, name
        needed += not answer.clearance.complete
    assert needed > 15


def test_a_skipped_question_stays_open_and_stands_first(person: Callable[..., Case], knowledge: Knowledge) -> None:
    """Refusing to answer is no answer."""
    calm = harmless(knowledge)
    calm.pop("saddle_numbness")
    for reason in ("refused", "unknown", "not_asked"):
        answer = appraise(person(calm, missing={"saddle_numbness": reason}), knowledge)
        assert not answer.clearance.complete
        assert answer.ask_next[0].finding == "saddle_numbness"


def test_every_emergency_question_has_a_group(knowledge: Knowledge, person: Callable[..., Case]) -> None:
    """No question falls into 'other'."""
    grouped = {name for g in knowledge.question_groups.values() for name in g.findings}
    assert set(open_emergency_findings(Judged(person(), knowledge))) <= grouped


def test_every_emergency_question_has_words(knowledge: Knowledge, person: Callable[..., Case]) -> None:
    """A finding that a person is asked has a question."""
    for name in open_emergency_findings(Judged(person(), knowledge)):
        assert knowledge.findings[name].question, name


def test_the_clearance_knows_what_was_found(person: Callable[..., Case], knowledge: Knowledge) -> None:
    """Under an emergency nobody reads that it is unclear whether something is urgent, or that no sign was found."""
    told = {"saddle_numbness": True, "urinary_retention": True}
    some = appraise(person(told), knowledge)
    assert some.urgency == "emergency-same-day"
    assert some.clearance.says.startswith("What was found is reason enough to go now.")
    every = appraise(person({**harmless(knowledge), **told, "sphincter_symptom_days": 2}), knowledge)
    assert every.urgency == "emergency-same-day"
    assert "no emergency sign" not in every.clearance.says
    assert "none is true" not in every.clearance.says
    soon = appraise(person({"hand_clumsiness": True, "arm_hand_numbness": True}), knowledge)
    assert soon.urgency == "soon"
    assert "more urgent than that" in soon.clearance.says


def test_urgent_questions_come_in_the_order_of_what_they_settle(
    person: Callable[..., Case], knowledge: Knowledge
) -> None:
    """Nothing known: bladder and saddle before a question that settles nothing alone."""
    answer = appraise(person(), knowledge)
    urgent = {q.finding for g in answer.clearance.groups for q in g.questions}
    settled = [q.settles for q in answer.ask_next if q.finding in urgent]
    assert len(settled) == 12
    assert settled == sorted(settled, reverse=True)
    assert settled[-1] > 0
    assert {q.finding for q in answer.ask_next[:12]} <= urgent
