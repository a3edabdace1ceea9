"""What to ask next: findings in the order of how many decisions they could settle, found by trying their values."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from narrows.appraisal.answer import Question, SyndromeStanding
from narrows.appraisal.judged import Judged
from narrows.appraisal.standing import OptionRules, Setting, deciding_indications, option_rules, waits
from narrows.appraisal.syndromes import standing_of as syndrome_standing
from narrows.appraisal.urgency import flags_of, open_emergency_findings, question
from narrows.criteria import Rule, Rules
from narrows.criteria.nodes import Between, Compare, Number, Value, walk
from narrows.criteria.person import Truth
from narrows.knowledge import Knowledge

MOST = 12  # questions returned; nobody answers more at once


@lru_cache(maxsize=4)
def trial_values(rules: Rules) -> dict[str, tuple[Any, ...]]:
    """For each finding the values worth trying: true and false, every code, and a number on each side of every limit."""
    limits: dict[str, set[float]] = {}
    for rule in rules.by_id.values():
        for condition in [c for c in (rule.parsed.when, *(c for c, _ in rule.parsed.points)) if c]:
            for node in walk(condition):
                if isinstance(node, Compare) and isinstance(node.left, Value) and isinstance(node.right, Number):
                    limits.setdefault(node.left.finding, set()).add(node.right.value)
                elif isinstance(node, Between) and isinstance(node.term, Value):
                    limits.setdefault(node.term.finding, set()).update(
                        end.value for end in (node.low, node.high) if isinstance(end, Number)
                    )
    values: dict[str, tuple[Any, ...]] = {}
    for name in rules.uses:
        finding = rules.layout.findings[name]
        if finding.type == "boolean":
            values[name] = (True, False)
        elif finding.choices:
            values[name] = tuple(c.code for c in finding.choices)
        else:
            values[name] = _around(sorted(limits.get(name, ())))
    return values


def _around(limits: list[float]) -> tuple[float, ...]:
    """One number in every stretch between the limits, and the outermost beyond them; at most four."""
    if not limits:
        return ()
    inner = [(a + b) / 2 for a, b in itertools.pairwise(limits)]
    every = [limits[0] - 1, *inner, limits[-1] + 1]
    if len(every) > 4:
        every = [every[0], every[len(every) // 3], every[2 * len(every) // 3], every[-1]]
    return tuple(every)


def ask_next(judged: Judged, setting: Setting, stands: dict[str, SyndromeStanding]) -> tuple[Question, ...]:
    """The findings whose answer could settle most, those that an open emergency rule needs before all others.

    Among the urgent ones a question that was skipped comes after those that were never asked.
    """
    tally = _Tally(judged, setting, stands)
    urgent = open_emergency_findings(judged)
    place = {name: at for at, name in enumerate(urgent)}  # of two that settle as much, the one that more rules wait for
    skipped = [n for n in urgent if judged.case.missing.get(n, "not_asked") != "not_asked"]
    asked = [n for n in urgent if n not in skipped]
    chosen = tally.best(asked, MOST, place.__getitem__)
    chosen += tally.best(skipped, MOST - len(chosen), place.__getitem__)
    rest = [n for n in _open_findings(judged) if n not in place]
    findings = judged.knowledge.findings
    others = tally.best(rest, max(MOST - len(urgent), 4), lambda n: (findings[n].who_can_answer != "patient", n))
    chosen += [n for n in others if tally.score(n)[0]]
    return tuple(question(judged, n, *tally.score(n)) for n in chosen)


def _open_findings(judged: Judged) -> Iterable[str]:
    """Unknown findings of the person that undecided rules read; of levels only when a level is named."""
    for name, rules in judged.rules.uses.items():
        finding = judged.rules.layout.findings[name]
        if name in judged.answered or judged.case.missing.get(name) in ("refused", "unknown", "died", "lost"):
            continue
        if finding.per_level and not judged.case.levels:
            continue
        if any(judged.truths[r.id] is None and not r.criterion.only_when_told for r in rules):
            yield name


class _Tally:
    """Counts what an answer would settle by asking the undecided rules again with it."""

    def __init__(self, judged: Judged, setting: Setting, stands: dict[str, SyndromeStanding]) -> None:
        self.judged = judged
        self.values = trial_values(judged.rules)
        self.flags = {c.id for c in flags_of(judged.rules)}
        self.options = _options_by_criterion(judged.knowledge)
        self.open_options = {
            key: _Open(rules, judged.truths, setting)
            for key, rules in option_rules(judged.knowledge).items()
            if not waits(rules, setting, judged.truths)
        }
        self.syndromes = _syndromes_by_criterion(judged.knowledge)
        self.stands = stands
        self._undecided: dict[str, tuple[Rule, ...]] = {}
        self._scores: dict[str, tuple[int, tuple[str, ...]]] = {}

    def undecided(self, name: str) -> tuple[Rule, ...]:
        """The undecided rules that read a finding."""
        known = self._undecided.get(name)
        if known is None:
            truths = self.judged.truths
            known = self._undecided[name] = tuple(r for r in self.judged.rules.uses[name] if truths[r.id] is None)
        return known

    def best(self, names: Iterable[str], places: int, tie: Callable[[str], Any]) -> list[str]:
        """The names whose answers settle most, at most so many; `tie` orders those that settle as much."""
        found: list[tuple[int, Any, str]] = []
        # An answer cannot settle more than it touches: once that bound is below the last place, nothing better follows.
        for bound, name in sorted(((self.bound(name), name) for name in names), reverse=True):
            if len(found) == places and (not places or bound < -found[-1][0]):
                break
            found.append((-self.score(name)[0], tie(name), name))
            found = sorted(found)[:places]
        return [name for _, _, name in found]

    def score(self, name: str) -> tuple[int, tuple[str, ...]]:
        """How many decisions the most telling answer settles, and which; worked out once."""
        known = self._scores.get(name)
        if known is None:
            known = self._scores[name] = self._score(name)
        return known

    def _score(self, name: str) -> tuple[int, tuple[str, ...]]:
        best: tuple[str, ...] = ()
        for value in self.values.get(name, ()):
            settled = self._settled(name, value)
            if len(settled) > len(best):
                best = settled
        return len(best), best

    def bound(self, name: str) -> int:
        """The most decisions that any answer could settle: all that its undecided rules touch."""
        touched: set[str] = set()
        flags = 0
        for rule in self.undecided(name):
            flags += rule.id in self.flags
            touched.update(o for o in self.options.get(rule.id, ()) if o in self.open_options)
            touched.update(s for s in self.syndromes.get(rule.id, ()) if self.stands[s] == "unknown")
        return flags + len(touched)

    def _settled(self, name: str, value: Any) -> tuple[str, ...]:
        truths = self._truths_with(name, value)
        if not truths:
            return ()
        settled = [f"urgency:{c}" for c in truths if c in self.flags]
        touched = {option for c in truths for option in self.options.get(c, ()) if option in self.open_options}
        settled += [f"option:{o}" for o in sorted(touched) if self.open_options[o].settled_by(truths)]
        doubted = {s for c in truths for s in self.syndromes.get(c, ()) if self.stands[s] == "unknown"}
        if doubted:
            changed = self.judged.truths | truths
            entries = self.judged.knowledge.syndromes
            settled += [f"syndrome:{s}" for s in sorted(doubted) if syndrome_standing(entries[s], changed) != "unknown"]
        return tuple(settled)

    def _truths_with(self, name: str, value: Any) -> dict[str, Truth]:
        """The rules that an answer decides. The value is put in its place, the rules are asked, and it is taken out."""
        facts, at = self.judged.facts, self.judged.rules.layout.position[name]
        per_level = self.judged.rules.layout.findings[name].per_level
        lists = [*([] if per_level else [facts.person]), *facts.levels.values()]
        empty = [values for values in lists if values[at] is None]
        for values in empty:
            values[at] = value
        try:
            return {rule.id: truth for rule in self.undecided(name) if (truth := rule.truth(facts)) is not None}
        finally:
            for values in empty:
                values[at] = None


class _Open:
    """What is still open about one option, as counts, so that an answer's effect is a subtraction."""

    __slots__ = ("absolute", "barred", "indications", "met", "open", "own")

    def __init__(self, rules: OptionRules, truths: dict[str, Truth], setting: Setting) -> None:
        self.barred = any(truths[c] for c in rules.absolute)
        self.own = deciding_indications(rules, setting)
        own_open = any(truths[c] is None for c in self.own)
        self.met = any(truths[c] and (c in self.own or not own_open) for c in rules.indications)
        self.absolute = frozenset(c for c in rules.absolute if truths[c] is None)
        self.indications = frozenset(c for c in rules.indications if truths[c] is None)
        # Open: an indication is undecided while none is met, or a bar is undecided while one is met.
        self.open = not self.barred and (
            (not self.met and bool(self.indications)) or (self.met and bool(self.absolute))
        )

    def settled_by(self, truths: Mapping[str, Truth]) -> bool:
        """Whether these new truths end what is open."""
        if not self.open:
            return False
        if any(truths.get(c) for c in self.absolute):
            return True
        met = self.met or any(truths.get(c) for c in self.indications & self.own)
        if met:
            return all(c in truths for c in self.absolute)
        return all(c in truths for c in self.indications)


@lru_cache(maxsize=4)
def _options_by_criterion(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for option, rules in option_rules(knowledge).items():
        for criterion in (*rules.indications, *rules.absolute):
            found.setdefault(criterion, []).append(option)
    return {c: tuple(options) for c, options in found.items()}


@lru_cache(maxsize=4)
def _syndromes_by_criterion(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for key, s in knowledge.syndromes.items():
        for criterion in (*s.established_by, *s.likely_by, *s.possible_by, *s.against, *s.excluded_by):
            found.setdefault(criterion, []).append(key)
    return {c: tuple(keys) for c, keys in found.items()}
