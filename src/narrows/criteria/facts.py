"""A case as flat lists that compiled conditions read by position: one for the person, one more for each level."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from narrows.case import Case, Sides
from narrows.knowledge import Knowledge
from narrows.knowledge.levels import CERVICAL
from narrows.knowledge.records.finding import Finding


class Range(NamedTuple):
    """A number of which only one side is known: the worse of both lies between these, ends included."""

    low: float
    high: float


class Among(NamedTuple):
    """A code of which only one side is known: the worse of both is one of these."""

    codes: tuple[Any, ...]


class Extremes(NamedTuple):
    """Two sides of which `<` reads the lower and `>` the higher, as with stiff arteries."""

    low: float | int | Range
    high: float | int | Range


class Cover(NamedTuple):
    """Named levels with their values, and the number of levels of which nothing was recorded."""

    named: tuple[tuple[str, list[Any]], ...]
    unrecorded: int


def _region(level: str) -> str:
    return "cervical" if level in CERVICAL else "lumbar"


class Layout:
    """Which finding stands at which position."""

    def __init__(self, findings: Mapping[str, Finding]) -> None:
        self.findings = findings
        self.names = tuple(findings)
        self.position = {name: i for i, name in enumerate(self.names)}
        self.empty: list[Any] = [None] * len(self.names)


class Facts:
    """The values of one case: `person`, `levels` (with the person's values filled in), `levels_read`."""

    __slots__ = ("_covers", "levels", "levels_read", "person")

    def __init__(self, person: list[Any], levels: dict[str, list[Any]], levels_read: frozenset[str]) -> None:
        self.person = person
        self.levels = levels
        self.levels_read = levels_read
        self._covers: dict[tuple[str, ...], Cover] = {}

    def cover(self, levels: tuple[str, ...]) -> Cover:
        """What is recorded of some levels: the named ones with their values, and how many count as unrecorded.

        Named levels are judged by their values. Levels that were not named count as unknown, unless their region was
        read: then they hold nothing worth naming and do not count. When no level at all is named, nothing was recorded
        that could decide, read or not.
        """
        known = self._covers.get(levels)
        if known is None:
            named = tuple((level, self.levels[level]) for level in levels if level in self.levels)
            unread = sum(1 for level in levels if level not in self.levels and _region(level) not in self.levels_read)
            known = self._covers[levels] = Cover(named, unread if named else max(unread, 1))
        return known


def layout_of(knowledge: Knowledge) -> Layout:
    """The layout of a knowledge's dictionary."""
    return Layout(knowledge.findings)


def facts_of(case: Case, layout: Layout) -> Facts:
    """The facts of a case; of two sides the worse is read, and an unknown side is never the better one."""
    person = list(layout.empty)
    _fill(person, case.findings, layout)
    levels: dict[str, list[Any]] = {}
    for level, values in case.levels.items():
        filled = list(person)
        _fill(filled, values, layout)
        levels[level] = filled
    return Facts(person, levels, frozenset(case.levels_read))


def _fill(values: list[Any], given: Mapping[str, Any], layout: Layout) -> None:
    position = layout.position
    for name, value in given.items():
        values[position[name]] = worse_of(value, layout.findings[name]) if isinstance(value, Sides) else value


def worse_of(sides: Sides, finding: Finding) -> Any:
    """What a rule reads of two sides: the worse, or what is known of it when one side is unknown."""
    left, right = sides
    known = [v for v in sides if v is not None]
    if finding.type == "boolean":
        return True if True in known else False if len(known) == 2 else None
    if not known:
        return None
    match finding.worse:
        case "first" | "last":
            return _worse_code(known, finding)
        case "extreme":
            return _extremes(known, finding)
        case "low" | "high":
            return _worse_number(known, finding)
        case _:
            return left if left == right else None


def _limits(finding: Finding) -> tuple[float, float]:
    low = -math.inf if finding.min is None else finding.min
    high = math.inf if finding.max is None else finding.max
    return low, high


def _worse_number(known: list[Any], finding: Finding) -> Any:
    worst = min(known) if finding.worse == "low" else max(known)
    if len(known) == 2:
        return worst
    low, high = _limits(finding)
    return _between(low, worst) if finding.worse == "low" else _between(worst, high)


def _between(low: float, high: float) -> float | Range:
    """What lies between two numbers; at the end of a scale that is one number."""
    return high if low == high else Range(low, high)


def _worse_code(known: list[Any], finding: Finding) -> Any:
    codes = [c.code for c in finding.choices]
    places = [codes.index(k) for k in known]
    worst = min(places) if finding.worse == "first" else max(places)
    if len(known) == 2:
        return codes[worst]
    possible = tuple(codes[: worst + 1] if finding.worse == "first" else codes[worst:])
    return possible[0] if len(possible) == 1 else Among(possible)


def _extremes(known: list[Any], finding: Finding) -> Any:
    low, high = min(known), max(known)
    if len(known) == 2:
        return low if low == high else Extremes(low, high)
    least, most = _limits(finding)
    return Extremes(_between(least, low), _between(high, most))
