"""The example cases that prove a criterion: each is evaluated, and each of true, false and unknown must be there."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from narrows.case.entry import Entry
from narrows.criteria.facts import facts_of
from narrows.criteria.rules import WORDS, Rules
from narrows.knowledge import Knowledge
from narrows.knowledge.records.criterion import Criterion, CriterionCase
from narrows.problem import InputError, Problem

EXPECTED = ("true", "false", "unknown")
_DAY = datetime.date(2026, 1, 1)


def check(criterion: Criterion, rules: Rules) -> Iterator[Problem]:
    """What is wrong with the example cases of a criterion: a missing kind, an impossible person, a wrong answer."""
    where = f"{rules.knowledge.place('criteria', criterion.id)}, {criterion.id}"
    absent = [e for e in EXPECTED if not any(c.expect == e for c in criterion.case)]
    if absent:
        yield Problem(f"no example case that is {' or '.join(absent)}", where, "add a [[criterion.case]] for each")
    for case in criterion.case:
        try:
            truth = answer(criterion.id, case, rules)
        except InputError as error:
            yield from (Problem(f"case '{case.who}': {p.problem}", where, p.fix) for p in error.problems)
            continue
        if truth != case.expect:
            yield Problem(
                f"case '{case.who}' should be {case.expect} and is {truth}", where, "mend the case or the rule"
            )


def answer(criterion: str, example: CriterionCase, rules: Rules) -> str:
    """The truth of a criterion for an example case, as a word.

    Raises InputError when the case is no possible person.
    """
    entry = Entry(rules.knowledge, lambda path: path, today=_DAY)
    case = entry.take(
        {
            "id": "example",
            "as_of": _DAY,
            "findings": example.findings,
            "levels": example.levels,
            "levels_read": list(example.levels_read),
        }
    )
    return WORDS[rules.by_id[criterion].ask(facts_of(case, rules.layout)).truth]


def check_all(knowledge: Knowledge, rules: Rules) -> list[Problem]:
    """What is wrong with the example cases of all criteria."""
    return [p for key in rules.by_id for p in check(knowledge.criteria[key], rules)]
