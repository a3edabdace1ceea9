"""Conditions and rules for many people: the same nodes as a graph of three-valued logic over the columns of a table.

Division is guarded by NULLIF on binary floating point. What a table does not hold is unknown, and is worked out here,
before any engine sees it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from narrows.criteria import nodes as n
from narrows.criteria.dialect import Dialect
from narrows.criteria.logic import (
    Else,
    Empty,
    Flag,
    Logic,
    Points,
    Sql,
    Test,
    Twice,
    alike,
    conjunction,
    disjunction,
    negation,
    unknown,
)
from narrows.criteria.rules import Rule
from narrows.knowledge.levels import CERVICAL


class Plain(NamedTuple):
    """The SQL of one value: number or code."""

    sql: str


class Known(NamedTuple):
    """The truth of a boolean finding."""

    truth: Sql


class Span(NamedTuple):
    """The worse of two sides lies between these, ends included; equal when it is known. With codes: their positions."""

    low: str
    high: str
    codes: tuple[str | int, ...] = ()


class Ends(NamedTuple):
    """Two sides of which `<` reads the lower and `>` the higher."""

    low: Span
    high: Span


Reading = Plain | Known | Span | Ends
Readings = Mapping[str, Reading]


@dataclass(frozen=True)
class Frame:
    """What a table offers to rules: readings of the person and of each level, and what was recorded."""

    person: Readings
    levels: Mapping[str, Readings] = field(default_factory=dict)
    named: Mapping[str, Sql] = field(default_factory=dict)  # level to whether something is recorded of it
    read: Mapping[str, Sql] = field(default_factory=dict)  # region to whether the whole region was read
    covers: Mapping[tuple[str, ...], Sql] = field(default_factory=dict)  # levels to whether any counts as unrecorded


# ---- conditions


def condition_sql(node: n.Condition, readings: Readings, dialect: Dialect) -> Sql:
    """A condition over one person, or over one level of a person."""
    match node:
        case n.Holds(finding):
            reading = readings.get(finding)
            return reading.truth if isinstance(reading, Known) else None
        case n.And(parts):
            return conjunction(condition_sql(p, readings, dialect) for p in parts)
        case n.Or(parts):
            return disjunction(condition_sql(p, readings, dialect) for p in parts)
        case n.Not(part):
            return negation(condition_sql(part, readings, dialect))
        case n.IsNull(finding):
            return _is_null(readings.get(finding))
        case n.In(finding, values):
            reading = readings.get(finding)
            return None if reading is None else _membership(reading, values, dialect)
        case n.Between(term, low, high):
            ends = (n.Compare(">=", term, low), n.Compare("<=", term, high))
            return conjunction(condition_sql(end, readings, dialect) for end in ends)
        case n.Compare(sign, left, right):
            return _comparison(sign, left, right, readings, dialect)


def _is_null(reading: Reading | None) -> Sql:
    match reading:
        case None:
            return True
        case Known(truth):
            return unknown(truth)
        case Plain(sql) | Span(sql) | Ends(Span(sql)):
            return Empty(sql)


def _membership(reading: Reading, values: tuple[Any, ...], dialect: Dialect) -> Sql:
    match reading:
        case Plain(sql):
            return Test(sql, "IN", values, f"({', '.join(dialect.literal(v) for v in values)})")
        case Span(codes=codes) if codes:
            # All codes that are possible lie within one run of neighbours, or none lies within any.
            runs = _runs(sorted({codes.index(v) for v in values}))
            return disjunction(
                conjunction((_limit(">=", reading, codes[a], dialect), _limit("<=", reading, codes[b], dialect)))
                for a, b in runs
            )
        case _:
            return disjunction(_limit("=", reading, v, dialect) for v in values)


def _runs(places: list[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring numbers, as first and last of each run."""
    first = places[0]
    for at, place in enumerate(places):
        if at + 1 == len(places) or places[at + 1] != place + 1:
            yield first, place
            first = places[min(at + 1, len(places) - 1)]


def _comparison(sign: n.Operator, left: n.Term, right: n.Term, readings: Readings, dialect: Dialect) -> Sql:
    if isinstance(left, n.Value) and isinstance(right, n.Number | n.Text):
        reading = readings.get(left.finding)
        return None if reading is None else _limit(sign, reading, right.value, dialect)
    first, second = _term(left, readings, dialect), _term(right, readings, dialect)
    return None if first is None or second is None else Flag(f"({first} {sign} {second})")


def _limit(sign: str, reading: Reading, limit: Any, dialect: Dialect) -> Sql:
    def test(sql: str, at: Any) -> Test:
        return Test(sql, sign, (at,), dialect.literal(at))

    match reading:
        case Plain(sql):
            return test(sql, limit)
        case Span(low, high, codes):
            if sign == "=":
                return conjunction((_limit(">=", reading, limit, dialect), _limit("<=", reading, limit, dialect)))
            if sign == "<>":
                return negation(_limit("=", reading, limit, dialect))
            at = codes.index(limit) if codes else limit
            return alike(test(low, at), test(high, at))
        case Ends(low_end, high_end):
            if sign in ("<", "<="):
                return _limit(sign, low_end, limit, dialect)
            if sign in (">", ">="):
                return _limit(sign, high_end, limit, dialect)
            both = (_limit(sign, low_end, limit, dialect), _limit(sign, high_end, limit, dialect))
            return disjunction(both) if sign == "=" else conjunction(both)
        case Known():
            raise AssertionError("a truth is not compared")


