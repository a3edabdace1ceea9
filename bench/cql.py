"""A race with cql-execution on the same twenty criteria: one person at a time, and DuckDB on many.

python bench/cql.py [--people 1000] [--many 200000] [--criteria 20] [--plain]

The criteria are spread evenly over all of them; the answers of all three are compared before anything is timed. Each
time is the best of several rounds; beside the clock stands the work of the processors, which other work on the machine
disturbs less. Needs Node; the packages of tests/peer/cql are installed when they are not there.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from narrows.case import Case
from narrows.criteria import facts_of, rules_of
from narrows.criteria.columns import prepare
from narrows.criteria.dialect import DUCKDB
from narrows.criteria.logic import text_of
from narrows.criteria.rules import Rule, Rules
from narrows.criteria.sql import rule_sql
from narrows.exchange.cql import element, library_of
from narrows.knowledge import Knowledge, load
from narrows.population.duck import Duck
from narrows.population.hand import case_of_cells
from narrows.population.people import People
from narrows.population.synthesis import synthesize

PEER = Path(__file__).resolve().parents[1] / "tests" / "peer" / "cql"
Answers = dict[str, tuple[bool | None, ...]]


def best(run: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Seconds on the clock and of processor work, each the best of several rounds."""
    clock, work = [], []
    for _ in range(rounds):
        started, worked = time.perf_counter(), time.process_time()
        run()
        clock.append(time.perf_counter() - started)
        work.append(time.process_time() - worked)
    return min(clock), min(work)


def few(rules: Rules, count: int, plain: bool) -> Rules:
    """Some criteria, spread evenly over all, or over those that a person would write in CQL much as we export them."""
    keys = [key for key, rule in rules.by_id.items() if not plain or _plain(rule)]
    keys = keys[:: len(keys) // count][:count]
    known: Any = SimpleNamespace(findings=rules.layout.findings, criteria={k: rules.by_id[k].criterion for k in keys})
    return Rules(known, {key: rules.by_id[key].parsed for key in keys})


def _plain(rule: Rule) -> bool:
    """Whether a rule is about the person alone: no levels, sides, points or assumptions."""
    sided = any(rule.layout.findings[name].side for name in rule.findings)
    return not (rule.levels or sided or rule.parsed.points or rule.assumed)


def one_by_one(cases: Sequence[Case], rules: Rules) -> tuple[Answers, tuple[float, float], tuple[float, float]]:
    """The answers of one person's evaluator, and its time with and without putting the case into its places."""
    facts = [facts_of(case, rules.layout) for case in cases]
    answers = {case.id: tuple(rules.truths(one).values()) for case, one in zip(cases, facts, strict=True)}
    whole = best(lambda: [rules.truths(facts_of(case, rules.layout)) for case in cases], 15)
    return answers, whole, best(lambda: [rules.truths(one) for one in facts], 15)


def peer(folder: Path, people: People, rules: Rules) -> tuple[Answers, tuple[float, float]]:
    """The answers of cql-execution, and its time."""
    if not (PEER / "node_modules").is_dir():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=PEER, check=True, stdout=subprocess.DEVNULL)
    library = library_of(rules, people.door.columns)
    (folder / "Narrows.cql").write_text(library.cql, encoding="utf-8")
    (folder / "NarrowsModel.xml").write_text(library.model, encoding="utf-8")
    names = ["id", *(c.name for c in people.door.columns), "read@lumbar", "read@cervical"]
    listed = ", ".join(DUCKDB.column(name) for name in names)
    with (folder / "people.jsonl").open("w", encoding="utf-8") as file:
        for row in people.duck.rows(f"SELECT {listed} FROM ({people.typed()})"):
            known = {element(n): v for n, v in zip(names, row, strict=True) if v is not None}
            file.write(json.dumps(known) + "\n")
    files = [str(folder / n) for n in ("Narrows.cql", "NarrowsModel.xml", "elm.json", "people.jsonl", "answers.jsonl")]
    subprocess.run(["node", "translate.mjs", *files[:3]], cwd=PEER, check=True)
    done = subprocess.run(
        ["node", "evaluate.mjs", *files[2:], "7"], cwd=PEER, check=True, capture_output=True, text=True
    )
    told = json.loads(done.stdout)
    answers = {}
    for line in (folder / "answers.jsonl").read_text(encoding="utf-8").splitlines():
        answer = json.loads(line)
        answers[answer["id"]] = tuple(answer["criteria"][key] for key in rules.by_id)
    return answers, (told["milliseconds"] / 1e3, told["worked"] / 1e3)


