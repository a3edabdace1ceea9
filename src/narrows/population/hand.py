"""Rows that the door of one person reads: questionnaires, units in the text, values in doubt; answered or refused."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from narrows.appraisal.judged import Judged
from narrows.appraisal.questions import ask_next
from narrows.appraisal.standing import option_rules, setting_of, standing_of
from narrows.appraisal.syndromes import standings
from narrows.appraisal.urgency import urgency_of
from narrows.case import Case
from narrows.case.derive import derive
from narrows.case.entry import Entry
from narrows.case.row import case_of_row
from narrows.criteria import rules_of
from narrows.criteria.rules import WORDS
from narrows.knowledge import Knowledge
from narrows.population.answers import Wanted, wanted_of
from narrows.problem import InputError

if TYPE_CHECKING:
    from narrows.population.people import People

REPLIES, REFUSED = "one-at-a-time.csv", "refused.csv"
ODD = ("nan", "inf", "infinity")


class Refusal(NamedTuple):
    """A row that is refused: where it stands, whose it is, why, and what it held."""

    row: int
    id: str
    reasons: tuple[str, ...]
    cells: Mapping[str, str]


class Reply(NamedTuple):
    """A row that was answered one at a time."""

    row: int
    id: str
    as_of: str
    notes: str
    values: tuple[str, ...]
    ask: tuple[str, ...]


def case_of_cells(cells: Mapping[str, str], knowledge: Knowledge) -> Case:
    """The case of a row of text.

    Raises InputError with every reason why it is refused.
    """

    def place(path: str) -> str:
        return path

    entry = Entry(knowledge, place)
    case = entry.take(case_of_row(cells, knowledge, entry))
    derive(case, knowledge, place)
    return case


def by_hand(
    rows: Iterable[tuple[Any, ...]],
    names: Sequence[str],
    wanted: Wanted,
    knowledge: Knowledge,
    *,
    repeated: frozenset[str] = frozenset(),
    ask: bool = False,
) -> Iterator[Reply | Refusal]:
    """Answer or refuse rows of (row number, cells as text …)."""
    for number, *found in rows:
        cells = {name: "" if cell is None else str(cell) for name, cell in zip(names, found, strict=True)}
        notes = [name for name, cell in cells.items() if _odd(name, cell, knowledge)]
        kept = {name: "" if name in notes else cell for name, cell in cells.items()}
        identity = cells["id"].strip()
        if not identity:
            yield Refusal(number, "", ("no id",), cells)
            continue
        if identity in repeated:
            yield Refusal(number, identity, (f"the id '{identity}' stands in more than one row",), cells)
            continue
        try:
            case = case_of_cells(kept, knowledge)
        except InputError as error:
            yield Refusal(number, identity, tuple(str(p) for p in error.problems), cells)
            continue
        yield _reply(number, case, notes, wanted, knowledge, ask)


def _odd(name: str, cell: str, knowledge: Knowledge) -> bool:
    finding = knowledge.findings.get(name.split("@")[0])
    numeric = finding is not None and (finding.type in ("quantity", "integer") or bool(finding.choices))
    return numeric and cell.strip().lower().lstrip("+-") in ODD


def note(columns: Iterable[str]) -> str:
    """What is noted of values that are no numbers."""
    return "; ".join(f"{c}: not a number, taken as unknown" for c in columns)


def _reply(number: int, case: Case, notes: Sequence[str], wanted: Wanted, knowledge: Knowledge, ask: bool) -> Reply:
    judged = Judged(case, knowledge)
    urgency = urgency_of(judged)
    setting = setting_of(judged, urgency)
    stands = standings(judged)
    rules = option_rules(knowledge)
    truths = (WORDS[judged.truths[key]].replace("unknown", "") for key in wanted.criteria)
    values = (
        urgency or "",
        *truths,
        *(standing_of(rules[key], judged.truths, setting) for key in wanted.options),
        *(stands[key] for key in wanted.syndromes),
    )
    asked = tuple(q.finding for q in ask_next(judged, setting, stands)) if ask else ()
    return Reply(number, case.id, case.as_of.isoformat(), note(notes), values, asked)


class Ledger:
    """Two files beside the answers: what was answered one at a time, and what was refused with its reasons."""

    def __init__(self, replies: Path, refused: Path, wanted: Wanted) -> None:
        self.replies, self.refused, self.wanted = replies, refused, wanted
        self.answered = 0
        self.turned_away = 0
        self.first: list[str] = []

    def keep(self, found: Iterable[Reply | Refusal], broken: Sequence[tuple[int, str, str]] = ()) -> None:
        """Write every reply and every refusal."""
        with (
            self.replies.open("w", encoding="utf-8", newline="") as answered,
            self.refused.open("w", encoding="utf-8", newline="") as refused,
        ):
            good, bad = csv.writer(answered), csv.writer(refused)
            names = ("urgency", *self.wanted.criteria, *self.wanted.texts[1:])
            good.writerow(["row", "id", "as_of", "notes", "ask_next", *names])
            bad.writerow(["row", "id", "reasons", "cells"])
            for line, said, text in broken:
                self._refuse(bad, Refusal(line, "", (f"line {line} of the file: {said}",), {"line": text}))
            for one in found:
                if isinstance(one, Refusal):
                    self._refuse(bad, one)
                else:
                    good.writerow([one.row, one.id, one.as_of, one.notes, " ".join(one.ask), *one.values])
                    self.answered += 1

    def _refuse(self, writer: Any, one: Refusal) -> None:
        cells = {name: cell for name, cell in one.cells.items() if cell}
        writer.writerow([one.row + 1, one.id, " | ".join(one.reasons), json.dumps(cells, ensure_ascii=False)])
        self.turned_away += 1
        if len(self.first) < 5:
            self.first.append(f"row {one.row + 1}{f', {one.id}' if one.id else ''}: {'; '.join(one.reasons)}")


def ledger_of(people: People, folder: Path, knowledge: Knowledge, *, ask: bool = False) -> Ledger:
    """Answer or refuse what one person's door reads of a table (with `ask` every row), into two files of a folder."""
    wanted = wanted_of(rules_of(knowledge))
    ledger = Ledger(folder / REPLIES, folder / REFUSED, wanted)
    rows, names = people.by_hand(everyone=ask), people.door.raw
    ledger.keep(by_hand(rows, names, wanted, knowledge, repeated=people.repeated, ask=ask), people.broken)
    return ledger


