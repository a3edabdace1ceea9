"""One case judged: the truth of every criterion, and reasons made on demand."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from narrows.appraisal.answer import Leaf, Reason
from narrows.case import Case
from narrows.criteria import Answer, Facts, Rules, facts_of, rules_of
from narrows.criteria.person import Truth
from narrows.criteria.rules import WORDS
from narrows.criteria.why import Deciding, deciding, missing, shown_value, text_of
from narrows.knowledge import Knowledge


class Judged:
    """A case, the rules, and what they answer."""

    def __init__(self, case: Case, knowledge: Knowledge) -> None:
        self.case = case
        self.knowledge = knowledge
        self.rules: Rules = rules_of(knowledge)
        self.facts: Facts = facts_of(case, self.rules.layout)
        self.truths: dict[str, Truth] = self.rules.truths(self.facts)
        self._answers: dict[str, Answer] = {}
        self._missing: dict[str, tuple[str, ...]] = {}

    def answer(self, criterion: str) -> Answer:
        """The whole answer of one criterion, worked out once."""
        known = self._answers.get(criterion)
        if known is None:
            rule = self.rules.by_id[criterion]
            # A rule about the person without assumptions is its truth; the others also tell levels and assumptions.
            whole = rule.levels or rule.assumed
            known = rule.ask(self.facts) if whole else Answer(self.truths[criterion])
            self._answers[criterion] = known
        return known

    def missing(self, criterion: str) -> tuple[str, ...]:
        """The findings whose absence leaves a criterion unknown."""
        known = self._missing.get(criterion)
        if known is None:
            rule = self.rules.by_id[criterion]
            known = missing(rule, self.facts, self.answer(criterion))
            self._missing[criterion] = known
        return known

    def missing_of(self, criteria: Iterable[str]) -> tuple[str, ...]:
        """The missing findings of several criteria, each once."""
        return tuple(dict.fromkeys(name for key in criteria for name in self.missing(key)))

    def deciding(self, criterion: str) -> tuple[Deciding, ...]:
        """The deciding leaves of a criterion, not yet in words."""
        return deciding(self.rules.by_id[criterion], self.facts, self.answer(criterion))

    def leaves(self, criterion: str) -> tuple[Leaf, ...]:
        """The deciding leaves of a criterion in words."""
        layout = self.rules.layout
        leaves: dict[tuple[str, str], Leaf] = {}  # the same comparison may stand in two branches of a rule
        for one in self.deciding(criterion):
            text = text_of(one, self.facts, layout)
            holds: Any = WORDS[one.truth]
            leaves.setdefault((text, holds), Leaf(finding=one.leaf.names[0], text=text, holds=holds, level=one.level))
        return tuple(leaves.values())

    def reason(self, criterion: str) -> Reason:
        """A criterion as a reason."""
        entry = self.knowledge.criteria[criterion]
        answer = self.answer(criterion)
        return Reason(
            criterion=criterion,
            says=entry.says,
            why=self.leaves(criterion),
            sources=entry.sources,
            source_kind=entry.source_kind,
            strength=entry.strength or "",
            verified=entry.verified,
            unseen=entry.unseen or "",
            assuming=self.assumptions(criterion) if answer.assuming else (),
            levels=answer.levels,
        )

    def assumptions(self, criterion: str) -> tuple[str, ...]:
        """What a criterion takes for granted where it is not known, in words."""
        rule = self.rules.by_id[criterion]
        layout = self.rules.layout
        said = []
        for at, value in rule.assumed:
            finding = layout.findings[layout.names[at]]
            if self.facts.person[at] is None:
                said.append(f"{finding.label} is not known and is taken as {shown_value(value, finding)}")
        return tuple(said)

    def value(self, finding: str) -> object:
        """The person's own value of a finding as rules read it; None when it is unknown."""
        return self.facts.person[self.rules.layout.position[finding]]

    @cached_property
    def answered(self) -> frozenset[str]:
        """Findings with a value, or said not to apply."""
        given = set(self.case.findings) | {n for values in self.case.levels.values() for n in values}
        return frozenset(given | {n for n, reason in self.case.missing.items() if reason == "not_applicable"})
