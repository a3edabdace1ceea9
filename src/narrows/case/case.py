"""What is known of one person at one date."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Value = bool | int | float | str


class Sides(NamedTuple):
    """A value for left and right; None where a side is unknown."""

    left: Value | None
    right: Value | None


@dataclass(frozen=True, slots=True)
class MeasuredScan:
    """A measured scan as a report shows it: the picture (PNG), the levels as measured, the narrowest of them."""

    png: bytes
    structure: str  # what was measured: dural sac, bony canal, bony ring
    narrowest: str | None
    levels: dict[str, dict[str, Any]]


@dataclass
class Case:
    """One person at one date: findings, levels, sides, answers, and why what is missing is missing.

    findings: name to value or Sides, in the unit of the dictionary. levels: level to the same.
    missing: name to reason. derived: name to the words that say how it was worked out.
    origins: name (or "level name") to where it came from, when that is not the person's own case file.
    """

    id: str
    as_of: datetime.date
    findings: dict[str, Value | Sides] = field(default_factory=dict)
    levels: dict[str, dict[str, Value | Sides]] = field(default_factory=dict)
    levels_read: tuple[str, ...] = ()
    missing: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    derived: dict[str, str] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    shares: dict[str, tuple[dict[str, Any], ...]] = field(default_factory=dict)  # of a measured scan, by level
    saved: dict[str, Any] = field(default_factory=dict)  # what a saved case was judged by
    disagreements: tuple[dict[str, Any], ...] = ()  # between what was entered, read from a report, measured on a scan
    notices: list[str] = field(default_factory=list)
    scans: list[MeasuredScan] = field(default_factory=list)  # for the report alone; no part of the answer

    def as_dict(self) -> dict[str, Any]:
        """The case as plain data, in the shape of a case file with what was derived beside it."""

        def plain(values: dict[str, Value | Sides]) -> dict[str, Any]:
            return {
                name: {s: v for s, v in value._asdict().items() if v is not None} if isinstance(value, Sides) else value
                for name, value in values.items()
            }

        return {
            "id": self.id,
            "as_of": self.as_of.isoformat(),
            "levels_read": list(self.levels_read),
            "findings": plain(self.findings),
            "levels": {level: plain(values) for level, values in self.levels.items()},
            "missing": dict(self.missing),
            "answers": self.answers,
            "derived": dict(self.derived),
            "origins": dict(self.origins),
        }
