"""Random conditions over random people: the evaluator of one person and every engine answer the same."""

from __future__ import annotations

import datetime
import os
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from narrows.case import Case, Sides
from narrows.criteria import nodes as n
from narrows.criteria.bits import Circuit
from narrows.criteria.columns import column_of, prepare
from narrows.criteria.facts import facts_of
from narrows.criteria.logic import text_of
from narrows.criteria.rules import Parsed, Rules
from narrows.criteria.sql import rule_sql
from narrows.knowledge.levels import CERVICAL, LEVELS, LUMBAR
from narrows.knowledge.records.criterion import Criterion
from narrows.knowledge.records.finding import Choice, Finding
from narrows.population.arrow import batches

SOAK = bool(os.environ.get("NARROWS_SOAK"))

DATED: dict[str, Any] = {"read_on": datetime.date(2026, 1, 1), "review_by": datetime.date(2027, 1, 1)}

#: Errors of an engine that count as no difference: none.
IGNORED_ERRORS: tuple[tuple[type[Exception], str], ...] = ()


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
NUMBERS = st.sampled_from([0, 1, 2, 3, 4, 5, 0.5, 2.5, 0.1, -1])
QUANTIFIERS = ("any", "all", "at-least-2")


# ---- random conditions, drawn backwards from the wanted type


def terms(names: list[str], depth: int) -> st.SearchStrategy[n.Term]:
    """Terms that are numbers."""
    leaf = st.sampled_from(names).map(n.Value)
    if depth == 0:
        return leaf
    below = st.one_of(leaf, NUMBERS.map(n.Number), terms(names, depth - 1))
    return st.one_of(leaf, st.builds(n.Arithmetic, st.sampled_from("/+-*"), below, below))


def conditions(names: list[str], depth: int) -> st.SearchStrategy[n.Condition]:
    """Conditions over some findings; the first choices end, so that examples shrink."""
    booleans = sorted(BOOLEAN & set(names))
    numbers = sorted(NUMERIC & set(names))
    codes = sorted(TEXTUAL & set(names))
    signs = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
    literal = NUMBERS.map(n.Number)
    values = st.sampled_from(numbers).map(n.Value)
    listed = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(tuple)
    counted = st.lists(NUMBERS, min_size=1, max_size=3).map(tuple)
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
    term = terms(numbers, depth)
    deeper = conditions(names, depth - 1)
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


def codes_or_values(name: str) -> st.SearchStrategy[Any]:
    """A value of a finding."""
    f = FINDINGS[name]
    if f.type == "boolean":
        return st.booleans()
    if f.choices:
        return st.sampled_from([c.code for c in f.choices])
    low, high = int(f.min if f.min is not None else -2), int(f.max if f.max is not None else 5)
    whole = st.integers(low, high)
    return whole if f.type == "integer" else st.one_of(whole, st.sampled_from([0.5, 2.5, 0.1]))


@st.composite
def rules(draw: st.DrawFn, index: int) -> tuple[Criterion, Parsed]:
    """A rule: about the person or about levels, with or without points and assumptions."""
    depth = draw(st.integers(0, 4 if SOAK else 3))
    at_level = draw(st.booleans())
    condition = conditions(EVERY if at_level else PERSONAL, depth)
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
        assume={x: draw(codes_or_values(x)) for x in assumed},
    )  # fmt: skip
    return criterion, Parsed(when, tuple(items))


