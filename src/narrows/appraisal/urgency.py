"""Urgency: the red flags that are true, those still open, and whether anything that a person can answer is left."""

from __future__ import annotations

from functools import lru_cache

from narrows.appraisal.answer import Clearance, Question, QuestionGroup, RedFlag
from narrows.appraisal.judged import Judged
from narrows.criteria.rules import WORDS, Rules
from narrows.knowledge.check import review_text
from narrows.knowledge.records.criterion import Criterion, Urgency

ORDER: tuple[Urgency, ...] = ("emergency-same-day", "urgent-within-2-weeks", "soon")


def urgency_of(judged: Judged) -> Urgency | None:
    """The highest urgency among red flags that are true; None when none is, which is not an all-clear."""
    found = {c.urgency for c in _red_flags(judged) if judged.truths[c.id]}
    return next((u for u in ORDER if u in found), None)


def red_flags(judged: Judged) -> tuple[RedFlag, ...]:
    """The red flags that are true, then those that are open, each by urgency."""
    shown = [
        c for c in _red_flags(judged) if judged.truths[c.id] or (judged.truths[c.id] is None and not c.only_when_told)
    ]
    shown.sort(key=lambda c: (judged.truths[c.id] is None, ORDER.index(c.urgency or "soon")))
    return tuple(_red_flag(judged, c) for c in shown)


def _red_flags(judged: Judged) -> tuple[Criterion, ...]:
    return flags_of(judged.rules)


@lru_cache(maxsize=4)
def flags_of(rules: Rules) -> tuple[Criterion, ...]:
    """The criteria that are red flags, in the order of the knowledge."""
    return tuple(rule.criterion for rule in rules.by_id.values() if rule.criterion.kind == "red-flag")


def _open_emergencies(judged: Judged) -> list[Criterion]:
    """Emergency rules that are open and that ask; a rule that only listens is not among them."""
    return [
        c
        for c in _red_flags(judged)
        if c.urgency == "emergency-same-day" and not c.only_when_told and judged.truths[c.id] is None
    ]


def _red_flag(judged: Judged, criterion: Criterion) -> RedFlag:
    truth = judged.truths[criterion.id]
    return RedFlag(
        criterion=criterion.id,
        label=criterion.label,
        truth=WORDS[truth],  # type: ignore[arg-type]
        urgency=criterion.urgency or "soon",
        says=criterion.says,
        pathway=criterion.pathway or "",
        why=judged.leaves(criterion.id) if truth else (),
        missing=judged.missing(criterion.id) if truth is None else (),
        sources=criterion.sources,
        assuming=judged.assumptions(criterion.id) if truth and judged.answer(criterion.id).assuming else (),
        verified=criterion.verified,
        unseen=criterion.unseen or "",
        reviewed=review_text(criterion),
    )


def open_emergency_findings(judged: Judged) -> tuple[str, ...]:
    """Findings that a person can answer and that leave an emergency rule open.

    Those that were never asked come first, by how many rules they leave open; then those that the person skipped or
    could not answer, which stay open all the same.
    """
    weight: dict[str, int] = {}
    for criterion in _open_emergencies(judged):
        for name in judged.missing(criterion.id):
            if judged.knowledge.findings[name].who_can_answer == "patient" and name not in judged.answered:
                weight[name] = weight.get(name, 0) + 1
    skipped = judged.case.missing
    return tuple(sorted(weight, key=lambda n: (skipped.get(n, "not_asked") != "not_asked", -weight[n], n)))


#: What stands before the open questions, by what has been found already.
_BEFORE_QUESTIONS = {
    "emergency-same-day": "What was found is reason enough to go now. Still open, and no reason to wait: ",
    "urgent-within-2-weeks": "Something was found that should be seen within two weeks. "
    "We cannot yet say whether it is more urgent than that: ",
    "soon": "Something was found that should be seen soon. We cannot yet say whether it is more urgent than that: ",
    None: "We cannot yet say whether something is urgent: ",
}


def clearance(judged: Judged, urgency: Urgency | None) -> Clearance:
    """Whether every question that a person can answer and an emergency rule still needs has been answered."""
    names = open_emergency_findings(judged)
    if names:
        groups = _grouped(judged, names)
        questions = f"{len(names)} question{'s' if len(names) > 1 else ''}"
        inside = f"in {len(groups)} group{'s' if len(groups) > 1 else ''}"
        verb = "" if urgency == "emergency-same-day" else " are open" if len(names) > 1 else " is open"
        return Clearance(complete=False, says=f"{_BEFORE_QUESTIONS[urgency]}{questions} {inside}{verb}.", groups=groups)
    if urgency == "emergency-same-day":
        return Clearance(complete=True, says="An emergency sign was found. Go now; no question is open.")
    unexamined = [
        judged.knowledge.findings[name].label
        for criterion in _open_emergencies(judged)
        for name in judged.missing(criterion.id)
    ]
    left = list(dict.fromkeys(unexamined))
    if left:
        return Clearance(
            complete=True,
            says="From what you can answer yourself, no emergency sign was found. "
            f"Only an examination or test can tell the rest: {', '.join(left[:6])}{' and others' if len(left) > 6 else ''}.",
        )
    return Clearance(
        complete=True, says="Every question that our emergency rules ask has been answered, and none is true."
    )


def _grouped(judged: Judged, names: tuple[str, ...]) -> tuple[QuestionGroup, ...]:
    groups = sorted(judged.knowledge.question_groups.values(), key=lambda g: g.order)
    made: list[QuestionGroup] = []
    left = set(names)
    for group in groups:
        inside = [name for name in group.findings if name in left]
        left -= set(inside)
        if inside:
            made.append(QuestionGroup(label=group.label, questions=tuple(question(judged, n, 0) for n in inside)))
    if left:
        rest = [n for n in names if n in left]
        made.append(QuestionGroup(label="Other questions", questions=tuple(question(judged, n, 0) for n in rest)))
    return tuple(made)


def question(judged: Judged, name: str, settles: int, decides: tuple[str, ...] = ()) -> Question:
    """A finding as a question."""
    finding = judged.knowledge.findings[name]
    return Question(
        finding=name,
        question=finding.question or f"{finding.label}?",
        settles=settles,
        who_can_answer=finding.who_can_answer,
        decides=decides,
    )