def _term(term: n.Term, readings: Readings, dialect: Dialect) -> str | None:
    match term:
        case n.Number(value) | n.Text(value):
            return dialect.literal(value)
        case n.Value(finding):
            match readings.get(finding):
                case None | Known():
                    return None
                case Plain(sql):
                    return sql
                case Span(low, high, _) | Ends(Span(low, _, _), Span(_, high, _)):
                    # Half-known sides do not enter arithmetic: the answer is then unknown.
                    return f"(CASE WHEN {low} = {high} THEN {low} END)"
        case n.Arithmetic(sign, left, right):
            a, b = _term(left, readings, dialect), _term(right, readings, dialect)
            if a is None or b is None:
                return None
            a, b = dialect.as_double(a), dialect.as_double(b)
            return f"({a} / NULLIF({b}, 0))" if sign == "/" else f"({a} {sign} {b})"


# ---- rules


def rule_sql(rule: Rule, frame: Frame, dialect: Dialect) -> Sql:
    """The answer of a rule: its condition, points by bounds, assumptions, levels with their quantifier."""
    assumed = {rule.layout.names[at]: value for at, value in rule.assumed}

    def ask(readings: Readings) -> Sql:
        return _answer(rule, _assuming(readings, assumed, rule, dialect) if assumed else readings, dialect)

    if not rule.levels:
        return ask(frame.person)
    at_level = [(frame.named[level], ask(frame.levels[level])) for level in rule.levels if level in frame.named]
    elsewhere = ask(frame.person)
    quantifier = rule.criterion.quantifier or "any"
    if quantifier == "at-least-2":
        # A condition that holds without any level's value is one observation, not two.
        unread, none = unrecorded(rule.levels, frame)
        return Twice(tuple(conjunction(part) for part in at_level), elsewhere, unread, none)
    is_open = frame.covers[rule.levels] if rule.levels in frame.covers else cover(rule.levels, frame)
    if quantifier == "any":
        return disjunction((*(conjunction(part) for part in at_level), conjunction((is_open, elsewhere))))
    here = (disjunction((negation(named), truth)) for named, truth in at_level)
    return conjunction((*here, disjunction((negation(is_open), elsewhere))))


def _answer(rule: Rule, readings: Readings, dialect: Dialect) -> Sql:
    when = condition_sql(rule.parsed.when, readings, dialect) if rule.parsed.when is not None else True
    if rule.criterion.points_at_least is None:
        return when
    items = [(condition_sql(c, readings, dialect), add) for c, add in rule.parsed.points]
    return conjunction((when, points_sql(items, rule.criterion.points_at_least)))


def points_sql(items: Iterable[tuple[Sql, int]], limit: int) -> Sql:
    """True when the lowest possible total reaches the limit, false when the highest stays below it."""
    low = high = 0
    asked: list[tuple[Logic, int]] = []
    for condition, add in items:
        if isinstance(condition, Logic):
            asked.append((condition, add))
        elif condition:
            low, high = low + add, high + add
        elif condition is None:
            low, high = low + min(add, 0), high + max(add, 0)
    if not asked:
        return True if low >= limit else False if high < limit else None
    return Points(tuple(asked), low, high, limit)


def _assuming(readings: Readings, assumed: Mapping[str, Any], rule: Rule, dialect: Dialect) -> Readings:
    filled = dict(readings)
    for name, value in assumed.items():
        reading = readings.get(name)
        literal = dialect.literal(value)
        match reading:
            case None:
                finding = rule.layout.findings[name]
                if finding.type == "boolean":
                    filled[name] = Known(value)
                    continue
                if finding.side and finding.worse in ("first", "last"):
                    codes = tuple(c.code for c in finding.choices)
                    at = dialect.literal(codes.index(value))
                    filled[name] = Span(at, at, codes)
                else:
                    filled[name] = Plain(literal)
            case Known(truth):
                filled[name] = Known(
                    Else(truth, value) if isinstance(truth, Logic) else value if truth is None else truth
                )
            case Plain(sql):
                filled[name] = Plain(f"COALESCE({sql}, {literal})")
            case Span():
                filled[name] = _filled(reading, value, dialect)
            case Ends(low, high):
                filled[name] = Ends(_filled(low, value, dialect), _filled(high, value, dialect))
    return filled


def _filled(span: Span, value: Any, dialect: Dialect) -> Span:
    at = dialect.literal(span.codes.index(value) if span.codes else value)
    return Span(f"COALESCE({span.low}, {at})", f"COALESCE({span.high}, {at})", span.codes)


def unrecorded(levels: tuple[str, ...], frame: Frame) -> tuple[tuple[Sql, ...], Sql]:
    """Of some levels: whether each counts as unrecorded, and whether none is named at all.

    As in Facts.cover: a level that was not named counts as unrecorded unless its region was read; where none at all is
    named, at least one does.
    """

    def region(level: str) -> str:
        return "cervical" if level in CERVICAL else "lumbar"

    unread = tuple(
        conjunction((negation(frame.named.get(level, False)), negation(frame.read.get(region(level), False))))
        for level in levels
    )
    return unread, negation(disjunction(frame.named[level] for level in levels if level in frame.named))


def cover(levels: tuple[str, ...], frame: Frame) -> Sql:
    """Whether any of some levels counts as unrecorded."""
    unread, none = unrecorded(levels, frame)
    return disjunction((none, *unread))
