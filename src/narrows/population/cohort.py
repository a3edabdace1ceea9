"""Who of many people fits: conditions one after another, each person included, excluded by the first that fails, or unknown."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from narrows.criteria import facts_of, rules_of
from narrows.criteria.columns import prepare
from narrows.criteria.logic import text_of
from narrows.criteria.nodes import And, Condition, Not, findings_of
from narrows.criteria.parse import ConditionError, parse
from narrows.criteria.person import compile_condition
from narrows.criteria.rules import Parsed, Rule, applicable
from narrows.criteria.sql import rule_sql
from narrows.knowledge import Knowledge
from narrows.knowledge.records.criterion import Criterion
from narrows.population.duck import Duck
from narrows.population.hand import case_of_cells
from narrows.population.people import People
from narrows.population.suppression import DEFAULT, Count, suppressed
from narrows.problem import InputError, Problem, did_you_mean


@dataclass(frozen=True)
class Step:
    """One condition of eligibility, as it was written."""

    text: str
    rule: Rule


@dataclass(frozen=True)
class Passed:
    """What a step does: excluded at it, unknown at it, and how many are left behind it (included or still unknown)."""

    text: str
    excluded: Count
    unknown: Count
    left: Count
    fails_alone: Count  # all whom the step would exclude if it were the only one


@dataclass(frozen=True)
class Funnel:
    """Eligibility of a table of people; None is a small cell that is not shown."""

    people: int
    refused: int
    included: Count
    excluded: Count
    unknown: Count
    steps: tuple[Passed, ...]
    least: int
    synthetic: bool = False


def steps_of(wheres: Sequence[str], excludes: Sequence[str], knowledge: Knowledge) -> tuple[Step, ...]:
    """The steps of conditions that must hold and of conditions that must not.

    A condition is text in the language of criteria, or the id of a criterion; AND at its top parts it into steps.
    Raises InputError with every condition that is refused.
    """
    steps: list[Step] = []
    problems: list[Problem] = []
    for option, texts in (("--where", wheres), ("--exclude", excludes)):
        for text in texts:
            try:
                steps.extend(_steps(text, option == "--exclude", knowledge))
            except ConditionError as error:
                problems.append(Problem(error.problem, f"{option} {text!r}", error.fix))
    if problems:
        raise InputError(problems)
    if not steps:
        raise InputError(Problem("no condition", "--where", "for example --where 'age >= 50 AND leg_pain'"))
    return tuple(steps)


def _steps(text: str, must_fail: bool, knowledge: Knowledge) -> Iterator[Step]:
    rules = rules_of(knowledge)
    known = rules.by_id.get(text.strip())
    if known is not None and not must_fail:
        yield Step(known.criterion.label, known)
        return
    if known is not None:
        if known.parsed.when is None or known.levels or known.assumed:
            raise ConditionError(
                f"{text.strip()} reads levels, points or an assumption; it cannot be turned round",
                "write its condition",
            )
        yield Step(f"not: {known.criterion.label}", _rule(text, Not(known.parsed.when), knowledge))
        return
    if "-" in text and " " not in text.strip():
        raise ConditionError(f"no criterion '{text.strip()}'", did_you_mean(text.strip(), rules.by_id))
    node = parse(text, knowledge.findings)
    if must_fail:
        yield Step(f"not: {' '.join(text.split())}", _rule(text, Not(node), knowledge))
    elif isinstance(node, And):
        parts = _texts(text, node)
        for part, said in zip(node.parts, parts, strict=True):
            yield Step(said, _rule(said, part, knowledge))
    else:
        yield Step(" ".join(text.split()), _rule(text, node, knowledge))


def _texts(text: str, node: And) -> list[str]:
    import sqlglot

    said: list[str] = []

    def gather(tree: Any) -> None:
        if type(tree).__name__ == "And":
            gather(tree.left)
            gather(tree.right)
        elif type(tree).__name__ == "Paren" and type(tree.this).__name__ == "And":
            gather(tree.this)
        else:
            said.append(tree.sql())

    gather(sqlglot.parse_one(text, dialect="duckdb"))
    return (
        said
        if len(said) == len(node.parts)
        else [f"{' '.join(text.split())} ({i + 1})" for i in range(len(node.parts))]
    )


def _rule(text: str, node: Condition, knowledge: Knowledge) -> Rule:
    """A rule of its own for a condition; of levels it asks whether it holds at any."""
    layout = rules_of(knowledge).layout
    names = findings_of(node)
    levelled = any(knowledge.findings[name].per_level for name in names)
    first = knowledge.findings[names[0]]
    criterion = Criterion(
        read_on=first.read_on,
        review_by=first.review_by,
        id="eligibility",
        label=text,
        kind="indication",
        scope="level" if levelled else "person",
        says=text,
        sources=(),
        source_kind="trial-criterion",
        verified=False,
        when=text,
        quantifier="any" if levelled else None,
    )
    levels = applicable(criterion, names, knowledge)
    if levelled and not levels:
        raise ConditionError("no level is left: its findings exclude one another", "ask of the neck and the back apart")
    return Rule(criterion.id, criterion, Parsed(node, ()), names, levels, compile_condition(node, layout), (), layout)


def funnel_of(
    table: str,
    steps: Sequence[Step],
    knowledge: Knowledge,
    *,
    levels: str | None = None,
    least: int = DEFAULT,
    out: str | None = None,
    dsn: str = "",
) -> Funnel:
    """Ask every step of every person and count.

    A person is excluded when a step is false, whatever else is unknown; included when all are true; else unknown.
    `out` (.csv or .parquet) gets a row for each person: id, status, and the answer of each step.
    """
    with tempfile.TemporaryDirectory(prefix="narrows-") as folder:
        duck = Duck(Path(folder))
        people = People(duck, table, levels, knowledge, dsn=dsn)
        refused = _by_hand(people, steps, knowledge, Path(folder) / "hand.csv")
        refused += len(people.broken)
        q = duck.dialect.column
        covers = [s.rule.levels for s in steps if s.rule.levels]
        regions = {region: q(f"read@{region}") for region in people.door.read}
        made = prepare(people.door.columns, knowledge.findings, duck.dialect, covers, regions)
        first = ", ".join(["id", *(f"{sql} AS {q(name)}" for sql, name in made.selected)])
        answers = ", ".join(
            f"{text_of(rule_sql(s.rule, made.frame, duck.dialect))} AS s{i}" for i, s in enumerate(steps)
        )
        types = ", ".join(["'id': 'VARCHAR'", *(f"'s{i}': 'BOOLEAN'" for i in range(len(steps)))])
        hand = f"read_csv('{folder}/hand.csv', header = true, auto_detect = false, columns = {{{types}}})"
        duck.execute(
            f"CREATE TEMP TABLE asked AS SELECT id, {answers} FROM (SELECT {first} FROM ({people.typed()}) people) prepared "
            f"UNION ALL SELECT * FROM {hand}"
        )
        if out:
            _write(duck, steps, Path(out))
        return _counted(duck, steps, people, refused, least)


def _by_hand(people: People, steps: Sequence[Step], knowledge: Knowledge, path: Path) -> int:
    """Ask the rows that the engine does not answer; how many are refused."""
    layout = rules_of(knowledge).layout
    refused = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *(f"s{i}" for i in range(len(steps)))])
        for _, *found in people.by_hand():
            cells = {n: "" if c is None else str(c) for n, c in zip(people.door.raw, found, strict=True)}
            identity = cells["id"].strip()
            if not identity or identity in people.repeated:
                refused += 1
                continue
            try:
                facts = facts_of(case_of_cells(cells, knowledge), layout)
            except InputError:
                refused += 1  # counted and told; `narrows appraise --engine` names each with its reason
                continue
            truths = (step.rule.truth(facts) for step in steps)
            writer.writerow([identity, *("" if t is None else str(t).lower() for t in truths)])
    return refused


def _status(count: int) -> str:
    every = " AND ".join(f"s{i}" for i in range(count))
    return f"CASE WHEN ({every}) THEN 'included' WHEN NOT ({every}) THEN 'excluded' ELSE 'unknown' END"


def _write(duck: Duck, steps: Sequence[Step], out: Path) -> None:
    if out.suffix.lower() not in (".csv", ".parquet"):
        raise InputError(
            Problem(f"'{out.name}' ends in neither .parquet nor .csv", "--out", "for example --out cohort.csv")
        )
    q = duck.dialect.column
    answers = ", ".join(f"s{i} AS {q(f'{i + 1}: {step.text}')}" for i, step in enumerate(steps))
    half = out.with_name(f".{out.name}.half{out.suffix}")
    try:
        duck.write(f"SELECT id, {_status(len(steps))} AS status, {answers} FROM asked ORDER BY id", half)
        os.replace(half, out)
    finally:
        half.unlink(missing_ok=True)


def _counted(duck: Duck, steps: Sequence[Step], people: People, refused: int, least: int) -> Funnel:
    count = len(steps)
    first_false = "CASE " + " ".join(f"WHEN NOT s{i} THEN {i}" for i in range(count)) + " END"
    sums = [f"COUNT(CASE WHEN {first_false} = {i} THEN 1 END)" for i in range(count)]
    sums += [f"COUNT(CASE WHEN NOT s{i} THEN 1 END)" for i in range(count)]
    sums += [
        f"COUNT(CASE WHEN s{i} IS NULL AND COALESCE({first_false}, {count}) > {i} THEN 1 END)" for i in range(count)
    ]
    total, included, *rest = duck.execute(
        f"SELECT COUNT(*), COUNT(CASE WHEN {_status(count)} = 'included' THEN 1 END), {', '.join(sums)} FROM asked"
    ).fetchone()
    if total + refused != people.rows:
        raise AssertionError(f"{people.rows} rows in, {total} asked and {refused} refused")
    excluded, alone, unknown = (list(map(int, rest[i * count : (i + 1) * count])) for i in range(3))
    undecided = int(total) - int(included) - sum(excluded)
    ends = suppressed(
        {"included": int(included), "unknown": undecided, **{f"{i}": n for i, n in enumerate(excluded)}}, least
    )
    outcome: Count = sum(excluded) if all(ends[str(i)] is not None for i in range(count)) else None
    passed = []
    left: Count = int(total)
    for i, step in enumerate(steps):
        gone = ends[str(i)]
        left = None if left is None or gone is None else left - gone
        hidden = least > 1 and (0 < unknown[i] < least), least > 1 and (0 < alone[i] < least)
        passed.append(Passed(step.text, gone, None if hidden[0] else unknown[i], left, None if hidden[1] else alone[i]))
    invented = "synthetic" in people.door.kept
    return Funnel(people.rows, refused, ends["included"], outcome, ends["unknown"], tuple(passed), least, invented)


def as_dict(funnel: Funnel, knowledge: Knowledge) -> dict[str, Any]:
    """The funnel as plain data; a suppressed count is null."""
    return {
        "people": funnel.people,
        "refused": funnel.refused,
        "synthetic": funnel.synthetic,
        "included": funnel.included,
        "excluded": funnel.excluded,
        "unknown": funnel.unknown,
        "suppressed_below": funnel.least,
        "steps": [step.__dict__ for step in funnel.steps],
        "knowledge": knowledge.stamp,
    }