def replies_query(people: People, ledger: Ledger, *, ask: bool = False) -> str:
    """The query of what was answered one at a time, with what is carried along, in the columns of an answer."""
    duck = people.duck
    q, string = duck.dialect.column, duck.dialect.string
    beside = dict.fromkeys(("id", "as_of", "notes", "ask_next"), "VARCHAR")
    answers = {"urgency": "VARCHAR", **dict.fromkeys(ledger.wanted.criteria, "BOOLEAN")}
    answers.update(dict.fromkeys(ledger.wanted.texts[1:], "VARCHAR"))
    columns = ", ".join(
        f"{string(name)}: {string(kind)}" for name, kind in {"row": "BIGINT", **beside, **answers}.items()
    )
    file = string(str(ledger.replies))
    read = f"read_csv({file}, header = true, auto_detect = false, columns = {{{columns}}})"
    kept = "".join(f"people.{q(name)}, " for name in people.door.kept)
    listed = ", ".join(f"replies.{q(name)}" for name in answers)
    asked = ", STRING_SPLIT(COALESCE(replies.ask_next, ''), ' ') AS ask_next" if ask else ""
    return (
        f"SELECT replies.id, replies.as_of, {kept}replies.notes, {listed}{asked} FROM {read} replies "
        f"JOIN {duck.relation} people ON people.{duck.row} = replies.row"
    )
