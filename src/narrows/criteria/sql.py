"""Conditions and rules for many people: the same nodes as text of SQL, true, false or NULL for unknown.

The text uses only what all engines answer alike: AND, OR, NOT, comparisons, IN with literals, IS NULL, CASE with every
NULL thought of, and division guarded by NULLIF on binary floating point. What a table does not hold is unknown, and is
worked out here, before any engine sees it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from narrows.criteria import nodes as n
from narrows.criteria.dialect import Dialect
from narrows.criteria.rules import Rule
from narrows.knowledge.levels import CERVICAL

#: SQL text, or what is known before any row is read: True, False, None for unknown.
Sql = str | bool | None


class Plain(NamedTuple):
    """The SQL of one value: boolean, number or code."""

    sql: str


class Span(NamedTuple):
    """The worse of two sides lies between these, ends included; equal when it is known. With codes: their positions."""

    low: str
    high: str
    codes: tuple[str | int, ...] = ()


class Ends(NamedTuple):
    """Two sides of which `<` reads the lower and `>` the higher."""

    low: Span
    high: Span


Reading = Plain | Span | Ends
Readings = Mapping[str, Reading]


@dataclass(frozen=True)
class Frame:
    """What a table offers to rules: readings of the person and of each level, and what was recorded."""

    person: Readings
    levels: Mapping[str, Readings] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)  # level to SQL, true where something is recorded of it
    read: Mapping[str, str] = field(default_factory=dict)  # region to SQL, true where the whole region was read
    covers: Mapping[tuple[str, ...], tuple[Sql, Sql]] = field(default_factory=dict)  # see `cover`


# ---- three-valued logic on what is known beforehand


def conjunction(parts: Iterable[Sql]) -> Sql:
    """Kleene AND."""
    return _joined(parts, " AND ", decides=False)


def disjunction(parts: Iterable[Sql]) -> Sql:
    """Kleene OR."""
    return _joined(parts, " OR ", decides=True)


def _joined(parts: Iterable[Sql], word: str, decides: bool) -> Sql:
    texts: dict[str, None] = {}
    open_part = False
    for part in parts:
        if part is decides:
            return decides
        if part is None:
            open_part = True
        elif isinstance(part, str):
            texts[part] = None
    if not texts:
        return None if open_part else not decides
    if open_part:
        texts["CAST(NULL AS BOOLEAN)"] = None
    return next(iter(texts)) if len(texts) == 1 else "(" + word.join(texts) + ")"


def negation(part: Sql) -> Sql:
    """Kleene NOT."""
    if isinstance(part, str):
        return f"(NOT {part})"
    return None if part is None else not part


def text_of(sql: Sql) -> str:
    """The SQL text of a boolean expression."""
    if isinstance(sql, str):
        return sql
    return "CAST(NULL AS BOOLEAN)" if sql is None else "TRUE" if sql else "FALSE"


# ---- conditions


def condition_sql(node: n.Condition, readings: Readings, dialect: Dialect) -> Sql:
    """A condition over one person, or over one level of a person."""
    match node:
        case n.Holds(finding):
            reading = readings.get(finding)
            return reading.sql if isinstance(reading, Plain) else None
        case n.And(parts):
            return conjunction(condition_sql(p, readings, dialect) for p in parts)
        case n.Or(parts):
            return disjunction(condition_sql(p, readings, dialect) for p in parts)
        case n.Not(part):
            return negation(condition_sql(part, readings, dialect))
        case n.IsNull(finding):
            reading = readings.get(finding)
            return True if reading is None else f"({_any_part(reading)} IS NULL)"
        case n.In(finding, values):
            reading = readings.get(finding)
            return None if reading is None else _membership(reading, values, dialect)
        case n.Between(term, low, high):
            ends = (n.Compare(">=", term, low), n.Compare("<=", term, high))
            return conjunction(condition_sql(end, readings, dialect) for end in ends)
        case n.Compare(sign, left, right):
            return _comparison(sign, left, right, readings, dialect)


def _any_part(reading: Reading) -> str:
    match reading:
        case Plain(sql):
            return sql
        case Span(low, _, _):
            return low
        case Ends(low, _):
            return low.low


def _membership(reading: Reading, values: tuple[Any, ...], dialect: Dialect) -> Sql:
    match reading:
        case Plain(sql):
            return f"({sql} IN ({', '.join(dialect.literal(v) for v in values)}))"
        case Span(low, high, codes) if codes:
            places = sorted({codes.index(v) for v in values})
            count = " + ".join(f"(CASE WHEN {low} <= {p} AND {p} <= {high} THEN 1 ELSE 0 END)" for p in places)
            return (
                f"(CASE WHEN {low} IS NULL THEN NULL WHEN {count} = {high} - {low} + 1 THEN TRUE "
                f"WHEN {count} = 0 THEN FALSE END)"
            )
        case _:
            return disjunction(_limit("=", reading, v, dialect) for v in values)


def _comparison(sign: n.Operator, left: n.Term, right: n.Term, readings: Readings, dialect: Dialect) -> Sql:
    if isinstance(left, n.Value) and isinstance(right, n.Number | n.Text):
        reading = readings.get(left.finding)
        return None if reading is None else _limit(sign, reading, right.value, dialect)
    first, second = _term(left, readings, dialect), _term(right, readings, dialect)
    return None if first is None or second is None else f"({first} {sign} {second})"


def _limit(sign: str, reading: Reading, limit: Any, dialect: Dialect) -> Sql:
    match reading:
        case Plain(sql):
            return f"({sql} {sign} {dialect.literal(limit)})"
        case Span(low, high, codes):
            at = dialect.literal(codes.index(limit) if codes else limit)
            if sign in ("=", "<>"):
                other = "FALSE" if sign == "=" else "TRUE"
                return (
                    f"(CASE WHEN {low} = {high} THEN {low} {sign} {at} WHEN {at} < {low} OR {at} > {high} "
                    f"THEN {other} END)"
                )
            return (
                f"(CASE WHEN {low} {sign} {at} AND {high} {sign} {at} THEN TRUE "
                f"WHEN NOT ({low} {sign} {at}) AND NOT ({high} {sign} {at}) THEN FALSE END)"
            )
        case Ends(low_end, high_end):
            if sign in ("<", "<="):
                return _limit(sign, low_end, limit, dialect)
            if sign in (">", ">="):
                return _limit(sign, high_end, limit, dialect)
            both = (_limit(sign, low_end, limit, dialect), _limit(sign, high_end, limit, dialect))
            return disjunction(both) if sign == "=" else conjunction(both)


def _term(term: n.Term, readings: Readings, dialect: Dialect) -> str | None:
    match term:
        case n.Number(value) | n.Text(value):
            return dialect.literal(value)
        case n.Value(finding):
            match readings.get(finding):
                case None:
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
    recordable = [level for level in rule.levels if level in frame.named]
    at_level = [(frame.named[level], ask(frame.levels[level])) for level in recordable]
    is_open, count = frame.covers.get(rule.levels) or cover(rule.levels, frame)
    return _quantified(rule.criterion.quantifier or "any", at_level, ask(frame.person), is_open, count)


def _answer(rule: Rule, readings: Readings, dialect: Dialect) -> Sql:
    when = condition_sql(rule.parsed.when, readings, dialect) if rule.parsed.when is not None else True
    if rule.criterion.points_at_least is None:
        return when
    items = [(condition_sql(c, readings, dialect), add) for c, add in rule.parsed.points]
    return conjunction((when, points_sql(items, rule.criterion.points_at_least)))


def points_sql(items: Iterable[tuple[Sql, int]], limit: int) -> Sql:
    """True when the lowest possible total reaches the limit, false when the highest stays below it."""
    low = high = 0
    lows: list[str] = []
    highs: list[str] = []
    for condition, add in items:
        if isinstance(condition, str):
            lows.append(f"(CASE WHEN {condition} THEN {add} WHEN {condition} IS NULL THEN {min(add, 0)} ELSE 0 END)")
            highs.append(f"(CASE WHEN {condition} THEN {add} WHEN {condition} IS NULL THEN {max(add, 0)} ELSE 0 END)")
        elif condition:
            low, high = low + add, high + add
        elif condition is None:
            low, high = low + min(add, 0), high + max(add, 0)
    if not lows:
        return True if low >= limit else False if high < limit else None
    return (
        f"(CASE WHEN {low} + {' + '.join(lows)} >= {limit} THEN TRUE "
        f"WHEN {high} + {' + '.join(highs)} < {limit} THEN FALSE END)"
    )


def _assuming(readings: Readings, assumed: Mapping[str, Any], rule: Rule, dialect: Dialect) -> Readings:
    filled = dict(readings)
    for name, value in assumed.items():
        reading = readings.get(name)
        literal = dialect.literal(value)
        match reading:
            case None:
                finding = rule.layout.findings[name]
                if finding.side and finding.worse in ("first", "last"):
                    codes = tuple(c.code for c in finding.choices)
                    at = dialect.literal(codes.index(value))
                    filled[name] = Span(at, at, codes)
                else:
                    filled[name] = Plain(literal)
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


def cover(levels: tuple[str, ...], frame: Frame) -> tuple[Sql, Sql]:
    """Of some levels: whether any counts as unrecorded, and how many (as SQL of a whole number).

    As in Facts.cover: a level that was not named counts as unrecorded unless its region was read; where none at all is
    named, at least one does.
    """

    def region(level: str) -> str:
        return "cervical" if level in CERVICAL else "lumbar"

    named = [frame.named[level] for level in levels if level in frame.named]
    any_named = disjunction(named)
    unread: list[Sql] = []
    counts: list[str] = []
    for level in levels:
        part = conjunction((negation(frame.named.get(level, False)), negation(frame.read.get(region(level), False))))
        unread.append(part)
        counts.append(_counted(part))
    is_open = disjunction((negation(any_named), *unread))
    total = " + ".join(counts)
    none = text_of(negation(any_named))
    return is_open, f"(CASE WHEN {none} AND {total} = 0 THEN 1 ELSE {total} END)"


def _counted(sql: Sql) -> str:
    return f"(CASE WHEN {text_of(sql)} THEN 1 ELSE 0 END)"


def _quantified(quantifier: str, at_level: list[tuple[str, Sql]], elsewhere: Sql, is_open: Sql, count: Sql) -> Sql:
    if quantifier == "any":
        here = [_where(named, truth, otherwise=False) for named, truth in at_level]
        return disjunction((*here, conjunction((is_open, elsewhere))))
    if quantifier == "all":
        here = [_where(named, truth, otherwise=True) for named, truth in at_level]
        return conjunction((*here, disjunction((negation(is_open), elsewhere))))
    # At least two. A condition that holds without any level's value is one observation, not two.
    certain = " + ".join(_counted(conjunction((named, truth))) for named, truth in at_level) or "0"
    possible = [f"(CASE WHEN {named} AND NOT ({_is_false(truth)}) THEN 1 ELSE 0 END)" for named, truth in at_level]
    unread = f"(CASE WHEN {_is_false(elsewhere)} THEN 0 ELSE {count} END)"
    return f"(CASE WHEN {certain} >= 2 THEN TRUE WHEN {' + '.join((*possible, unread))} < 2 THEN FALSE END)"


def _where(named: str, truth: Sql, *, otherwise: bool) -> Sql:
    """The truth where a level is named, and what decides nothing where it is not."""
    if truth is otherwise:
        return otherwise
    return f"(CASE WHEN {named} THEN {text_of(truth)} ELSE {'TRUE' if otherwise else 'FALSE'} END)"


def _is_false(truth: Sql) -> str:
    if isinstance(truth, str):
        return f"COALESCE(NOT {truth}, FALSE)"
    return "TRUE" if truth is False else "FALSE"