@st.composite
def people(draw: st.DrawFn, index: int) -> Case:
    """A person of whom much is unknown: sides, levels, whole regions."""

    def value(name: str) -> Any:
        if FINDINGS[name].side and draw(st.booleans()):
            one = st.one_of(st.none(), codes_or_values(name))
            left, right = draw(one), draw(one)
            return Sides(left, right) if (left, right) != (None, None) else Sides(draw(codes_or_values(name)), None)
        return draw(codes_or_values(name))

    known = draw(st.lists(st.sampled_from(PERSONAL), unique=True))
    case = Case(str(index), datetime.date(2026, 1, 1), findings={name: value(name) for name in known})
    for level in draw(st.lists(st.sampled_from(["C2-C3", "C3-C4", "C7-T1", "L3-L4", "L4-L5", "L5-S1"]), unique=True)):
        wanted = "cervical" if level in CERVICAL else "lumbar"
        fitting = [x for x in EVERY if FINDINGS[x].per_level and FINDINGS[x].region in ("both", wanted)]
        chosen = draw(st.lists(st.sampled_from(fitting), min_size=1, max_size=4, unique=True))
        case.levels[level] = {name: value(name) for name in chosen}
    case.levels_read = tuple(draw(st.lists(st.sampled_from(["cervical", "lumbar"]), unique=True)))
    return case


# ---- one person and many


def cells(case: Case) -> dict[str, Any]:
    """A person as the columns of a table."""
    found: dict[str, Any] = {
        "read@lumbar": "lumbar" in case.levels_read,
        "read@cervical": "cervical" in case.levels_read,
    }
    for level, values in (("", case.findings), *case.levels.items()):
        for name, value in values.items():
            at = f"{name}@{level}" if level else name
            if isinstance(value, Sides):
                found.update({f"{at}@{s}": v for s, v in value._asdict().items() if v is not None})
            else:
                found[at] = value
    return found


def table_of(cases: list[Case], dialect: Any) -> tuple[str, list[str]]:
    """A query that holds the people as literals, and the columns of findings that it has."""
    table = [cells(case) for case in cases]
    names = sorted({name for row in table for name in row} - {"read@lumbar", "read@cervical"})

    def literal(name: str, value: Any) -> str:
        kind = FINDINGS[name.split("@")[0]] if not name.startswith("read@") else None
        if kind is None or kind.type == "boolean":
            sql_type = "BOOLEAN"
        else:
            sql_type = dialect.text if kind.name in TEXTUAL else dialect.double
        text = "NULL" if value is None else dialect.literal(value)
        return f"CAST({text} AS {sql_type})" if dialect.name != "sqlite" or sql_type != "BOOLEAN" else text

    q = dialect.column
    header = [*names, "read@lumbar", "read@cervical"]
    rows = " UNION ALL ".join(
        "SELECT " + ", ".join([f"{i} AS n", *(f"{literal(name, row.get(name))} AS {q(name)}" for name in header)])
        for i, row in enumerate(table)
    )
    return rows, names


def by_text(cases: list[Case], ruled: Rules, engine: Any) -> list[tuple[Any, ...]]:
    """The answers of an engine to one query that asks every rule of everybody."""
    q = engine.dialect.column
    rows, names = table_of(cases, engine.dialect)
    made, truths = asked_of(names, ruled, engine.dialect)
    first = ", ".join(["n", *(f"{sql} AS {q(name)}" for sql, name in made.selected)])
    answers = ", ".join(f"{text_of(t)} AS {q(key)}" for t, key in zip(truths, ruled.by_id, strict=True))
    asked = f"SELECT n, {answers} FROM (SELECT {first} FROM ({rows}) people) prepared ORDER BY n"
    return [row[1:] for row in engine.rows(asked)]


def by_bits(cases: list[Case], ruled: Rules, engine: Any) -> list[tuple[Any, ...]]:
    """The answers of rows of bits to columns that DuckDB hands over, as tables of people are answered."""
    q = engine.dialect.column
    rows, names = table_of(cases, engine.dialect)
    made, truths = asked_of(names, ruled, engine.dialect)
    circuit = Circuit(truths)
    values = ", ".join(["*", *(f"{sql} AS {q(name)}" for sql, name in made.values)])
    listed = ", ".join(["n", *(f"{sql} AS {q(name)}" for name, sql in circuit.columns.items())])
    found: list[tuple[Any, ...]] = []
    asked = f"SELECT {listed} FROM (SELECT {values} FROM ({rows}) people) prepared ORDER BY n"
    for columns, count in batches(engine.connection.sql(asked)):
        answers = circuit.answers(columns, count)
        true, possible = ([bits(part, count) for part in side] for side in zip(*answers, strict=True))
        found += [
            tuple(True if t else None if p else False for t, p in zip(ts, ps, strict=True))
            for ts, ps in zip(zip(*true, strict=True), zip(*possible, strict=True), strict=True)
        ]
    return found


