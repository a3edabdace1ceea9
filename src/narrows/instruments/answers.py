"""Answers as they were given: read item by item, with the reason of each missing one and every problem found."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from narrows.knowledge.levels import REASONS
from narrows.knowledge.records.instrument import Instrument, InstrumentField
from narrows.problem import Problem, did_you_mean


class Unanswered(NamedTuple):
    """An item without an answer, and why."""

    item: str
    reason: str


class Item(NamedTuple):
    """One question of an instrument: its names and the answers that it takes."""

    number: int
    key: str
    label: str
    allowed: tuple[float, ...]


@dataclass(slots=True)
class Sheet:
    """The answers to one instrument, item by item, and what stands beside them."""

    items: tuple[Item, ...]
    values: list[float | None] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)
    fields: dict[str, object] = field(default_factory=dict)
    #: conditions by name, where these are no fixed list of items
    named: dict[str, object] = field(default_factory=dict)
    version: str | None = None
    #: places of the items that were named, whether with an answer or a reason
    taken: set[int] = field(default_factory=set)
    #: fields that were left open, with the reason
    gaps: list[Unanswered] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def missing(self) -> tuple[Unanswered, ...]:
        """Every item without an answer, in the order of the form, then the fields that were left open."""
        return (*(Unanswered(self.items[i].key, why) for i, why in sorted(self.reasons.items())), *self.gaps)

    def number(self, name: str) -> float | None:
        """A field as a number, where it was given as one."""
        value = self.fields.get(name)
        return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


@lru_cache(maxsize=512)
def slug(label: str) -> str:
    """A label as a name: small letters and underscores, without what stands in brackets."""
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"\(.*?\)", "", label).lower()).strip("_")


def items_of(instrument: Instrument) -> tuple[Item, ...]:
    """The questions of an instrument in the order of its form, each with the answers that it takes."""
    if instrument.method in ("accepted", "measured", "walk", "sites", "grades", "charlson"):
        return ()
    if instrument.levels:
        step = 0.5 if instrument.half_points else 1.0
        return tuple(
            Item(n, slug(level.item), level.item, _steps(level.points[0], level.points[-1], step))
            for n, level in enumerate(instrument.levels, 1)
        )
    count = instrument.items or 0
    labels = instrument.item_labels if len(instrument.item_labels) == count else ()
    items = []
    for n in range(1, count + 1):
        label = labels[n - 1] if labels else f"item {n}"
        items.append(Item(n, slug(label) if labels else f"item_{n}", label, _allowed(instrument, n)))
    return tuple(items)


@lru_cache(maxsize=64)
def _steps(low: float, high: float, step: float = 1.0) -> tuple[float, ...]:
    return tuple(low + step * i for i in range(round((high - low) / step) + 1))


def _allowed(instrument: Instrument, number: int) -> tuple[float, ...]:
    if instrument.item_values:
        return instrument.item_values[number - 1]
    if number == 7 and instrument.allowed_values_item7:
        return instrument.allowed_values_item7
    for scale in instrument.subscales:
        if number in scale.items and scale.response:
            return _steps(scale.response[0], scale.response[-1])
    for recode in instrument.recode:
        if number in recode.items:
            return _steps(1, len(recode.map))
    if instrument.response:
        return _steps(instrument.response[0], instrument.response[-1])
    return (0, 1)


def shown(allowed: Sequence[float]) -> str:
    """The allowed answers in words: a run of whole numbers as 'whole numbers 0 to 5', else each."""
    if len(allowed) > 2 and all(b - a == 1 for a, b in pairwise(allowed)):
        return f"whole numbers {allowed[0]:g} to {allowed[-1]:g}"
    if len(allowed) > 6:
        return f"{allowed[0]:g} to {allowed[-1]:g} in steps of {allowed[1] - allowed[0]:g}"
    return ", ".join(f"{a:g}" for a in allowed[:-1]) + f" or {allowed[-1]:g}"


def read(instrument: Instrument, answers: object) -> Sheet:
    """Read answers in any of the shapes that an instrument takes.

    A list holds one answer for each item in the order of the form. A mapping names them: `items` with such a list,
    or each item by its key or number, and the fields beside them; `variant` names the version. A single value
    answers an instrument of one question. What is missing is null or one of REASONS. Problems are gathered in the
    sheet; nothing is raised.
    """
    sheet = Sheet(items_of(instrument))
    sheet.values = [None] * len(sheet.items)
    sheet.reasons = dict.fromkeys(range(len(sheet.items)), "not_asked")
    if isinstance(answers, str) and sheet.items and re.fullmatch(rf"[0-9]{{{len(sheet.items)}}}", answers):
        answers = [int(digit) for digit in answers] if instrument.method == "value_set" else answers
    if isinstance(answers, Mapping):
        _read_mapping(instrument, sheet, answers)
    elif isinstance(answers, (list, tuple)):
        _read_list(instrument, sheet, answers)
    elif isinstance(answers, (int, float, str)):
        _read_one(instrument, sheet, answers)
    else:
        sheet.problems.append(
            Problem(f"answers are {type(answers).__name__}", instrument.id, "give a list or a table of answers")
        )
    return sheet


def _read_one(instrument: Instrument, sheet: Sheet, answer: float | str) -> None:
    if len(sheet.items) == 1 or instrument.method in ("grades", "charlson"):
        _read_list(instrument, sheet, [answer])
    elif instrument.method == "sites":
        _read_mapping(instrument, sheet, {"pain": answer})
    elif not sheet.items and instrument.method != "accepted":
        _read_mapping(instrument, sheet, {instrument.scores[0].id: answer})
    else:
        sheet.problems.append(Problem(f"one answer, {answer!r}", instrument.id, how_to_answer(instrument)))


def _read_mapping(instrument: Instrument, sheet: Sheet, answers: Mapping[object, object]) -> None:
    fields = {f.id: f for f in fields_of(instrument)}
    by_key = {item.key: item for item in sheet.items} | {str(item.number): item for item in sheet.items}
    scales = {s.id: s for s in instrument.subscales if instrument.method == "scale_means"}
    known = ["items", *fields, *(item.key for item in sheet.items), *scales, "variant"]
    for raw_key, value in answers.items():
        key = str(raw_key)
        if key == "items":
            if isinstance(value, (list, tuple)):
                _read_list(instrument, sheet, value)
            else:
                sheet.problems.append(Problem("items are not a list", f"{instrument.id}.items", "give a list"))
        elif key == "variant":
            if isinstance(value, str):
                sheet.version = value
            else:
                sheet.problems.append(Problem("the version is not text", f"{instrument.id}.variant", "name it"))
        elif key in scales and isinstance(value, (list, tuple)):
            numbers = [int(n) for n in scales[key].items]
            _read_run(instrument, sheet, value, numbers, key)
        elif key in by_key:
            take(instrument, sheet, by_key[key], value)
        elif key in fields:
            _read_field(instrument, sheet, fields[key], value)
        elif instrument.method == "charlson":
            sheet.named[key] = value
        else:
            sheet.problems.append(
                Problem(
                    f"no answer '{key}'",
                    instrument.id,
                    did_you_mean(key, known) or f"known: {', '.join(known[:12])}",
                )
            )


def fields_of(instrument: Instrument) -> tuple[InstrumentField, ...]:
    """What may stand beside the items: the fields of the data, and the scores where these are given as they are."""
    given = instrument.fields
    if instrument.method in ("accepted", "measured", "sites"):
        given += tuple(InstrumentField(id=s.id, says=s.says, range=s.range, unit=s.unit) for s in instrument.scores)
    elif any(not v.scored for v in instrument.versions):
        main = instrument.scores[0]
        given += (InstrumentField(id=main.id, says="a total computed elsewhere", range=main.range),)
    return given


def _read_field(instrument: Instrument, sheet: Sheet, spec: InstrumentField, value: object) -> None:
    where = f"{instrument.id}.{spec.id}"
    if value is None or value in REASONS:
        sheet.gaps.append(Unanswered(spec.id, str(value or "not_asked")))
        return
    if spec.choices and value not in spec.choices:
        fix = did_you_mean(str(value), spec.choices) or f"one of {', '.join(spec.choices)}"
        sheet.problems.append(Problem(f"'{value}' is no answer", where, fix))
        return
    if spec.range:
        number = finite(value)
        if number is None or not spec.range[0] <= number <= spec.range[-1]:
            limits = f"a number from {spec.range[0]:g} to {spec.range[-1]:g}{' ' + spec.unit if spec.unit else ''}"
            hint = ", a visual scale from 0 to 100 is another instrument" if instrument.method == "sites" else ""
            sheet.problems.append(Problem(f"{value!r} is no answer", where, limits + hint))
            return
        if instrument.method == "sites" and number != round(number):
            sheet.problems.append(Problem(f"{value!r} is no answer", where, "whole numbers 0 to 10"))
            return
        value = number
    sheet.fields[spec.id] = value


def finite(value: object) -> float | None:
    """A number that is a number: no text, no true or false, no NaN, no infinity; else None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) else None


