"""Criteria as rules that can be asked: condition, points by bounds, assumption, levels with their quantifier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from narrows import __version__
from narrows.case.dictionary import Refused, accept
from narrows.criteria.facts import Cover, Facts, Layout, layout_of
from narrows.criteria.nodes import Condition, findings_of
from narrows.criteria.person import Branch, Test, Truth, compile_condition
from narrows.knowledge import Knowledge, cache
from narrows.knowledge.check import unresolved
from narrows.knowledge.levels import LEVELS, LEVELS_OF
from narrows.knowledge.records.criterion import Criterion
from narrows.problem import InputError, Problem

WORDS = {True: "true", False: "false", None: "unknown"}


class Parsed(msgspec.Struct, frozen=True):
    """The nodes of one criterion, as the cache keeps them."""

    when: Condition | None
    points: tuple[tuple[Condition, int], ...]


class Answer(NamedTuple):
    """A rule's answer: its truth, the levels at which it is true, and whether an assumption decided."""

    truth: Truth
    levels: tuple[str, ...] = ()
    assuming: bool = False


@dataclass(slots=True)
class Rule:
    """One criterion, ready to be asked."""

    id: str
    criterion: Criterion
    parsed: Parsed
    findings: tuple[str, ...]
    levels: tuple[str, ...]  # applicable levels; empty for a rule about the person
    test: Test
    assumed: tuple[tuple[int, Any], ...]
    layout: Layout
    at_any_level: bool = False
    _branches: tuple[Branch | None, tuple[tuple[Branch, int], ...]] | None = None

    @property
    def branches(self) -> tuple[Branch | None, tuple[tuple[Branch, int], ...]]:
        """The condition and the points as branches, made when a reason is first asked for."""
        if self._branches is None:
            when = Branch(self.parsed.when, self.layout) if self.parsed.when is not None else None
            self._branches = (when, tuple((Branch(c, self.layout), add) for c, add in self.parsed.points))
        return self._branches

    def ask(self, facts: Facts) -> Answer:
        """The answer for one person."""
        if not self.assumed:
            return self._plain(facts)
        without = self._plain(facts)
        answer = self._assuming(facts)
        return answer._replace(assuming=answer.truth is not without.truth)

    def truth(self, facts: Facts) -> Truth:
        """The truth alone."""
        if not self.levels:
            if not self.assumed:
                return self.test(facts.person)
            filled = self._assume(facts)
            truth = self.test(facts.person)
            for values, at in filled:
                values[at] = None
            return truth
        if self.assumed:
            return self._assuming(facts).truth
        if self.at_any_level:
            return anywhere(self.test, facts.cover(self.levels), facts.person)
        return self._plain(facts).truth

    def _assuming(self, facts: Facts) -> Answer:
        """The answer with the assumptions in their places; they are put in and taken out, which costs no copy."""
        filled = self._assume(facts)
        try:
            return self._plain(facts)
        finally:
            for values, at in filled:
                values[at] = None

    def _assume(self, facts: Facts) -> list[tuple[list[Any], int]]:
        """Put the assumptions where nothing is known; the places that were filled."""
        lists = (facts.person, *facts.levels.values()) if self.levels else (facts.person,)
        filled = []
        for at, value in self.assumed:
            for values in lists:
                if values[at] is None:
                    values[at] = value
                    filled.append((values, at))
        return filled

    def with_assumptions(self, facts: Facts) -> Facts:
        """The facts with the rule's assumptions where a finding is unknown; the same object when none is."""
        needed = [(at, value) for at, value in self.assumed if facts.person[at] is None]
        if not needed:
            return facts
        person = list(facts.person)
        levels = {level: list(values) for level, values in facts.levels.items()}
        for at, value in needed:
            for values in (person, *levels.values()):
                if values[at] is None:
                    values[at] = value
        return Facts(person, levels, facts.levels_read)

    def _plain(self, facts: Facts) -> Answer:
        if not self.levels:
            return Answer(self.test(facts.person))
        return quantify(self.criterion.quantifier or "any", list(self.at_levels(facts)))

    def at_levels(self, facts: Facts) -> Iterator[tuple[str, Truth]]:
        """The truth at each applicable level; '' stands for a level of which nothing was recorded (see Facts.cover)."""
        test = self.test
        named, unrecorded = facts.cover(self.levels)
        for level, values in named:
            yield level, test(values)
        if unrecorded:
            truth = test(facts.person)
            for _ in range(unrecorded):
                yield "", truth


