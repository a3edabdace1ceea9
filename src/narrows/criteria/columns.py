"""The columns of a table of people: `name`, `name@left`, `name@L4-L5`, `name@L4-L5@left`, and what rules read of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from narrows.case.row import BESIDE
from narrows.criteria.dialect import Dialect
from narrows.criteria.logic import Else, Empty, Flag, Logic, Named, Sql, disjunction, negation, text_of
from narrows.criteria.sql import Ends, Frame, Known, Plain, Reading, Span, cover
from narrows.knowledge.levels import LEVELS, LEVELS_OF
from narrows.knowledge.records.finding import Finding
from narrows.problem import did_you_mean


class Column(NamedTuple):
    """A column of a finding: whose value it holds, at which level, on which side ('' where there is none)."""

    name: str
    finding: str
    level: str = ""
    side: str = ""


class ColumnError(ValueError):
    """A column that names no finding, or a finding in a place that it does not have."""

    def __init__(self, problem: str, fix: str = "") -> None:
        super().__init__(problem)
        self.problem, self.fix = problem, fix


def column_of(name: str, findings: Mapping[str, Finding]) -> Column:
    """What a column holds, from its name.

    Raises ColumnError with what would mend it.
    """
    base, *marks = name.split("@")
    finding = findings.get(base)
    if finding is None:
        hint = did_you_mean(base, [*findings, "id", "as_of", "levels_read", *BESIDE])
        raise ColumnError(f"no finding '{base}'", hint or "see docs/reference/findings.md; --keep carries it along")
    level = next((m for m in marks if m in LEVELS), "")
    side = next((m for m in marks if m in ("left", "right")), "")
    odd = [m for m in marks if m not in (level, side)]
    if odd or len(marks) > 2 or len(set(marks)) < len(marks):
        mark = odd[0] if odd else marks[-1]
        raise ColumnError(
            f"'{mark}' is neither a level nor a side",
            did_you_mean(mark, (*LEVELS, "left", "right")) or "name@L4-L5@left",
        )
    if side and not finding.side:
        raise ColumnError(f"{base} has no left and right", f"name the column {name.replace('@' + side, '')}")
    if level and not finding.per_level:
        raise ColumnError(f"{base} belongs to the person, not to a level", f"name the column {base}")
    if finding.per_level and not level:
        raise ColumnError(f"{base} belongs to a level", f"name the column {base}@L4-L5, one for each level")
    if level and level not in LEVELS_OF[finding.region or "both"]:
        raise ColumnError(f"{base} is a {finding.region} finding; {level} is not {finding.region}")
    return Column(name, base, level, side)


class Prepared(NamedTuple):
    """A select list that works out sides and levels once for each row, and the frame that reads its columns."""

    selected: tuple[tuple[str, str], ...]  # (SQL, name)
    frame: Frame
    values: tuple[tuple[str, str], ...]  # of the select list, what is neither a truth value nor a column as it stands


def prepare(
    columns: Iterable[Column],
    findings: Mapping[str, Finding],
    dialect: Dialect,
    covers: Iterable[tuple[str, ...]] = (),
    read: Mapping[str, str] | None = None,
) -> Prepared:
    """What rules read of columns that hold typed values.

    `read` gives for a region the SQL that is true where the whole region was read; without it no region was.
    """
    q = dialect.column
    grouped: dict[tuple[str, str], dict[str, str]] = {}
    for column in columns:
        grouped.setdefault((column.level, column.finding), {})[column.side] = q(column.name)
    selected: dict[str, str] = {}
    values: list[tuple[str, str]] = []
    person: dict[str, Reading] = {}
    at_level: dict[str, dict[str, Reading]] = {}
    recorded: dict[str, list[Sql]] = {}

    def keep(sql: str, name: str) -> str:
        selected[name] = sql
        if sql != q(name):
            values.append((sql, name))
        return q(name)

    def named(part: Sql, name: str) -> Sql:
        if isinstance(part, Logic):
            selected[name] = text_of(part)
            return Named(q(name), part)
        return part

    for (level, name), sides in grouped.items():
        label = f"{name}@{level}" if level else name
        if findings[name].type == "boolean":
            reading: Reading | None = Known(named(_truth(sides), label))
        else:
            reading = _reading(findings[name], sides, label, dialect, keep)
        target = at_level.setdefault(level, {}) if level else person
        if reading is not None:
            target[name] = reading
        if level:
            recorded.setdefault(level, []).extend(negation(Empty(sql)) for sql in sides.values())
    there = {level: disjunction(parts) for level, parts in recorded.items()}
    looked: dict[str, Sql] = {region: Flag(sql) for region, sql in (read or {}).items()}
    levels = {level: {**person, **readings} for level, readings in at_level.items()}
    # What covers say rests on columns that stand in the same list: it is written out from their own SQL.
    inner = Frame(person, levels, there, looked)
    worked = {
        wanted: named(cover(wanted, inner), f"open@{index}") for index, wanted in enumerate(dict.fromkeys(covers))
    }
    frame = Frame(
        person,
        levels,
        {level: named(part, f"named@{level}") for level, part in there.items()},
        {region: named(part, f"read@{region}") for region, part in looked.items()},
        worked,
    )
    return Prepared(tuple((sql, name) for name, sql in selected.items()), frame, tuple(values))


def _truth(sides: Mapping[str, str]) -> Sql:
    """True on either side; false only when false on both; else unknown: that is OR."""
    plain = Flag(sides[""]) if "" in sides else None
    if plain and len(sides) == 1:
        return plain
    both = disjunction(Flag(sides[side]) if side in sides else None for side in ("left", "right"))
    return Else(plain, both) if plain else both


def _reading(finding: Finding, sides: Mapping[str, str], label: str, dialect: Dialect, keep: _Keep) -> Reading | None:
    plain, left, right = (sides.get(side) for side in ("", "left", "right"))
    if left is None and right is None:
        return Plain(keep(plain or "NULL", label))
    codes: tuple[str | int, ...] = ()
    low_limit = -math.inf if finding.min is None else finding.min
    high_limit = math.inf if finding.max is None else finding.max
    if finding.worse in ("first", "last"):
        codes = tuple(c.code for c in finding.choices)
        plain, left, right = (_position(sql, codes, dialect) if sql else None for sql in (plain, left, right))
        low_limit, high_limit = 0, len(codes) - 1
    elif finding.worse is None:
        # Neither side is the worse: only two that are alike say something.
        alike = f"(CASE WHEN {left} = {right} THEN {left} END)" if left and right else None
        known = f"COALESCE({plain}, {alike})" if plain and alike else plain or alike
        return Plain(keep(known, f"{label}@alike" if alike else label)) if known else None
    least, most = dialect.number(low_limit), dialect.number(high_limit)
    lower, upper = _span(plain, left, right, least, most)
    match finding.worse:
        case "low" | "first":
            return Span(keep(lower[0], f"{label}@low"), keep(lower[1], f"{label}@high"), codes)
        case "high" | "last":
            return Span(keep(upper[0], f"{label}@low"), keep(upper[1], f"{label}@high"), codes)
        case _:
            names = [keep(sql, f"{label}@{i}") for i, sql in enumerate((*lower, *upper))]
            return Ends(Span(names[0], names[1]), Span(names[2], names[3]))


def _position(sql: str, codes: tuple[str | int, ...], dialect: Dialect) -> str:
    return f"(CASE {sql} {' '.join(f'WHEN {dialect.literal(c)} THEN {i}' for i, c in enumerate(codes))} END)"


def _span(
    plain: str | None, left: str | None, right: str | None, least: str, most: str
) -> tuple[tuple[str, str], tuple[str, str]]:
    """Between what the lower side lies, and between what the higher."""
    head = f"WHEN {plain} IS NOT NULL THEN {plain} " if plain else ""
    if left is None or right is None:
        one = left or right
        known = f"COALESCE({plain}, {one})" if plain else str(one)
        return (
            (f"(CASE {head}WHEN {one} IS NOT NULL THEN {least} END)", known),
            (known, f"(CASE {head}WHEN {one} IS NOT NULL THEN {most} END)"),
        )
    single = f"WHEN {left} IS NULL THEN {right} WHEN {right} IS NULL THEN {left} "
    none = f"WHEN {left} IS NULL AND {right} IS NULL THEN NULL "
    half = f"WHEN {left} IS NULL OR {right} IS NULL THEN "
    smaller, larger = (f"WHEN {left} {sign} {right} THEN {left} ELSE {right}" for sign in ("<", ">"))
    return (
        (f"(CASE {head}{none}{half}{least} {smaller} END)", f"(CASE {head}{single}{smaller} END)"),
        (f"(CASE {head}{single}{larger} END)", f"(CASE {head}{none}{half}{most} {larger} END)"),
    )


class _Keep(Protocol):
    """Gives a piece of SQL a name in the select list, and answers that name quoted."""

    def __call__(self, sql: str, name: str) -> str: ...