def _read_list(instrument: Instrument, sheet: Sheet, answers: Sequence[object]) -> None:
    if instrument.method in ("grades", "charlson"):
        sheet.fields["list"] = list(answers)
        return
    if not sheet.items:
        if len(answers) == 1 and isinstance(answers[0], (int, float, str)):
            _read_one(instrument, sheet, answers[0])
        else:
            sheet.problems.append(Problem("a list of answers", instrument.id, how_to_answer(instrument)))
        return
    _read_run(instrument, sheet, answers, [item.number for item in sheet.items], "items")


def _read_run(
    instrument: Instrument, sheet: Sheet, answers: Sequence[object], numbers: Sequence[int], name: str
) -> None:
    if len(answers) > len(numbers):
        beside = [f.id for f in fields_of(instrument)]
        more = f"; give {', '.join(beside)} by name beside items" if beside else ""
        sheet.problems.append(
            Problem(
                f"{len(answers)} answers, but {instrument.name} has {len(numbers)} here",
                f"{instrument.id}.{name}",
                f"give {len(numbers)}, in the order of the form{more}",
            )
        )
    short = len(numbers) - len(answers)
    scales_left = {len(numbers) - len(s.items) for s in instrument.subscales if s.post_treatment_only}
    if short > 0 and len(answers) not in scales_left:
        sheet.notes.append(
            f"{len(answers)} answers given for {len(numbers)} items: the last {short} count as not asked. If another"
            " item was left out, write not_asked in its place."
        )
    for number, value in zip(numbers, answers, strict=False):
        take(instrument, sheet, sheet.items[number - 1], value)