def many(folder: Path, people: People, rules: Rules, name: str) -> tuple[Path, tuple[float, float]]:
    """The answers of DuckDB to one query from Parquet to Parquet, and their time (tables of people are judged faster)."""
    duck, typed, out = people.duck, folder / f"typed-{name}.parquet", folder / f"answers-{name}.parquet"
    duck.write(people.typed(), typed)
    covers = [rule.levels for rule in rules.by_id.values() if rule.levels]
    read = {region: DUCKDB.column(f"read@{region}") for region in ("lumbar", "cervical")}
    made = prepare(people.door.columns, rules.layout.findings, DUCKDB, covers, read)
    q = DUCKDB.column
    first = ", ".join(["id", *(f"{sql} AS {q(column)}" for sql, column in made.selected)])
    asked = ", ".join(f"{text_of(rule_sql(r, made.frame, DUCKDB))} AS {q(key)}" for key, r in rules.by_id.items())
    query = f"SELECT id, {asked} FROM (SELECT {first} FROM read_parquet('{typed}')) prepared"
    return out, best(lambda: duck.write(query, out), 7)


def cases_of(table: Path, knowledge: Knowledge) -> list[Case]:
    """The people of a CSV as cases."""
    with table.open(encoding="utf-8", newline="") as file:
        return [case_of_cells(row, knowledge) for row in csv.DictReader(file)]


def main() -> None:
    """Compare, time, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--many", type=int, default=200_000)
    parser.add_argument("--criteria", type=int, default=20)
    parser.add_argument("--plain", action="store_true", help="criteria without levels, sides, points and assumptions")
    given = parser.parse_args()
    knowledge = load([])
    rules = few(rules_of(knowledge), given.criteria, given.plain)
    with tempfile.TemporaryDirectory(prefix="narrows-race-") as name:
        folder = Path(name)
        for count, suffix in ((given.people, "csv"), (given.people, "parquet")):
            synthesize(count, 11, folder / f"people.{suffix}", knowledge)
        synthesize(given.many, 12, folder / "many.parquet", knowledge)
        cases = cases_of(folder / "people.csv", knowledge)
        ours, whole, judged = one_by_one(cases, rules)
        people = People(Duck(folder, 2), str(folder / "people.parquet"), None, knowledge)
        theirs, taken = peer(folder, people, rules)
        out, _ = many(folder, people, rules, "few")
        table = {row[0]: row[1:] for row in people.duck.rows(f"SELECT * FROM read_parquet('{out}')")}
        asked = [key for key in theirs if key in ours and key in table]
        differing = sum(ours[key] != theirs[key] or ours[key] != table[key] for key in asked)
        print(f"{len(rules.by_id)} criteria, {len(asked)} people: {differing} answered otherwise by one of the three")
        crowd = People(Duck(folder, 2), str(folder / "many.parquet"), None, knowledge)
        _, bulk = many(folder, crowd, rules, "many")
    rows = (
        ("cql-execution", taken, len(theirs)),
        ("one person, with its facts", whole, len(cases)),
        ("one person, facts ready", judged, len(cases)),
        (f"DuckDB, {given.many:,} people", bulk, given.many),
    )
    for label, (clock, work), count in rows:
        ahead = taken[1] / len(theirs) / (work / count)
        print(
            f"{label:<28} {clock / count * 1e6:10.2f} µs a case on the clock, {work / count * 1e6:10.2f} µs of work, "
            f"{ahead:8.1f} times cql-execution by work, {taken[0] / len(theirs) / (clock / count):8.1f} by the clock"
        )


if __name__ == "__main__":
    main()
