"""Questionnaires in a table: each different set of answers is scored once, by the instrument's own code."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from narrows.case.row import answers_of
from narrows.knowledge import Knowledge
from narrows.problem import InputError

if TYPE_CHECKING:
    from narrows.population.duck import Duck


def score_column(column: str, finding: str = "") -> str:
    """The column that holds what the answers in a column score for a finding; without one, whether they were scored."""
    return f"{column}@{finding}"


def score_answers(duck: Duck, kinds: Mapping[str, str], knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """Put the scores of each column of answers beside it; the findings that each fills.

    `duck.relation` gets a column for each (see `score_column`). Answers that are refused have no score: their rows
    are read one at a time, and refused with the same words.
    """
    q = duck.dialect.column
    filled: dict[str, tuple[str, ...]] = {}
    added, joined = ["people.*"], f"{duck.relation} people"
    for column in kinds:
        instrument = knowledge.instruments.get(column.removeprefix("answers."))
        if instrument is None or not column.startswith("answers."):
            continue
        names = tuple(name for name in instrument.fills if name in knowledge.findings)
        table = q(f"scores of {column}")
        _score(duck, column, instrument.id, names, table, knowledge)
        filled[column] = names
        added.append(f"{table}.text AS {q(score_column(column))}")
        added += [f"{table}.{q(name)} AS {q(score_column(column, name))}" for name in names]
        joined += f" LEFT JOIN {table} ON {table}.text = TRIM(CAST(people.{q(column)} AS VARCHAR))"
    if filled:
        duck.relation = f"(SELECT {', '.join(added)} FROM {joined})"
    return filled


def _score(duck: Duck, column: str, instrument: str, names: tuple[str, ...], table: str, knowledge: Knowledge) -> None:
    """Make a table of the different answers in a column and what they score."""
    from narrows.instruments import score

    q, string = duck.dialect.column, duck.dialect.string
    text = f"TRIM(CAST({q(column)} AS VARCHAR))"
    path = duck.work / "scores.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", *names])
        for (found,) in duck.rows(f"SELECT DISTINCT {text} FROM {duck.relation} WHERE {text} <> ''"):
            if not found.strip():
                continue
            try:
                fills: Mapping[str, Any] = score(instrument, answers_of(found.strip()), knowledge).fills
            except InputError:
                continue  # its row is read one at a time, and told why
            writer.writerow([found, *(repr(fills[name]) if name in fills else "" for name in names)])
    types = ", ".join(["'text': 'VARCHAR'", *(f"{string(name)}: 'DOUBLE'" for name in names)])
    read = f"read_csv({string(str(path))}, header = true, auto_detect = false, columns = {{{types}}})"
    duck.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM {read}")
    path.unlink()