def quantify(quantifier: str, truths: Sequence[tuple[str, Truth]]) -> Answer:
    """The answer over levels: any, all, or at least two, in three-valued logic."""
    true_at = tuple(level for level, truth in truths if truth and level)
    certain = sum(1 for _, truth in truths if truth)
    conceivable = sum(1 for _, truth in truths if truth is not False)
    needed = {"any": 1, "at-least-2": 2, "all": len(truths)}[quantifier]
    if quantifier == "at-least-2":
        # A condition that holds without any level's value is one observation, not two.
        certain = len(true_at)
        conceivable = max(conceivable, certain)
    truth: Truth = True if certain >= needed else False if conceivable < needed else None
    return Answer(truth, true_at if truth else ())


def _point_test(when: Test | None, items: tuple[tuple[Test, int], ...], limit: int) -> Test:
    """True when the lowest possible total reaches the limit, false when the highest stays below it."""

    def points(values: Sequence[Any]) -> Truth:
        low = high = 0
        for test, add in items:
            truth = test(values)
            if truth:
                low += add
                high += add
            elif truth is None:
                low += min(add, 0)
                high += max(add, 0)
        reached: Truth = True if low >= limit else False if high < limit else None
        if when is None or reached is False:
            return reached
        condition = when(values)
        return False if condition is False else None if condition is None or reached is None else True

    return points


class Rules:
    """Every rule of a knowledge, with the layout that their closures read."""

    def __init__(self, knowledge: Knowledge, parsed: dict[str, Parsed]) -> None:
        self.layout: Layout = layout_of(knowledge)
        self.knowledge = knowledge
        self.by_id: dict[str, Rule] = {
            key: self._rule(knowledge.criteria[key], nodes)
            for key, nodes in parsed.items()
            if knowledge.criteria[key].withdrawn_on is None
        }
        self.uses: dict[str, tuple[Rule, ...]] = {}
        for rule in self.by_id.values():
            for name in rule.findings:
                self.uses[name] = (*self.uses.get(name, ()), rule)
        every = self.by_id.values()
        self._of_person = [(r.id, r.test) for r in every if not r.levels and not r.assumed]
        covers = list(dict.fromkeys(r.levels for r in every if r.at_any_level))
        self._covers = covers
        self._at_any_level = [(r.id, r.test, covers.index(r.levels)) for r in every if r.at_any_level]
        self._others = [r for r in every if (r.levels and not r.at_any_level) or r.assumed]

    def _rule(self, criterion: Criterion, parsed: Parsed) -> Rule:
        conditions = [*([parsed.when] if parsed.when else []), *(c for c, _ in parsed.points)]
        names = tuple(dict.fromkeys(name for c in conditions for name in findings_of(c)))
        when = compile_condition(parsed.when, self.layout) if parsed.when else None
        if criterion.points_at_least is not None:
            items = tuple((compile_condition(c, self.layout), add) for c, add in parsed.points)
            test = _point_test(when, items, criterion.points_at_least)
        else:
            assert when is not None
            test = when
        assumed = tuple((self.layout.position[name], value) for name, value in criterion.assume.items())
        levels = applicable(criterion, names, self.knowledge)
        at_any = bool(levels) and not assumed and criterion.quantifier == "any"
        return Rule(criterion.id, criterion, parsed, names, levels, test, assumed, self.layout, at_any)

    def truths(self, facts: Facts) -> dict[str, Truth]:
        """The truth of every rule for one person, in the order of the knowledge."""
        person = facts.person
        answers: dict[str, Truth] = {key: test(person) for key, test in self._of_person}
        covers = [facts.cover(levels) for levels in self._covers]
        for key, test, at in self._at_any_level:
            answers[key] = anywhere(test, covers[at], person)
        for rule in self._others:
            answers[rule.id] = rule.truth(facts)
        return {key: answers[key] for key in self.by_id}


def anywhere(test: Test, cover: Cover, person: Sequence[Any]) -> Truth:
    """`any` over levels, written out because it is by far the most common: true somewhere, or unknown somewhere, or false."""
    named, unrecorded = cover
    answer: Truth = test(person) if unrecorded else False
    if answer:
        return True
    for _, values in named:
        at_level = test(values)
        if at_level:
            return True
        if at_level is None:
            answer = None
    return answer


