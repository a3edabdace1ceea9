"""Why a rule answers as it does: the comparisons that decided, with the person's values, or what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from narrows.criteria import nodes as n
from narrows.criteria.facts import Among, Extremes, Facts, Layout, Range
from narrows.criteria.person import Branch, Truth
from narrows.criteria.rules import Answer, Rule
from narrows.knowledge.records.finding import Finding

_UNITS = {
    "a": "years",
    "mo": "months",
    "wk": "weeks",
    "d": "days",
    "min": "minutes",
    "mm2": "mm²",
    "kg/m2": "kg/m²",
    "Cel": "°C",
    "mm[Hg]": "mmHg",
    "10*9/L": "× 10⁹/L",
    "mL/min/{1.73_m2}": "mL/min/1.73 m²",
    "deg": "°",
    "%": "%",
    "1": "",
}
_SAID = {
    ("=", True): "is",
    ("=", False): "is not",
    ("<>", True): "is not",
    ("<>", False): "is",
    ("<", True): "is below",
    ("<", False): "is not below",
    ("<=", True): "is at most",
    ("<=", False): "is above",
    (">", True): "is above",
    (">", False): "is not above",
    (">=", True): "is at least",
    (">=", False): "is below",
}


class Deciding(NamedTuple):
    """One comparison that decided, or whose unknown left the rule open."""

    leaf: Branch
    truth: Truth
    level: str = ""


def deciding(rule: Rule, facts: Facts, answer: Answer | None = None) -> tuple[Deciding, ...]:
    """The deciding leaves of a rule: for true and false those that made it so, for unknown those that are missing."""
    answered = answer or rule.ask(facts)
    # What a rule assumes is not missing: an open rule is explained with its assumptions in place.
    seen = rule.with_assumptions(facts) if answered.assuming or answered.truth is None else facts
    truth = answered.truth
    if not rule.levels:
        leaves: list[Branch] = []
        _of_rule(rule, seen.person, truth, leaves)
        return tuple([Deciding(leaf, leaf.test(seen.person)) for leaf in leaves])
    found: dict[tuple[int, str], Deciding] = {}
    named, unrecorded = seen.cover(rule.levels)
    for level, values in (*named, ("", seen.person)) if unrecorded else named:
        if rule.test(values) is truth:
            leaves = []
            _of_rule(rule, values, truth, leaves)
            for leaf in leaves:
                at = level if leaf.reads_level else ""
                if (id(leaf), at) not in found:
                    found[id(leaf), at] = Deciding(leaf, leaf.test(values), at)
    return tuple(found.values())


def missing(rule: Rule, facts: Facts, answer: Answer | None = None) -> tuple[str, ...]:
    """The findings whose absence leaves a rule unknown; none when it is decided."""
    answered = answer or rule.ask(facts)
    if answered.truth is not None:
        return ()
    names: dict[str, None] = {}
    for one in deciding(rule, facts, answered):
        if one.truth is None:
            names.update(dict.fromkeys(one.leaf.names))
    return tuple(names)


def _of_rule(rule: Rule, values: Sequence[Any], truth: Truth, leaves: list[Branch]) -> None:
    condition, points = rule.branches
    if condition is not None:
        if not points:
            collect(condition, truth, values, leaves)
            return
        when = condition.test(values)
        # A condition that alone denies the rule is the whole reason.
        if when is truth:
            collect(condition, truth, values, leaves)
            if truth is False:
                return
    for item, add in points:
        met = item.test(values)
        if met is None if truth is None else met is truth and add > 0:
            collect(item, met, values, leaves)


def collect(branch: Branch, truth: Truth, values: Sequence[Any], leaves: list[Branch]) -> None:
    """Add the leaves that make a condition have this truth for these values."""
    parts = branch.parts
    if not parts:
        leaves.append(branch)
    elif len(parts) == 1:
        collect(parts[0], None if truth is None else not truth, values, leaves)
    else:
        for part in parts:
            if part.test(values) is truth:
                if part.parts:
                    collect(part, truth, values, leaves)
                else:
                    leaves.append(part)


# ---- words


def text_of(one: Deciding, facts: Facts, layout: Layout) -> str:
    """A deciding leaf in plain words: 'Age 72 years is at least 60'."""
    values = facts.levels.get(one.level, facts.person) if one.level else facts.person
    leaf, names = one.leaf.node, one.leaf.names
    first = layout.findings[names[0]]
    at = f" at {one.level}" if one.level else ""
    if isinstance(leaf, n.IsNull):
        return f"{first.label}{at}: {'not known' if one.truth else 'known'}"
    if one.truth is None:
        unknown = [layout.findings[x].label for x in names if values[layout.position[x]] is None]
        return f"{' and '.join(unknown) or first.label}{at}: not known" + ("" if unknown else " for the other side")
    if isinstance(leaf, n.Holds):
        return f"{first.label}{at}: {'yes' if one.truth else 'no'}"
    value = values[layout.position[names[0]]]
    if value is None and len(names) == 1:
        return f"{first.label}{at}: not known; the rule takes the worse for granted"
    shown = shown_value(value, first)
    match leaf:
        case n.Compare(sign, n.Value(_), right) if isinstance(right, n.Number | n.Text):
            if isinstance(right, n.Text) or _coded(first):
                return f"{first.label}{at}: {shown}"
            return f"{first.label}{at} {shown} {_SAID[sign, one.truth]} {_limit(right.value)}"
        case n.Between(n.Value(_), n.Number(low), n.Number(high)):
            word = "lies between" if one.truth else "does not lie between"
            return f"{first.label}{at} {shown} {word} {_limit(low)} and {_limit(high)}"
        case n.In(_, _):
            return f"{first.label}{at}: {shown}"
        case _:
            parts = ", ".join(
                f"{layout.findings[x].label} {shown_value(values[layout.position[x]], layout.findings[x])}"
                for x in names
            )
            return f"{parts}{at}: the comparison {'holds' if one.truth else 'does not hold'}"


def _coded(finding: Finding) -> bool:
    return finding.type in ("choice", "ordinal")


def _limit(value: float) -> str:
    return f"{value:g}"


def shown_value(value: Any, finding: Finding) -> str:
    """A value as a person reads it: with its unit, or with the label of its code."""
    match value:
        case None:
            return "not known"
        case bool():
            return "yes" if value else "no"
        case Extremes(low, high):
            return f"{shown_value(low, finding)} to {shown_value(high, finding)}"
        case Range(low, high):
            return f"{_limit(low)} to {_limit(high)} (one side not known)"
        case Among(codes):
            return f"{shown_value(codes[0], finding)} or worse (one side not known)"
    for choice in finding.choices:
        if choice.code == value:
            return choice.label
    unit = _UNITS.get(finding.unit or "1", finding.unit or "")
    return (
        f"{_limit(value) if isinstance(value, int | float) else value}{' ' if unit and unit not in '%°' else ''}{unit}"
    )
