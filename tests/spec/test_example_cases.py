"""The example cases of the criteria hold, and each part of a condition decides for somebody among them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from narrows.case.entry import Entry
from narrows.criteria import Rules, facts_of
from narrows.criteria.cases import check
from narrows.criteria.nodes import And, Condition, Holds, In, IsNull, Not, Or, findings_of
from narrows.criteria.person import compile_condition
from narrows.criteria.rules import WORDS
from narrows.knowledge import Knowledge

KINDS = ("contraindication", "indication", "imaging", "severity", "caution", "predictor", "aftercare")

#: Parts that cannot decide, because another part says as much: (criterion, findings of the part).
SAID_TWICE = {
    ("ci-blood-cancer-prp", ("active_cancer", "past_cancer")),  # a cancer of the blood is a cancer
    ("ind-disc-cells-trial", ("low_back_pain",)),  # pain that is mainly in the back is back pain
    # a spacer asks for relief on bending forward anyway
    ("ind-spacer-superion", ("relief_sitting", "relief_bending_forward", "relief_cart_or_bicycle")),
    ("ind-spacer-superion", ("relief_sitting",)),
    ("ind-spacer-superion", ("relief_cart_or_bicycle",)),
}


def without_one_part(condition: Condition) -> Iterator[tuple[Condition, Condition]]:
    """Each part of an AND or OR, with the condition as it reads without it."""
    match condition:
        case And(parts) | Or(parts):
            for at, part in enumerate(parts):
                rest = parts[:at] + parts[at + 1 :]
                yield part, rest[0] if len(rest) == 1 else type(condition)(rest)
                for deeper, changed in without_one_part(part):
                    yield deeper, type(condition)((*parts[:at], changed, *parts[at + 1 :]))
        case Not(part):
            for deeper, changed in without_one_part(part):
                yield deeper, Not(changed)
        case _:
            return


@pytest.mark.parametrize("kind", KINDS)
def test_example_cases_hold(kind: str, rules: Rules) -> None:
    """At least one that is true, one false, one unknown, and each answered as it says."""
    of_kind = [rule.criterion for rule in rules.by_id.values() if rule.criterion.kind == kind]
    assert of_kind
    assert [str(problem) for criterion in of_kind for problem in check(criterion, rules)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_each_part_of_a_condition_decides_for_somebody(kind: str, rules: Rules, knowledge: Knowledge) -> None:
    """Take a part out, and the answer for at least one of the people changes."""
    entry = Entry(knowledge, lambda path: path)
    idle = set()
    for rule in rules.by_id.values():
        if rule.criterion.kind != kind or rule.parsed.when is None:
            continue
        people = [
            (
                facts_of(
                    entry.take(
                        {
                            "id": "example",
                            "as_of": "2026-01-01",
                            "findings": example.findings,
                            "levels": example.levels,
                            "levels_read": list(example.levels_read),
                        }
                    ),
                    rules.layout,
                ),
                example.expect,
            )
            for example in rule.criterion.case
        ]
        for part, changed in without_one_part(rule.parsed.when):
            mutant = dataclasses.replace(rule, test=compile_condition(changed, rules.layout))
            if all(WORDS[mutant.ask(facts).truth] == expect for facts, expect in people):
                idle.add((rule.id, findings_of(part)))
    assert idle - SAID_TWICE == set()


def test_parts_are_found_at_every_depth() -> None:
    """Two parts of the OR, the OR itself and its neighbour; nothing in a single comparison."""
    condition = And((Or((Holds("fever"), Not(Holds("leg_pain")))), In("sex", ("male",))))
    assert [findings_of(part) for part, _ in without_one_part(condition)] == [
        ("fever", "leg_pain"),
        ("fever",),
        ("leg_pain",),
        ("sex",),
    ]
    assert list(without_one_part(IsNull("age"))) == []