def bits(packed: Any, count: int) -> list[bool]:
    """Packed bits as truth values."""
    return [bool(int(packed[i // 64]) >> (i % 64) & 1) for i in range(count)]


def asked_of(names: list[str], ruled: Rules, dialect: Any) -> tuple[Any, list[Any]]:
    """What is read of the columns, and the logic of each rule."""
    columns = [column_of(name, FINDINGS) for name in names]
    covers = [r.levels for r in ruled.by_id.values() if r.levels]
    read = {r: dialect.column(f"read@{r}") for r in ("lumbar", "cervical")}
    made = prepare(columns, FINDINGS, dialect, covers, read)
    return made, [rule_sql(r, made.frame, dialect) for r in ruled.by_id.values()]


def differences(cases: list[Case], drawn: list[tuple[Criterion, Parsed]], engine: Any, how: Any = by_text) -> list[str]:
    """Where an engine answers otherwise than the evaluator of one person."""
    criteria = {c.id: c for c, _ in drawn}
    ruled = Rules(SimpleNamespace(findings=FINDINGS, criteria=criteria), {c.id: p for c, p in drawn})  # type: ignore[arg-type]
    wanted = [tuple(ruled.truths(facts_of(case, ruled.layout)).values()) for case in cases]
    try:
        got = how(cases, ruled, engine)
    except Exception as error:
        if any(isinstance(error, kind) and text in str(error) for kind, text in IGNORED_ERRORS):
            return []
        raise
    assert len(got) == len(wanted)
    return [
        f"{engine.dialect.name}: rule {key} {criteria[key]} {ruled.by_id[key].parsed} for {case}: one {w}, many {g}"
        for case, one, many in zip(cases, wanted, got, strict=True)
        for key, w, g in zip(criteria, one, many, strict=True)
        if w is not g
    ]


def draws(rule_count: int, people_count: int) -> st.SearchStrategy[tuple[list[Any], list[Case]]]:
    """Some rules and some people."""
    return st.tuples(
        st.tuples(*(rules(i) for i in range(rule_count))).map(list), st.tuples(*(people(i) for i in range(people_count))).map(list)
    )  # fmt: skip


CALM = settings(
    deadline=None, derandomize=not SOAK, database=None,
    suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink) if SOAK else (Phase.generate,),
)  # fmt: skip


@settings(CALM, max_examples=3000 if SOAK else 20)
@given(drawn=draws(4, 8))
def test_duckdb_and_sqlite(drawn: Any, duckdb_engine: Any, sqlite_engine: Any) -> None:
    """DuckDB and SQLite."""
    ruled, cases = drawn
    assert differences(cases, ruled, duckdb_engine) == []
    assert differences(cases, ruled, sqlite_engine) == []


@settings(CALM, max_examples=6000 if SOAK else 40)
@given(drawn=draws(4, 8))
def test_duckdb_and_bits(drawn: Any, duckdb_engine: Any) -> None:
    """Rows of bits over the columns of DuckDB, as tables of people are answered."""
    ruled, cases = drawn
    assert differences(cases, ruled, duckdb_engine, by_bits) == []


@settings(CALM, max_examples=2000 if SOAK else 12)
@given(drawn=draws(4, 8))
def test_postgres(drawn: Any, postgres_engine: Any) -> None:
    """PostgreSQL."""
    ruled, cases = drawn
    assert differences(cases, ruled, postgres_engine) == []


@settings(CALM, max_examples=60 if SOAK else 3)
@given(drawn=draws(20, 12))
def test_spark(drawn: Any, spark_engine: Any) -> None:
    """Spark: fewer and larger draws, because each query has to be planned."""
    ruled, cases = drawn
    assert differences(cases, ruled, spark_engine) == []


def test_everything_is_reached() -> None:
    """The draws reach every class of node, point rules, assumptions, each quantifier, and each kind of half-known side."""
    seen: Counter[str] = Counter()

    @settings(CALM, max_examples=100)
    @given(drawn=draws(5, 2))
    def look(drawn: Any) -> None:
        for criterion, parsed in drawn[0]:
            seen["points"] += bool(parsed.points)
            seen["points with a condition"] += bool(parsed.points) and parsed.when is not None
            seen["assume"] += bool(criterion.assume)
            if criterion.scope == "level":
                seen[f"quantifier {criterion.quantifier}"] += 1
            for condition in [c for c in (parsed.when, *(c for c, _ in parsed.points)) if c is not None]:
                for node in n.walk(condition):
                    seen[type(node).__name__] += 1
                    if isinstance(node, n.Compare):
                        seen[f"sign {node.operator}"] += 1
                    if isinstance(node, n.Arithmetic):
                        seen[f"arithmetic {node.operator}"] += 1
        for case in drawn[1]:
            seen["region read"] += bool(case.levels_read)
            for values in (case.findings, *case.levels.values()):
                for name, value in values.items():
                    if isinstance(value, Sides) and None in value:
                        seen[f"half known, worse {FINDINGS[name].worse}"] += 1

    look()
    wanted = {
        *(kind.__name__ for kind in n.NODES), "points", "points with a condition", "assume", "region read",
        *(f"quantifier {q}" for q in QUANTIFIERS), *(f"sign {s}" for s in ("=", "<>", "<", "<=", ">", ">=")),
        *(f"arithmetic {s}" for s in "+-*/"),
        *(f"half known, worse {w}" for w in ("low", "high", "first", "last", "extreme", None)),
    }  # fmt: skip
    assert {name for name in wanted if not seen[name]} == set()
    assert set(LEVELS) >= {"C2-C3", "L5-S1"}


def test_a_wrong_answer_would_be_seen(duckdb_engine: Any) -> None:
    """The comparison itself finds a difference: an engine that takes unknown for false is caught."""

    class Lying:
        dialect = duckdb_engine.dialect

        def rows(self, sql: str) -> list[tuple[Any, ...]]:
            return [(row[0], *(bool(v) for v in row[1:])) for row in duckdb_engine.rows(sql)]

    rule = Criterion(
        id="r",
        label="r",
        kind="caution",
        scope="person",
        says="r",
        sources=(),
        source_kind="study",
        verified=False,
        **DATED,
    )
    nobody = [Case("x", datetime.date(2026, 1, 1))]
    assert differences(nobody, [(rule, Parsed(n.Holds("b1"), ()))], duckdb_engine) == []
    assert differences(nobody, [(rule, Parsed(n.Holds("b1"), ()))], Lying()) != []


def test_no_error_is_ignored() -> None:
    """The list of errors that count as no difference is empty; an entry here needs a reason and a test of its own."""
    assert not IGNORED_ERRORS


if not SOAK:

    def test_draws_hold_unknowns() -> None:
        """Answers are spread over true, false and unknown: a draw that is always unknown would prove nothing."""
        counts: Counter[Any] = Counter()

        @settings(CALM, max_examples=30)
        @given(drawn=draws(4, 4))
        def look(drawn: Any) -> None:
            criteria = {c.id: c for c, _ in drawn[0]}
            ruled = Rules(SimpleNamespace(findings=FINDINGS, criteria=criteria), {c.id: p for c, p in drawn[0]})  # type: ignore[arg-type]
            for case in drawn[1]:
                counts.update(ruled.truths(facts_of(case, ruled.layout)).values())

        look()
        assert all(counts[t] > 0.1 * sum(counts.values()) for t in (True, False, None)), counts


pytestmark = pytest.mark.filterwarnings("error")
