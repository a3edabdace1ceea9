"""One row of a table as a raw case: the columns that tables of people use, in CSV and in Parquet alike.

`id`, `as_of`, `levels_read` (regions separated by spaces), a column per finding by its name; `name@left`, `name@right`
for sides; `name@L4-L5` and `name@L4-L5@left` for levels; `answers.odi` with items separated by spaces or commas.
`site` and `synthetic` say where a row comes from. An empty cell says nothing; a reason word (not_asked, refused, unknown, …) says why the value is missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from narrows.case.entry import Entry
from narrows.knowledge import Knowledge
from narrows.knowledge.levels import LEVELS, REASONS
from narrows.knowledge.records.finding import Finding
from narrows.problem import did_you_mean

#: Columns that say where a row comes from: they are no findings, and no rule reads them.
BESIDE = ("site", "synthetic")
TRUE = frozenset({"true", "yes", "1", "t", "y"})
FALSE = frozenset({"false", "no", "0", "f", "n"})
_WHOLE = re.compile(r"[-+]?\d+")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")


def case_of_row(row: Mapping[str, str], knowledge: Knowledge, entry: Entry) -> dict[str, Any]:
    """The raw case of one row; a column that is no finding is a problem noted on the entry."""
    raw: dict[str, Any] = {"findings": {}, "missing": {}, "levels": {}, "answers": {}}
    for column, cell in row.items():
        text = cell.strip()
        if column in BESIDE:
            continue
        if column in ("id", "as_of"):
            if text:
                raw[column] = text
        elif column == "levels_read":
            raw[column] = text.replace(",", " ").split()
        elif column.startswith("answers."):
            if text:
                raw["answers"][column.removeprefix("answers.")] = answers_of(text)
        else:
            _cell(column, text, raw, knowledge, entry)
    return raw


def answers_of(text: str) -> dict[str, Any]:
    """The answers to a questionnaire that stand in one cell, separated by spaces, commas or semicolons."""
    return {"items": [_item(item) for item in re.split(r"[,;\s]+", text)]}


def _item(text: str) -> Any:
    if len(text) < 18 and _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text


def _cell(column: str, text: str, raw: dict[str, Any], knowledge: Knowledge, entry: Entry) -> None:
    if not column:
        entry.problem("a column has no name", "", "name it, or take it out")
        return
    name, *marks = column.split("@")
    finding = knowledge.findings.get(name)
    if finding is None:
        entry.problem(
            f"no finding '{name}'", column, did_you_mean(name, knowledge.findings) or "see docs/reference/findings.md"
        )
        return
    level = next((m for m in marks if m in LEVELS), None)
    side = next((m for m in marks if m in ("left", "right")), None)
    odd = [m for m in marks if m not in (level, side)]
    if odd:
        entry.problem(
            f"'{odd[0]}' is neither a level nor a side", column, did_you_mean(odd[0], (*LEVELS, "left", "right"))
        )
        return
    if not text:
        return
    # A code of the finding comes before a reason of the same name: the status of a product may itself be 'unknown'.
    if text in REASONS and text not in {c.code for c in finding.choices}:
        raw["missing"][name] = text
        return
    value = _value(text, finding)
    target = raw["levels"].setdefault(level, {}) if level else raw["findings"]
    if side is None and name not in target:
        target[name] = value
    elif side is not None and isinstance(target.get(name, {}), dict):
        target.setdefault(name, {})[side] = value
    else:
        entry.problem(f"{name} stands once without a side and once with one", column, "keep one of the two")


def _value(text: str, finding: Finding) -> Any:
    """The cell as the type of its finding; what does not fit stays text, and is refused with its reason later."""
    lower = text.lower()
    if finding.type == "boolean":
        return True if lower in TRUE else False if lower in FALSE else text
    if finding.type in ("quantity", "integer"):
        return _item(text)
    if finding.type in ("ordinal", "choice") and all(isinstance(c.code, int) for c in finding.choices):
        return _item(text)
    return text