def applicable(criterion: Criterion, names: Sequence[str], knowledge: Knowledge) -> tuple[str, ...]:
    """The levels that a level rule covers: the region of all its level findings, its own region, its own levels."""
    if criterion.scope != "level":
        return ()
    covered = set(LEVELS)
    for name in names:
        finding = knowledge.findings[name]
        if finding.per_level:
            covered &= set(LEVELS_OF[finding.region or "both"])
    if criterion.region:
        covered &= set(LEVELS_OF[criterion.region])
    if criterion.levels:
        covered &= set(criterion.levels)
    return tuple(level for level in LEVELS if level in covered)


@lru_cache(maxsize=4)
def rules_of(knowledge: Knowledge) -> Rules:
    """The rules of a knowledge, parsed once per content.

    Raises InputError with every condition that is wrong, its file and its line.
    """
    name = f"criteria-{__version__}"

    def make() -> bytes:
        return msgspec.msgpack.encode(parse_all(knowledge))

    kind = dict[str, Parsed]
    try:
        parsed = msgspec.msgpack.decode(cache.remembered(name, knowledge.sha256, make), type=kind)
    except msgspec.DecodeError:  # written by other code: make it anew
        cache.forget(name, knowledge.sha256)
        parsed = msgspec.msgpack.decode(make(), type=kind)
    return Rules(knowledge, parsed)


def parse_all(knowledge: Knowledge) -> dict[str, Parsed]:
    """The nodes of every criterion.

    Raises InputError with every problem.
    """
    problems: list[Problem] = []
    parsed: dict[str, Parsed] = {}
    for criterion in knowledge.criteria.values():
        for found in _parse(criterion, knowledge):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                parsed[criterion.id] = found
    if knowledge.folders:  # ours is proved by `narrows knowledge check`; a clinic's folder is proved when it is used
        problems.extend(unresolved(knowledge))
    if problems:
        raise InputError(problems)
    return parsed


def _parse(criterion: Criterion, knowledge: Knowledge) -> Iterator[Parsed | Problem]:
    from narrows.criteria.parse import ConditionError, parse

    where = f"{knowledge.place('criteria', criterion.id)}, {criterion.id}"
    try:
        when = parse(criterion.when, knowledge.findings) if criterion.when is not None else None
        points = tuple((parse(p.when, knowledge.findings), p.add) for p in criterion.points)
    except ConditionError as error:
        yield Problem(error.problem, where, error.fix)
        return
    problems = list(_form(criterion, when, points, knowledge, where))
    yield from problems
    if not problems:
        yield Parsed(when, points)


def _form(
    criterion: Criterion,
    when: Condition | None,
    points: tuple[tuple[Condition, int], ...],
    knowledge: Knowledge,
    where: str,
) -> Iterator[Problem]:
    if (criterion.points_at_least is None) != (not points):
        yield Problem("points and points_at_least belong together", where, "give both, or neither")
    if when is None and not points:
        yield Problem("a criterion needs a condition or points", where, "add when, or points")
    names = [name for c in ([when] if when else []) + [c for c, _ in points] for name in findings_of(c)]
    levelled = [name for name in names if knowledge.findings[name].per_level]
    if criterion.scope == "person" and levelled:
        yield Problem(
            f"{levelled[0]} belongs to a level; this rule is about the person",
            where,
            'scope = "level" and a quantifier',
        )
    if criterion.scope == "level":
        if not levelled:
            yield Problem("a rule about levels names no finding of a level", where, 'scope = "person"')
        elif not applicable(criterion, names, knowledge):
            yield Problem(
                "no level is left: its findings and its region exclude one another", where, "check region and levels"
            )
    for level in criterion.levels:
        if level not in LEVELS:
            yield Problem(f"no level '{level}'", where, f"levels: {', '.join(LEVELS)}")
    if criterion.kind == "red-flag" and criterion.urgency is None:
        yield Problem("a red flag without an urgency", where, "emergency-same-day, urgent-within-2-weeks or soon")
    if criterion.kind == "contraindication" and criterion.strength is None:
        yield Problem("a contraindication without its strength", where, "absolute or relative")
    for name, value in criterion.assume.items():
        finding = knowledge.findings.get(name)
        if finding is None:
            yield Problem(f"assume names no finding '{name}'", where, "see docs/reference/findings.md")
        elif name not in names:
            yield Problem(f"assume names {name}, which the condition does not read", where, "take it out")
        else:
            try:
                accept(value, finding, knowledge)
            except Refused as refused:
                yield Problem(f"assume: {refused.problem}", where, refused.fix)
