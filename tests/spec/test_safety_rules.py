"""What holds for every rule about danger, whoever the person is.

Unknown never means no. `IS NULL` is used in these rules only to make silence louder: it can turn an alarm on when an answer
is forgotten, never off. Assumptions stand for the worst that the missing answer could be.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrows.criteria import Facts, Rule, Rules, rules_of
from narrows.criteria import nodes as n
from narrows.criteria.cases import answer
from narrows.knowledge import Knowledge, load
from narrows.knowledge.records.criterion import Criterion, CriterionCase
from narrows.knowledge.records.finding import Finding

KNOWLEDGE = load([])
RULES = rules_of(KNOWLEDGE)
DANGER = [r for r in RULES.by_id.values() if r.criterion.kind in ("red-flag", "contraindication")]
EMERGENCY = [r for r in DANGER if r.criterion.urgency == "emergency-same-day"]
ASSUMING = [r for r in DANGER if r.criterion.assume]
PROCEDURE_RULES = (
    "infection-after-procedure",
    "deficit-after-procedure",
    "postural-headache-after-procedure",
    "meningitis-after-procedure",
    "embolism-after-procedure",
    "postop-haematoma",
)


def _limits(rule: Rule) -> dict[str, set[float]]:
    """The numbers that a rule compares each finding with."""
    limits: dict[str, set[float]] = {}
    trees = [rule.parsed.when] if rule.parsed.when else []
    for node in [x for tree in [*trees, *(c for c, _ in rule.parsed.points)] for x in n.walk(tree)]:
        if isinstance(node, n.Compare) and isinstance(node.left, n.Value) and isinstance(node.right, n.Number):
            limits.setdefault(node.left.finding, set()).add(float(node.right.value))
    return limits


def _values(finding: Finding, limits: set[float]) -> list[Any]:
    """Values on both sides of every limit; for a yes or no mostly yes, for a choice every code."""
    if finding.type == "boolean":
        return [True, True, False]
    if finding.choices and not limits:
        return [choice.code for choice in finding.choices]
    return sorted({x for limit in limits for x in (limit - 1, limit, limit + 1) if x >= (finding.min or 0)}) or [1]


@st.composite
def rules_with_people(draw: st.DrawFn, among: list[Rule]) -> tuple[Rule, dict[str, Any]]:
    """A rule about danger, and a person of whom some of its findings are known."""
    rule = draw(st.sampled_from(among))
    limits = _limits(rule)
    person = {
        name: draw(st.sampled_from([None, *_values(KNOWLEDGE.findings[name], limits.get(name, set()))]))
        for name in rule.findings
    }
    return rule, {name: value for name, value in person.items() if value is not None}


def _ask(rule: Rule, person: dict[str, Any]) -> bool | None:
    values: list[Any] = [None] * len(RULES.layout.names)
    for name, value in person.items():
        values[RULES.layout.position[name]] = value
    return rule.ask(Facts(values, {level: list(values) for level in rule.levels[:1]}, frozenset())).truth


@settings(max_examples=800, deadline=None)
@given(rules_with_people(DANGER))
def test_forgetting_an_answer_never_turns_a_true_alarm_or_bar_false(drawn: tuple[Rule, dict[str, Any]]) -> None:
    """True, with any one answer taken away, is true or unknown."""
    rule, person = drawn
    if _ask(rule, person):
        for name in person:
            rest = {key: value for key, value in person.items() if key != name}
            assert _ask(rule, rest) is not False, (rule.id, name, person)


@pytest.mark.parametrize("rule", ASSUMING, ids=[r.id for r in ASSUMING])
def test_an_assumption_is_the_worst_that_the_answer_could_be(rule: Rule) -> None:
    """What is true with a known answer is true with the assumed one."""

    @settings(max_examples=60, deadline=None)
    @given(rules_with_people([rule]))
    def assumed(drawn: tuple[Rule, dict[str, Any]]) -> None:
        _, person = drawn
        if _ask(rule, person):
            for name in rule.criterion.assume:
                rest = {key: value for key, value in person.items() if key != name}
                assert _ask(rule, rest) is True, (name, person)

    assumed()


CASES = [
    (r.criterion, case)
    for r in DANGER
    if r.criterion.kind == "red-flag"
    for case in r.criterion.case
    if case.expect == "true"
]


@pytest.mark.parametrize(("criterion", "case"), CASES, ids=[f"{c.id}: {case.who}" for c, case in CASES])
def test_danger_with_its_confirming_detail_unknown(criterion: Criterion, case: CriterionCase, rules: Rules) -> None:
    """Each example in danger, with any one detail unknown, stays true or becomes unknown."""
    for name in case.findings:
        rest = {key: value for key, value in case.findings.items() if key != name}
        example = CriterionCase(expect="true", who=case.who, findings=rest)
        assert answer(criterion.id, example, rules) != "false", name


@pytest.mark.parametrize("kind", ["red-flag", "diagnosis"])
def test_every_rule_of_a_kind_has_people_that_prove_it(kind: str, knowledge: Knowledge, rules: Rules) -> None:
    """At least one true, one false and one unknown person each, and all of them hold."""
    from narrows.criteria.cases import check

    criteria = [c for c in knowledge.criteria.values() if c.kind == kind]
    assert [p.problem for c in criteria for p in check(c, rules)] == []
    assert len(criteria) > 40


@pytest.mark.parametrize("rule", PROCEDURE_RULES)
def test_no_procedure_closes_the_rules_about_what_follows_one(rule: str, rules: Rules) -> None:
    """A rule that cannot apply is false, not unknown, even for someone with fever."""
    person = {"procedure_received": "none", "fever": True, "urinary_retention": True, "sphincter_symptom_days": 900}
    assert answer(rule, CriterionCase(expect="false", who="someone", findings=person), rules) == "false"


def test_the_alarm_and_what_is_freed_from_it_leave_no_gap(knowledge: Knowledge) -> None:
    """Every emergency rule with an exception of time names it where the reader sees it."""
    timed = [
        r.criterion
        for r in EMERGENCY
        if "NOT (symptom_duration_months" in (r.criterion.when or "") or "NOT (sphincter" in (r.criterion.when or "")
    ]
    assert len(timed) >= 10
    assert [c.id for c in timed if not c.unseen] == []


def test_changed_and_new_rules_keep_their_mark(knowledge: Knowledge) -> None:
    """An emergency rule whose exact text was not read says so; none is marked as reviewed by a clinician."""
    rules = [c for c in knowledge.criteria.values() if c.kind == "red-flag"]
    assert [c.id for c in rules if not c.verified and not c.unseen] == []
    assert [c.id for c in rules if c.reviewed_by] == []
    assert [c.id for c in rules if not c.pathway or not c.urgency] == []
