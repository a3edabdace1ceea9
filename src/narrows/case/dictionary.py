"""One raw value against the dictionary: its type, its unit, its limits, its sides."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from typing import Any

from narrows.case.case import Sides, Value
from narrows.case.units import UnitError, convert, split
from narrows.knowledge import Knowledge
from narrows.knowledge.records.finding import Finding
from narrows.problem import Problem, did_you_mean

SIDES = ("left", "right")
LARGEST = 10**15  # no measure of a person comes near it


class Refused(Exception):
    """A value that the dictionary refuses: what is wrong, and what would mend it."""

    def __init__(self, problem: str, fix: str = "") -> None:
        super().__init__(problem)
        self.problem, self.fix = problem, fix


def accept(raw: Any, finding: Finding, knowledge: Knowledge) -> Value | Sides:
    """The value of a finding, checked and in its unit; of two sides both.

    Raises Refused.
    """
    if isinstance(raw, dict):
        if "value" in raw or "unit" in raw:
            return _with_unit(raw, finding, knowledge)
        return _sides(raw, finding, knowledge)
    return _single(raw, finding, knowledge)


def _sides(raw: dict[str, Any], finding: Finding, knowledge: Knowledge) -> Sides:
    odd = [key for key in raw if key not in SIDES]
    if odd:
        raise Refused(f"{finding.name}: '{odd[0]}' is no side", "sides are left and right")
    if not finding.side:
        raise Refused(f"{finding.name} has no left and right", "give one value")
    if not raw:
        raise Refused(f"{finding.name}: neither side is given", "give left, right, or both")
    values = {side: accept(raw[side], finding, knowledge) for side in raw}
    if any(isinstance(v, Sides) for v in values.values()):
        raise Refused(f"{finding.name}: a side cannot itself have sides", "give one value a side")
    return Sides(values.get("left"), values.get("right"))  # type: ignore[arg-type]


def _with_unit(raw: dict[str, Any], finding: Finding, knowledge: Knowledge) -> Value:
    odd = [key for key in raw if key not in ("value", "unit")]
    if odd or "value" not in raw:
        raise Refused(
            f"{finding.name}: a value with a unit has the keys value and unit", "{ value = 172, unit = 'cm' }"
        )
    unit = raw.get("unit")
    number = raw["value"]
    if unit is None:
        return _single(number, finding, knowledge)
    if finding.type not in ("quantity", "integer") or isinstance(number, bool) or not isinstance(number, int | float):
        raise Refused(f"{finding.name} takes no unit", "give the plain value")
    _of_this_world(number, finding)
    return _number(_converted(float(number), str(unit), finding, knowledge), finding)


def _converted(number: float, unit: str, finding: Finding, knowledge: Knowledge) -> float:
    try:
        return convert(number, unit, finding, knowledge)
    except UnitError as error:
        raise Refused(f"{finding.name}: {error}") from None


def _single(raw: Any, finding: Finding, knowledge: Knowledge) -> Value:
    match finding.type:
        case "boolean":
            if isinstance(raw, bool):
                return raw
            raise Refused(f"{finding.name} is true or false, not {_shown(raw)}", "write true or false")
        case "quantity" | "integer":
            if isinstance(raw, str):
                parted = split(raw)
                if parted is None:
                    raise Refused(f"{finding.name} is a number, not {_shown(raw)}", f"in {finding.unit or '1'}")
                return _number(_converted(parted[0], parted[1], finding, knowledge), finding)
            if isinstance(raw, bool) or not isinstance(raw, int | float):
                raise Refused(f"{finding.name} is a number, not {_shown(raw)}", f"in {finding.unit or '1'}")
            return _number(raw, finding)
        case "ordinal" | "choice":
            return _code(raw, finding)
        case "date":
            if isinstance(raw, datetime.date):
                return raw.isoformat()
            try:
                return datetime.date.fromisoformat(raw).isoformat()
            except (TypeError, ValueError):
                raise Refused(f"{finding.name} is a date, not {_shown(raw)}", "year-month-day") from None


def _of_this_world(number: float | int, finding: Finding) -> None:
    if isinstance(number, float) and not math.isfinite(number):
        raise Refused(f"{finding.name}: {number} is no value", "leave it out, or give its reason under missing")
    if abs(number) > LARGEST:  # a whole number in a file may have thousands of digits
        raise Refused(f"{finding.name} is far too large a number", "look for a slip of the pen")


def _number(number: float | int, finding: Finding) -> Value:
    _of_this_world(number, finding)
    unit = "" if finding.unit in (None, "1") else f" {finding.unit}"
    if finding.min is not None and number < finding.min:
        raise Refused(
            f"{finding.name} {number:g}{unit} is below {finding.min:g}{unit}",
            "look for a slip of the pen or another unit",
        )
    if finding.max is not None and number > finding.max:
        raise Refused(
            f"{finding.name} {number:g}{unit} is above {finding.max:g}{unit}",
            "look for a slip of the pen or another unit",
        )
    if finding.type == "integer":
        if number != int(number):
            raise Refused(f"{finding.name} is a whole number, not {number:g}")
        return int(number)
    return number


def _code(raw: Any, finding: Finding) -> Value:
    codes = [choice.code for choice in finding.choices]
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if not isinstance(raw, bool) and raw in codes:
        return raw  # type: ignore[no-any-return]
    shown = ", ".join(f"{c.code} ({c.label})" if str(c.code) != c.label else str(c.code) for c in finding.choices)
    labelled = {c.label: c.code for c in finding.choices}
    hint = did_you_mean(raw, [str(c) for c in codes]) if isinstance(raw, str) else ""
    if isinstance(raw, str) and raw in labelled:
        hint = f"did you mean {labelled[raw]}?"
    raise Refused(f"{finding.name}: {_shown(raw)} is none of its codes", hint or shown)


def _shown(raw: Any) -> str:
    text = repr(raw) if not isinstance(raw, bool) else str(raw).lower()
    return text if len(text) <= 60 else f"{text[:57]}..."


def contradictions(findings: dict[str, Value | Sides], knowledge: Knowledge) -> Iterator[tuple[str, Problem]]:
    """Answers that cannot both be right, each with a finding that names its place."""
    for rule in knowledge.contradictions.values():
        if all(
            findings.get(name) == value and type(findings.get(name)) is type(value) for name, value in rule.both.items()
        ):
            named = " and ".join(
                f"{name} = {str(v).lower() if isinstance(v, bool) else v}" for name, v in rule.both.items()
            )
            yield (
                next(iter(rule.both)),
                Problem(
                    f"these cannot all be right: {rule.says} ({named})",
                    fix="correct one, or leave out what is not sure",
                ),
            )
    months, age = findings.get("symptom_duration_months"), findings.get("age")
    if isinstance(months, int | float) and isinstance(age, int | float) and months > (age + 1) * 12:
        yield (
            "symptom_duration_months",
            Problem(f"symptoms for {months:g} months at the age of {age:g}", fix="correct one of the two"),
        )
