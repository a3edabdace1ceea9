"""A table of people, opened and counted: which rows an engine answers, and which are read one at a time."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from narrows.case.row import FALSE, TRUE
from narrows.criteria.dialect import DUCKDB, Dialect
from narrows.knowledge import Knowledge
from narrows.knowledge.records.finding import Finding
from narrows.population.door import Door, Kind, Survey, door_of, fitting, within
from narrows.population.duck import Duck
from narrows.population.postgres import TABLE, fetch
from narrows.population.scores import score_answers
from narrows.problem import InputError, Problem


def today() -> str:
    """The day on which a row without a date is known."""
    return datetime.datetime.now(datetime.UTC).astimezone().date().isoformat()


def survey_of(duck: Duck, kinds: Mapping[str, Kind], knowledge: Knowledge) -> Survey:
    """One look at all columns, so that values that are plain everywhere need not be looked at in each row."""
    q = duck.dialect.column
    wanted: list[tuple[str, Finding, str]] = []
    asked: list[str] = []
    for name, kind in kinds.items():
        finding = knowledge.findings.get(name.split("@")[0])
        if finding is None or name in ("id", "as_of", "levels_read"):
            continue
        if kind == "text" and finding.type == "boolean":
            wanted.append((name, finding, "words"))
            asked.append(f"BOOL_AND({q(name)} IN ({_texts(sorted(TRUE | FALSE))}))")
        elif kind == "text" and not fitting(finding, kind) and finding.type != "date":
            number = f"TRY_CAST({q(name)} AS DOUBLE)"
            plain = f"TRANSLATE({q(name)}, '0123456789.+-eE', '') = '' AND {number} IS NOT NULL"
            wanted.append((name, finding, "numbers"))
            asked.append(
                f"{{'low': MIN({number}), 'high': MAX({number}), 'plain': BOOL_AND({plain}), "
                f"'whole': BOOL_AND({number} = FLOOR({number}))}}"
            )
        elif not fitting(finding, kind):
            if kind != "text":
                wanted.append((name, finding, "count"))
                asked.append(f"COUNT({q(name)})")
        elif kind == "text":
            wanted.append((name, finding, "codes"))
            asked.append(f"BOOL_AND({q(name)} IN ({_texts([str(c.code) for c in finding.choices])}))")
        elif kind in ("integer", "float"):
            wanted.append((name, finding, "limits"))
            asked.append(f"[CAST(MIN({q(name)}) AS DOUBLE), CAST(MAX({q(name)}) AS DOUBLE)]")
        else:
            wanted.append((name, finding, "plain"))
            asked.append("NULL")
    if not asked:
        return Survey()
    answers = duck.one(f"SELECT {', '.join(asked)} FROM {duck.relation}")
    clean: set[str] = set()
    empty: set[str] = set()
    spoken: dict[str, str] = {}
    for (name, finding, what), answer in zip(wanted, answers, strict=True):
        if what == "count" and not answer:
            empty.add(name)
        elif what == "words" and answer:
            spoken[name] = f"({q(name)} IN ({_texts(sorted(TRUE))}))"
        elif what == "numbers" and answer["plain"]:
            # Text of nothing but plain numbers within limits is read as such, without a pattern for each cell.
            if within(finding, "integer" if answer["whole"] else "float", answer["low"], answer["high"]):
                spoken[name] = f"TRY_CAST({q(name)} AS DOUBLE)"
        elif _clean(what, finding, kinds[name], answer):
            clean.add(name)
    return Survey(frozenset(clean), frozenset(empty), spoken)


def _texts(words: Sequence[str]) -> str:
    return ", ".join(DUCKDB.string(word) for word in words)


def _clean(what: str, finding: Finding, kind: Kind, answer: Any) -> bool:
    if what == "codes":
        return answer is not False  # null: nothing is there
    return what == "plain" or (what == "limits" and within(finding, kind, *answer))


class People:
    """A table behind its door: a file, or 'table:NAME' of a PostgreSQL database that `dsn` leads to.

    Raises InputError when it cannot be read, holds nobody, or has columns that are missing, unknown or of a wrong type.
    """

    def __init__(
        self,
        duck: Duck,
        table: str,
        levels: str | None,
        knowledge: Knowledge,
        keep: Sequence[str] = (),
        dsn: str = "",
    ) -> None:
        self.duck, self.table = duck, table
        path, name = Path(table), Path(table).name
        if table.startswith(TABLE):
            path, name = duck.work / "people.csv", table
            fetch(table, dsn, path)
        kinds = duck.open(path, Path(levels) if levels else None)
        found = survey_of(duck, kinds, knowledge)
        scored = score_answers(duck, kinds, knowledge)
        self.door: Door = door_of(kinds, knowledge, duck.dialect, name, keep, today(), found, scored)
        self.broken = duck.broken_lines
        self._count()

    @property
    def rows(self) -> int:
        """Every row of the table, also lines that could not be parted into cells."""
        return self.whole + len(self.broken)

    def _count(self) -> None:
        """Count the rows, and note which are read one at a time: their numbers stand in a table `aside`."""
        duck, door = self.duck, self.door
        odd = list(door.odd_numbers.items())
        sums = ["COUNT(*)", *(f"SUM(CAST({sql} AS INTEGER))" for _, sql in odd)]
        total, *counts = duck.one(f"SELECT {', '.join(sums)} FROM {duck.relation}")
        if not total and not self.broken:
            raise InputError(Problem("a header and no people", self.table, "one row a person"))
        self.whole = int(total)
        self.odd = {name: int(c) for (name, _), c in zip(odd, counts, strict=True) if c}
        identity = next(sql for sql, name in door.beside if name == "id")
        # By numbers made of the ids, which are quicker to count than text; only where some meet are the ids themselves.
        same = duck.one(f"SELECT COUNT(HASH({identity})) - COUNT(DISTINCT HASH({identity})) FROM {duck.relation}")
        repeated = (
            f"SELECT {identity} AS id FROM {duck.relation} GROUP BY 1 HAVING COUNT(*) > 1 AND {identity} IS NOT NULL"
        )
        found = duck.execute(repeated).fetchall() if same[0] else []
        self.repeated = frozenset(str(row[0]) for row in found)
        twice = f" OR {identity} IN (SELECT id FROM ({repeated}))" if self.repeated else ""
        duck.execute(
            f"CREATE OR REPLACE TEMP TABLE aside AS SELECT {duck.row} AS row FROM {duck.relation} WHERE {door.doubtful}{twice}"
        )
        self.aside = int(duck.one("SELECT COUNT(*) FROM aside")[0])

    def by_hand(self, everyone: bool = False) -> Iterator[tuple[Any, ...]]:
        """The rows that are read one at a time: row number, then the cells as text."""
        if not self.aside and not everyone:
            return iter(())
        listed = ", ".join(f"CAST({self.duck.dialect.column(c)} AS VARCHAR)" for c in self.door.raw)
        where = "" if everyone else f" WHERE {self.duck.row} IN (SELECT row FROM aside)"
        return self.duck.rows(f"SELECT {self.duck.row}, {listed} FROM {self.duck.relation}{where}")

    def typed(self, first: int = 0, size: int | None = None) -> str:
        """The query of typed values of the rows that an engine answers, all or from a row on."""
        duck = self.duck
        bounds = f"{duck.row} BETWEEN {first} AND {first + size - 1}" if size is not None else ""
        others = f"{duck.row} NOT IN (SELECT row FROM aside)" if self.aside else ""
        where = " AND ".join(filter(None, (bounds, others)))
        return self.noted().typed(duck.relation, duck.dialect, f" WHERE {where}" if where else "")

    def carried(self) -> dict[str, str]:
        """The columns that are carried along, and the kind in which each is written."""
        return {"id": "text", "as_of": "text", **self.duck.carried(self.door.kept), "notes": "text"}

    def written(self, first: int = 0, size: int | None = None) -> str:
        """The query of typed values, with what is carried along as it is written."""
        listed = ", ".join(self.duck.cast(self.carried()))
        return f"SELECT * REPLACE ({listed}) FROM ({self.typed(first, size)}) read"

    def noted(self) -> Door:
        """The door with a column of notes on values that are no numbers."""
        dialect: Dialect = self.duck.dialect
        parts = ", ".join(
            f"CASE WHEN {self.door.odd_numbers[name]} THEN {dialect.string(f'{name}: not a number, taken as unknown')} END"
            for name in self.odd
        )
        sql = f"NULLIF(CONCAT_WS('; ', {parts}), '')" if parts else f"CAST(NULL AS {dialect.text})"
        return self.door._replace(beside=(*self.door.beside, (sql, "notes")))
