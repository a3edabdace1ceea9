"""The appraisal of one person: everything that follows from the case and the rules, before evidence is joined."""

from __future__ import annotations

from narrows.appraisal.answer import Appraisal
from narrows.appraisal.changes import changes
from narrows.appraisal.disagreement import disagreements
from narrows.appraisal.judged import Judged
from narrows.appraisal.plan import follow_up, plan
from narrows.appraisal.questions import ask_next
from narrows.appraisal.severity import narrowing, severity
from narrows.appraisal.standing import answers, setting_of
from narrows.appraisal.syndromes import standings, syndromes
from narrows.appraisal.urgency import clearance, red_flags, urgency_of
from narrows.case import Case
from narrows.criteria.rules import WORDS
from narrows.knowledge import Knowledge


def appraise(case: Case, knowledge: Knowledge) -> Appraisal:
    """Appraise one person.

    The same case, knowledge and version give the same answer, byte for byte. What is known of each option
    (outcomes, harms, price, law) is joined by `narrows.options.whole_answer`.
    """
    judged = Judged(case, knowledge)
    urgency = urgency_of(judged)
    setting = setting_of(judged, urgency)
    stands = standings(judged)
    options = answers(judged, setting)
    cleared = clearance(judged, urgency)
    return Appraisal(
        case=case.as_dict(),
        knowledge=knowledge.stamp,
        urgency=urgency,
        clearance=cleared,
        criteria={key: WORDS[truth] for key, truth in judged.truths.items()},  # type: ignore[misc]
        red_flags=red_flags(judged),
        syndromes=syndromes(judged, stands),
        severity=severity(judged),
        narrowing=narrowing(judged),
        options=options,
        ask_next=ask_next(judged, setting, stands),
        plan=plan(judged, urgency, stands, options, cleared=cleared.complete),
        follow_up=follow_up(judged, urgency),
        disagreements=disagreements(judged),
        aftercare=tuple(
            judged.reason(key)
            for key, rule in judged.rules.by_id.items()
            if rule.criterion.kind == "aftercare" and judged.truths[key]
        ),
        changes=changes(judged),
        notices=tuple(case.notices),
    )
