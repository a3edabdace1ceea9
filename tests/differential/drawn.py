"""Random rules over a small dictionary, and random people: what the engines are compared on."""

from __future__ import annotations

import datetime
import os
from typing import Any

from hypothesis import strategies as st

from narrows.case import Case, Sides
from narrows.criteria import nodes as n
from narrows.criteria.rules import Parsed
from narrows.knowledge.levels import CERVICAL, LUMBAR
from narrows.knowledge.records.criterion import Criterion
from narrows.knowledge.records.finding import Choice, Finding

#: How many draws a long run makes on DuckDB; 0 for a short one, with the same few draws every time.
SOAK = int(os.environ.get("NARROWS_SOAK", "0"))

DATED: dict[str, Any] = {"read_on": datetime.date(2026, 1, 1), "review_by": datetime.date(2027, 1, 1)}


def finding(name: str, kind: str, **more: Any) -> Finding:
    """A finding of a small dictionary in which values meet often."""
    plain = {"label": name, "group": "test", "per_level": False, "side": False, **DATED}
    return Finding(**{**plain, "who_can_answer": "patient", "source": "test", "name": name, "type": kind, **more})


CODES = tuple(Choice(code=c, label=c) for c in ("a", "b", "c"))
GRADES = tuple(Choice(code=i, label=str(i)) for i in range(4))
FINDINGS = {
    f.name: f
    for f in (
        finding("b1", "boolean"),
        finding("b2", "boolean"),
        finding("b3", "boolean", side=True),
        finding("b4", "boolean", per_level=True, region="lumbar"),
        finding("b5", "boolean", per_level=True, side=True, region="both"),
        finding("q1", "quantity", min=0, max=5),
        finding("q2", "quantity", min=-3, max=5),
        finding("q3", "quantity", min=0, max=5, side=True, worse="extreme"),
        finding("q4", "quantity", min=0, max=5, per_level=True, side=True, worse="low", region="lumbar"),
        finding("q5", "quantity", per_level=True, region="both"),
        finding("q6", "quantity", side=True, worse="high"),
        finding("i1", "integer", min=0, max=5),
        finding("g1", "ordinal", choices=GRADES, side=True, worse="low", min=0, max=3),
        finding("g2", "ordinal", choices=GRADES, per_level=True, side=True, worse="high", min=0, max=3, region="both"),
        finding("g3", "ordinal", choices=GRADES, side=True),
        finding("c1", "choice", choices=CODES),
        finding("c2", "choice", choices=CODES, side=True, worse="last"),
        finding("c3", "choice", choices=CODES, side=True, worse="first"),
        finding("c4", "ordinal", choices=CODES, per_level=True, region="lumbar"),
    )
}
TEXTUAL = {name for name, f in FINDINGS.items() if f.choices and isinstance(f.choices[0].code, str)}
BOOLEAN = {name for name, f in FINDINGS.items() if f.type == "boolean"}
NUMERIC = set(FINDINGS) - TEXTUAL - BOOLEAN
#: 0.1 has no binary fraction: engines of binary floating point must agree on its errors too.
POOL = (0, 1, 2, 3, 4, 5, 0.5, 2.5, 0.1, -1)
#: For an engine of decimals, numbers that are exact in both ways of counting.
EXACT = tuple(0.25 if number == 0.1 else number for number in POOL)
QUANTIFIERS = ("any", "all", "at-least-2")


# ---- random conditions, drawn backwards from the wanted type


def terms(names: list[str], depth: int, exact: bool, signs: str = "/+-*") -> st.SearchStrategy[n.Term]:
    """Terms that are numbers; exact: a quotient, which may end nowhere, enters no further arithmetic."""
    leaf = st.sampled_from(names).map(n.Value)
    if depth == 0:
        return leaf
    deeper = terms(names, depth - 1, exact, "+-*" if exact else signs)
    below = st.one_of(leaf, st.sampled_from(EXACT if exact else POOL).map(n.Number), deeper)
    return st.one_of(leaf, st.builds(n.Arithmetic, st.sampled_from(signs), below, below))


def conditions(names: list[str], depth: int, exact: bool = False) -> st.SearchStrategy[n.Condition]:
    """Conditions over some findings; the first choices end, so that examples shrink."""
    numbered = st.sampled_from(EXACT if exact else POOL)
    booleans = sorted(BOOLEAN & set(names))
    numbers = sorted(NUMERIC & set(names))
    codes = sorted(TEXTUAL & set(names))
    signs = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
    literal = numbered.map(n.Number)
    values = st.sampled_from(numbers).map(n.Value)
    listed = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(tuple)
    counted = st.lists(numbered, min_size=1, max_size=3).map(tuple)
    leaves = [
        st.sampled_from(booleans).map(n.Holds),
        st.sampled_from(names).map(n.IsNull),
        st.builds(n.Compare, signs, values, literal),
        st.builds(n.In, st.sampled_from(codes), listed),
        st.builds(n.In, st.sampled_from(numbers), counted),
        st.builds(
            n.Compare,
            st.sampled_from(["=", "<>"]),
            st.sampled_from(codes).map(n.Value),
            st.sampled_from("abc").map(n.Text),
        ),
        st.builds(n.Between, values, literal, literal),
    ]
    if depth == 0:
        return st.one_of(*leaves)
    term = terms(numbers, depth, exact)
    deeper = conditions(names, depth - 1, exact)
    several = st.lists(deeper, min_size=2, max_size=4).map(tuple)
    return st.one_of(
        *leaves,
        st.builds(n.Compare, signs, term, st.one_of(term, literal)),
        st.builds(n.Between, st.one_of(term, literal), st.one_of(term, literal), st.one_of(term, literal)),
        deeper.map(n.Not),
        several.map(n.And),
        several.map(n.Or),
    )


