"""A report on many people: how many of each urgency, syndrome and standing; what is missing, and what it would settle."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from narrows.appraisal.standing import option_rules
from narrows.appraisal.urgency import ORDER
from narrows.criteria import rules_of
from narrows.criteria.dialect import DUCKDB
from narrows.knowledge import Knowledge
from narrows.population.appraise import Tally, appraise_table
from narrows.population.duck import Duck
from narrows.population.people import People
from narrows.population.suppression import DEFAULT, Count, suppressed, table

STANDINGS = ("indicated", "possible", "trial-only", "undetermined", "waits", "contraindicated", "not-indicated")
SYNDROME_STANDINGS = ("established", "likely", "possible", "unknown", "unlikely")
URGENCIES = (*ORDER, "none found, questions open", "none found")
MOST_MISSING = 20


@dataclass(frozen=True)
class Missing:
    """A finding that is not known of some people, and for how many its answer could still decide something."""

    finding: str
    label: str
    missing: Count
    open_emergency: Count  # people of whom it is not known and an emergency rule that reads it is open
    open_option: Count  # the same for an indication or an absolute contraindication


@dataclass(frozen=True)
class Report:
    """Counts of many people; None is a small cell that is not shown."""

    people: int
    answered: int
    refused: int
    least: int
    urgency: dict[str, Count]
    syndromes: dict[str, dict[str, Count]]
    options: dict[str, dict[str, Count]]
    missing: tuple[Missing, ...]
    by_site: dict[str, dict[str, Count]] = field(default_factory=dict)
    by_time: dict[str, dict[str, Count]] = field(default_factory=dict)
    synthetic: bool = False
    tally: Tally | None = None


def report_on(
    table_of_people: str, knowledge: Knowledge, *, levels: str | None = None, least: int = DEFAULT, dsn: str = ""
) -> Report:
    """Appraise a table of people and count.

    Cells from 1 to `least` - 1 are suppressed, and others with them where they could be worked out.
    """
    with tempfile.TemporaryDirectory(prefix="narrows-") as folder:
        answers = Path(folder) / "answers.parquet"
        tally = appraise_table(table_of_people, str(answers), knowledge, levels=levels, dsn=dsn)
        duck = Duck(Path(folder))
        people = People(duck, table_of_people, levels, knowledge, dsn=dsn)
        return _counted(duck, people, answers, knowledge, least, tally)


def _counted(duck: Duck, people: People, answers: Path, knowledge: Knowledge, least: int, tally: Tally) -> Report:
    source = f"read_parquet({DUCKDB.string(str(answers))})"
    rules = rules_of(knowledge)
    emergency = [
        key
        for key, rule in rules.by_id.items()
        if rule.criterion.kind == "red-flag"
        and rule.criterion.urgency == ORDER[0]
        and not rule.criterion.only_when_told
    ]
    still_open = " OR ".join(f'"{key}" IS NULL' for key in emergency) or "FALSE"
    urgency = f"COALESCE(urgency, CASE WHEN {still_open} THEN '{URGENCIES[3]}' ELSE '{URGENCIES[4]}' END)"
    carried = people.door.kept
    return Report(
        people=tally.rows,
        answered=tally.answered,
        refused=tally.refused,
        least=least,
        urgency=suppressed(_counts(duck, urgency, source, URGENCIES), least),
        syndromes={
            key: suppressed(_counts(duck, f'"syndrome:{key}"', source, SYNDROME_STANDINGS), least)
            for key in knowledge.syndromes
        },
        options={
            key: suppressed(_counts(duck, f'"standing:{key}"', source, STANDINGS), least) for key in knowledge.options
        },
        missing=_missing(duck, people, source, knowledge, least),
        by_site=_grouped(duck, "site", urgency, source, least) if "site" in carried else {},
        by_time=_grouped(duck, _QUARTER, urgency, source, least),
        synthetic="synthetic" in carried,
        tally=tally,
    )


_QUARTER = "SUBSTRING(as_of, 1, 4) || ' Q' || CAST((CAST(SUBSTRING(as_of, 6, 2) AS INTEGER) + 2) // 3 AS VARCHAR)"


def _counts(duck: Duck, sql: str, source: str, order: Sequence[str]) -> dict[str, int]:
    found = dict(duck.execute(f"SELECT {sql}, COUNT(*) FROM {source} GROUP BY 1").fetchall())
    return {key: int(found.get(key, 0)) for key in order}


def _grouped(duck: Duck, by: str, sql: str, source: str, least: int) -> dict[str, dict[str, Count]]:
    rows: dict[str, dict[str, int]] = {}
    asked = (
        f"SELECT COALESCE(CAST({by} AS VARCHAR), 'not stated'), {sql}, COUNT(*) FROM {source} GROUP BY 1, 2 ORDER BY 1"
    )
    for name, urgency, count in duck.execute(asked).fetchall():
        rows.setdefault(str(name), dict.fromkeys(URGENCIES, 0))[urgency] = int(count)
    return table(rows, least)


def _missing(duck: Duck, people: People, source: str, knowledge: Knowledge, least: int) -> tuple[Missing, ...]:
    """The findings of the person that are unknown most, and how many open decisions they touch."""
    rules = rules_of(knowledge)
    flags = {
        key
        for key, rule in rules.by_id.items()
        if rule.criterion.kind == "red-flag" and rule.criterion.urgency == ORDER[0]
    }
    deciding = {c for o in option_rules(knowledge).values() for c in (*o.indications, *o.absolute)}
    grouped: dict[str, list[str]] = {}
    for column in people.door.columns:
        if not column.level:
            grouped.setdefault(column.finding, []).append(f'people."{column.name}" IS NULL')
    asked: list[str] = []
    names: list[str] = []
    for name, using in rules.uses.items():
        if knowledge.findings[name].per_level:
            continue
        absent = "(" + " AND ".join(grouped.get(name, ["TRUE"])) + ")"
        names.append(name)
        asked.append(f"SUM(CAST({absent} AS INTEGER))")
        for wanted in (flags, deciding):
            opened = " OR ".join(f'answers."{r.id}" IS NULL' for r in using if r.id in wanted) or "FALSE"
            asked.append(f"SUM(CAST({absent} AND ({opened}) AS INTEGER))")
    typed = people.typed()
    row = duck.execute(
        f"SELECT {', '.join(asked)} FROM ({typed}) people JOIN {source} answers ON people.id = answers.id"
    ).fetchone()
    counts = [int(v or 0) for v in row]
    found = sorted(
        zip(names, counts[0::3], counts[1::3], counts[2::3], strict=True), key=lambda one: (-one[2], -one[3], one[0])
    )

    def shown(count: int) -> Count:
        return None if 0 < count < least else count

    return tuple(
        Missing(name, knowledge.findings[name].label, shown(gone), shown(flag), shown(option))
        for name, gone, flag, option in found[:MOST_MISSING]
        if gone
    )


def as_dict(report: Report, knowledge: Knowledge) -> dict[str, Any]:
    """The report as plain data; a suppressed count is null."""
    return {
        "people": report.people,
        "answered": report.answered,
        "refused": report.refused,
        "synthetic": report.synthetic,
        "suppressed_below": report.least,
        "urgency": report.urgency,
        "syndromes": report.syndromes,
        "options": report.options,
        "missing": [one.__dict__ for one in report.missing],
        "by_site": report.by_site,
        "by_time": report.by_time,
        "knowledge": knowledge.stamp,
    }


def shares(counts: Mapping[str, Count], whole: int) -> dict[str, float]:
    """Shares of a whole in percent, of what is shown."""
    return {key: 100 * n / whole for key, n in counts.items() if n is not None and whole}
