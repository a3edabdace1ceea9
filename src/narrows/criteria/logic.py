"""What a rule asks of a row, as a graph of three-valued logic: true, false, or unknown.

Made once from the nodes of a criterion (`criteria.sql`), then written for whoever answers: as SQL of truth values with
NULL for unknown (`text_of`, for every engine and for CQL), or as SQL of small numbers (`criteria.codes`, for speed).
Parts that are equal are one part, whichever rule asks for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

UNKNOWN = "CAST(NULL AS BOOLEAN)"


class Logic:
    """A part of the graph; equal when its own parts are equal."""

    __slots__ = ()


#: What is asked, or what is known before any row is read: True, False, None for unknown.
Sql = Logic | bool | None


@dataclass(frozen=True)
class Flag(Logic):
    """A piece of SQL that is true, false or NULL."""

    sql: str


@dataclass(frozen=True)
class Test(Logic):
    """A value compared with literals: `sql sign literal`, or `sql IN (literals)`; unknown where the value is NULL."""

    sql: str
    sign: str
    values: tuple[Any, ...]
    written: str  # the literals as the engine writes them


@dataclass(frozen=True)
class Empty(Logic):
    """Whether a value is NULL: never itself unknown."""

    sql: str


@dataclass(frozen=True)
class Named(Logic):
    """A part that stands as a column of its own in the select list below."""

    column: str
    part: Logic = field(hash=False)


@dataclass(frozen=True)
class And(Logic):
    """Kleene AND; a part may be None, which is always unknown."""

    parts: tuple[Logic | None, ...]


@dataclass(frozen=True)
class Or(Logic):
    """Kleene OR; a part may be None, which is always unknown."""

    parts: tuple[Logic | None, ...]


@dataclass(frozen=True)
class Not(Logic):
    """Kleene NOT."""

    part: Logic


@dataclass(frozen=True)
class Open(Logic):
    """Whether a part is unknown."""

    part: Logic


@dataclass(frozen=True)
class Else(Logic):
    """The first part where it is known, elsewhere the second."""

    part: Logic
    other: Sql


@dataclass(frozen=True)
class Alike(Logic):
    """True where both are true, false where both are false, else unknown: what holds at both ends of a span."""

    low: Logic
    high: Logic


@dataclass(frozen=True)
class Points(Logic):
    """True when the lowest possible total reaches the limit, false when the highest stays below it."""

    items: tuple[tuple[Logic, int], ...]
    low: int
    high: int
    limit: int


@dataclass(frozen=True)
class Twice(Logic):
    """At least two: parts that are true count; parts not false could, and `unread` levels where `elsewhere` is not false.

    Where `none` holds and no level is unread, one still is (see criteria.facts.Facts.cover).
    """

    parts: tuple[Sql, ...]
    elsewhere: Sql
    unread: tuple[Sql, ...]
    none: Sql


# ---- made with what is known beforehand


def conjunction(parts: Iterable[Sql]) -> Sql:
    """Kleene AND."""
    return _joined(parts, decides=False)


def disjunction(parts: Iterable[Sql]) -> Sql:
    """Kleene OR."""
    return _joined(parts, decides=True)


def _joined(parts: Iterable[Sql], decides: bool) -> Sql:
    kept: dict[Logic | None, None] = {}
    for part in parts:
        if part is decides:
            return decides
        if part is None or isinstance(part, Logic):
            kept[part] = None
    if None in kept:  # what is always unknown stands last
        del kept[None]
        if not kept:
            return None
        kept[None] = None
    elif len(kept) < 2:
        return next(iter(kept), not decides)
    return Or(tuple(kept)) if decides else And(tuple(kept))


def negation(part: Sql) -> Sql:
    """Kleene NOT."""
    if isinstance(part, Not):
        return part.part
    if isinstance(part, Logic):
        return Not(part)
    return None if part is None else not part


def alike(low: Sql, high: Sql) -> Sql:
    """What holds at both ends of a span."""
    if isinstance(low, Logic) and isinstance(high, Logic):
        return low if low == high else Alike(low, high)
    return low if low is high else None


def surely(part: Sql) -> Sql:
    """True where it is true, false where it is false or unknown."""
    return Else(part, False) if isinstance(part, Logic) else bool(part)


def unknown(part: Sql) -> Sql:
    """True where it is unknown, else false."""
    return Open(part) if isinstance(part, Logic) else part is None


def below(part: Logic) -> Iterator[Logic]:
    """The parts directly below a part."""
    match part:
        case Named(_, inner) | Not(inner) | Open(inner):
            yield inner
        case Else(first, second) | Alike(first, second):
            yield first
            if isinstance(second, Logic):
                yield second
        case And(parts) | Or(parts):
            yield from (p for p in parts if p is not None)
        case Points(items):
            yield from (p for p, _ in items)
        case Twice(parts, elsewhere, unread, none):
            yield from (p for p in (*parts, elsewhere, *unread, none) if isinstance(p, Logic))


# ---- written as truth values


def text_of(sql: Sql) -> str:
    """The SQL of a truth value, NULL for unknown.

    It uses only what all engines answer alike: AND, OR, NOT, comparisons, IN with literals, IS NULL, COALESCE, and CASE
    with every NULL thought of.
    """
    match sql:
        case None:
            return UNKNOWN
        case bool():
            return "TRUE" if sql else "FALSE"
        case Flag(text) | Named(text):
            return text
        case Test(value, sign, _, written):
            return f"({value} {sign} {written})"
        case Empty(value):
            return f"({value} IS NULL)"
        case And(parts):
            return "(" + " AND ".join(map(text_of, parts)) + ")"
        case Or(parts):
            return "(" + " OR ".join(map(text_of, parts)) + ")"
        case Not(part):
            return f"(NOT {text_of(part)})"
        case Open(part):
            return f"({text_of(part)} IS NULL)"
        case Else(part, other):
            return f"COALESCE({text_of(part)}, {text_of(other)})"
        case Alike(low, high):
            one, two = text_of(low), text_of(high)
            return f"(CASE WHEN {one} AND {two} THEN TRUE WHEN NOT {one} AND NOT {two} THEN FALSE END)"
        case Points():
            return _points(sql)
        case Twice():
            return _twice(sql)
    raise AssertionError(f"no text for {type(sql).__name__}")


def _points(points: Points) -> str:
    lows, highs = [str(points.low)], [str(points.high)]
    for part, add in points.items:
        text = text_of(part)
        lows.append(f"(CASE WHEN {text} THEN {add} WHEN {text} IS NULL THEN {min(add, 0)} ELSE 0 END)")
        highs.append(f"(CASE WHEN {text} THEN {add} WHEN {text} IS NULL THEN {max(add, 0)} ELSE 0 END)")
    return (
        f"(CASE WHEN {' + '.join(lows)} >= {points.limit} THEN TRUE "
        f"WHEN {' + '.join(highs)} < {points.limit} THEN FALSE END)"
    )


def _twice(twice: Twice) -> str:
    def counted(sql: Sql) -> str:
        return f"(CASE WHEN {text_of(sql)} THEN 1 ELSE 0 END)"

    def total(parts: Iterable[Sql]) -> str:
        return " + ".join(map(counted, parts)) or "0"

    none, unread = text_of(twice.none), total(twice.unread)
    rest = f"(CASE WHEN {none} AND {unread} = 0 THEN 1 ELSE {unread} END)"
    more = f"(CASE WHEN {text_of(_ruled_out(twice.elsewhere))} THEN 0 ELSE {rest} END)"
    possible = total(negation(_ruled_out(part)) for part in twice.parts)
    return f"(CASE WHEN {total(twice.parts)} >= 2 THEN TRUE WHEN {possible} + {more} < 2 THEN FALSE END)"


def _ruled_out(part: Sql) -> Sql:
    return surely(negation(part))