PERSONAL = sorted(name for name, f in FINDINGS.items() if not f.per_level)
EVERY = sorted(FINDINGS)


def codes_or_values(name: str, exact: bool = False) -> st.SearchStrategy[Any]:
    """A value of a finding."""
    f = FINDINGS[name]
    if f.type == "boolean":
        return st.booleans()
    if f.choices:
        return st.sampled_from([c.code for c in f.choices])
    low, high = int(f.min if f.min is not None else -2), int(f.max if f.max is not None else 5)
    whole = st.integers(low, high)
    return whole if f.type == "integer" else st.one_of(whole, st.sampled_from([0.5, 2.5, 0.25 if exact else 0.1]))


@st.composite
def rules(draw: st.DrawFn, index: int, exact: bool = False) -> tuple[Criterion, Parsed]:
    """A rule: about the person or about levels, with or without points and assumptions."""
    depth = draw(st.integers(0, 4 if SOAK else 3))
    at_level = draw(st.booleans())
    condition = conditions(EVERY if at_level else PERSONAL, depth, exact)
    pointed = draw(st.booleans())
    items = (
        draw(st.lists(st.tuples(condition, st.sampled_from([1, 2, 3, -1])), min_size=1, max_size=4)) if pointed else []
    )
    when = None if pointed and draw(st.booleans()) else draw(condition)
    names = [x for c in [*([when] if when else []), *(c for c, _ in items)] for x in n.findings_of(c)]
    assumed = draw(st.lists(st.sampled_from(names), max_size=2, unique=True)) if names else []
    levels = draw(st.sampled_from([(), ("L4-L5",), ("L3-L4", "L4-L5"), CERVICAL[:2], (*CERVICAL[-1:], *LUMBAR[-2:])]))
    levelled = any(FINDINGS[x].per_level for x in names)
    criterion = Criterion(
        id=f"r{index}", label="r", kind="caution", scope="level" if levelled else "person", says="r", sources=(),
        source_kind="study", verified=False, when="drawn", **DATED, quantifier=draw(st.sampled_from(QUANTIFIERS)),
        points_at_least=draw(st.integers(0, 5)) if pointed else None, levels=levels if levelled else (),
        assume={x: draw(codes_or_values(x, exact)) for x in assumed},
    )  # fmt: skip
    return criterion, Parsed(when, tuple(items))


@st.composite
def people(draw: st.DrawFn, index: int, exact: bool = False) -> Case:
    """A person of whom much is unknown: sides, levels, whole regions."""

    def value(name: str) -> Any:
        if FINDINGS[name].side and draw(st.booleans()):
            one = st.one_of(st.none(), codes_or_values(name, exact))
            left, right = draw(one), draw(one)
            known = (left, right) != (None, None)
            return Sides(left, right) if known else Sides(draw(codes_or_values(name, exact)), None)
        return draw(codes_or_values(name, exact))

    known = draw(st.lists(st.sampled_from(PERSONAL), unique=True))
    case = Case(str(index), datetime.date(2026, 1, 1), findings={name: value(name) for name in known})
    for level in draw(st.lists(st.sampled_from(["C2-C3", "C3-C4", "C7-T1", "L3-L4", "L4-L5", "L5-S1"]), unique=True)):
        wanted = "cervical" if level in CERVICAL else "lumbar"
        fitting = [x for x in EVERY if FINDINGS[x].per_level and FINDINGS[x].region in ("both", wanted)]
        chosen = draw(st.lists(st.sampled_from(fitting), min_size=1, max_size=4, unique=True))
        case.levels[level] = {name: value(name) for name in chosen}
    case.levels_read = tuple(draw(st.lists(st.sampled_from(["cervical", "lumbar"]), unique=True)))
    return case


def draws(rule_count: int, people_count: int, exact: bool = False) -> st.SearchStrategy[tuple[list[Any], list[Case]]]:
    """Some rules and some people."""
    return st.tuples(
        st.tuples(*(rules(i, exact) for i in range(rule_count))).map(list),
        st.tuples(*(people(i, exact) for i in range(people_count))).map(list),
    )
