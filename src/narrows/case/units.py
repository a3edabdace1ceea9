"""Values given in another unit than the dictionary's, turned into it; what cannot be turned is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from narrows.knowledge import Knowledge
from narrows.knowledge.records.finding import Finding
from narrows.problem import did_you_mean

_NUMBER_WITH_UNIT = re.compile(r"^\s*(?P<number>[-+]?\d+(?:[.,]\d+)?)\s*(?P<unit>\S.*?)\s*$")


class UnitError(ValueError):
    """A unit is not known, or does not measure the same thing."""


def split(text: str) -> tuple[float, str] | None:
    """The number and the unit of a text such as '150 lb', or None when it is not one."""
    match = _NUMBER_WITH_UNIT.match(text)
    return (float(match["number"].replace(",", ".")), match["unit"]) if match else None


@lru_cache(maxsize=4)
def _spellings(knowledge: Knowledge) -> dict[str, str]:
    spelt: dict[str, str] = {}
    for code, unit in knowledge.units.items():
        for name in (code, *unit.get("aka", ())):
            spelt.setdefault(name, code)
    return spelt


def convert(number: float, unit: str, finding: Finding, knowledge: Knowledge) -> float:
    """A number in `unit`, in the unit of the finding.

    Factors and where they were checked: data/units.toml. Raises UnitError with what would mend it.
    """
    wanted = finding.unit or "1"
    spelt = _spellings(knowledge)
    given_code = spelt.get(unit, unit)
    if given_code == wanted:
        return number
    given: Mapping[str, Any] | None = knowledge.units.get(given_code)
    target: Mapping[str, Any] | None = knowledge.units.get(wanted)
    if given is None:
        raise UnitError(f"unknown unit '{unit}'; {did_you_mean(unit, spelt) or f'give {finding.name} in {wanted}'}")
    limited = given.get("only_for")
    if target is None or given["dimension"] != target["dimension"] or (limited and finding.name not in limited):
        raise UnitError(f"'{unit}' cannot be turned into {wanted}; give {finding.name} in {wanted}")
    base = number * float(given["factor"]) + float(given.get("offset", 0.0))
    return round((base - float(target.get("offset", 0.0))) / float(target["factor"]), 9)