def take(instrument: Instrument, sheet: Sheet, item: Item, value: object) -> None:
    """Read the answer to one item into the sheet: a value, a reason why there is none, or a problem."""
    where = f"{instrument.id} item {item.number}" + ("" if item.label == f"item {item.number}" else f" ({item.label})")
    index = item.number - 1
    if index in sheet.taken:
        sheet.problems.append(Problem("this item is answered twice", where, "answer it once, in the list or by name"))
        return
    sheet.taken.add(index)
    if isinstance(value, (list, tuple)):
        marks = [finite(v) for v in value]
        if not value or instrument.two_boxes != "higher" or any(m not in item.allowed for m in marks):
            sheet.problems.append(Problem(f"{len(value)} answers to one item", where, f"one of {shown(item.allowed)}"))
            return
        value = max(m for m in marks if m is not None)
        sheet.notes.append(f"item {item.number}: {len(marks)} boxes marked, the higher one counts")
    if value is None:
        value = "not_asked"
    if isinstance(value, str):
        if value in REASONS:
            sheet.values[index], sheet.reasons[index] = None, value
            return
        if value in instrument.codes:
            value = instrument.codes[value]
        else:
            number_in_text = re.fullmatch(r"\s*[-+]?\d+(\.\d+)?\s*", value) is not None
            known: Iterable[str] = (*REASONS, *instrument.codes)
            fix = (
                "write the number without quotation marks"
                if number_in_text
                else did_you_mean(value, known) or f"{shown(item.allowed)}, or a reason: {', '.join(REASONS)}"
            )
            sheet.problems.append(Problem(f"'{value}' is no answer", where, fix))
            return
    if isinstance(value, bool) and set(item.allowed) <= {0, 1}:
        value = int(value)
    number = finite(value)
    if number is None or number not in item.allowed:
        sheet.problems.append(Problem(f"{value!r} is no answer", where, shown(item.allowed)))
        return
    sheet.values[index] = number
    sheet.reasons.pop(index, None)


def how_to_answer(instrument: Instrument) -> str:
    """One sentence: the shape in which this instrument is answered."""
    names = ", ".join(f.id for f in fields_of(instrument))
    match instrument.method:
        case "accepted":
            return f"give the scores that the source system computed, by name: {names}; answers to items are not scored"
        case "sites":
            return f"name the place: {names}"
        case "measured" | "walk":
            return f"give {instrument.scores[0].id} as a number, or by name: {names}"
        case "grades":
            words = ", ".join(instrument.codes) or "a whole number 1 to 5"
            return f"one grade for each event ({words})"
        case "charlson":
            return f"a list of conditions, or by name: {names}"
    count = len(items_of(instrument))
    beside = f", and beside them by name: {names}" if names else ""
    return f"{count} answer{'s' if count > 1 else ''} in the order of the form{beside}"
