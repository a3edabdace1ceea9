"""One scoring in progress: what a method reads, and where it writes its scores or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from narrows.instruments.answers import Sheet
from narrows.knowledge import Knowledge
from narrows.knowledge.records.instrument import Instrument, InstrumentVersion
from narrows.problem import Problem


@dataclass(slots=True)
class Task:
    """The answers to score and the rule to score them by; methods add to the rest."""

    instrument: Instrument
    sheet: Sheet
    knowledge: Knowledge
    #: most missing items with which a scale is scored; None: each scale by its own rule
    max_missing: int | None
    version: InstrumentVersion | None
    scores: dict[str, float] = field(default_factory=dict)
    not_scored: dict[str, str] = field(default_factory=dict)
    bands: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    #: scores that do not mean the finding this time, and why
    withheld: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def answered(self, numbers: Sequence[int]) -> list[float]:
        """The answers to some items, those without an answer left out."""
        values = (self.sheet.values[n - 1] for n in numbers)
        return [v for v in values if v is not None]

    def enough(self, key: str, numbers: Sequence[int], most_missing: int | None) -> bool:
        """Whether a scale has answers enough; if not, the reason stands in `not_scored`."""
        gone = [n for n in numbers if self.sheet.values[n - 1] is None]
        limit = len(numbers) - 1 if most_missing is None else most_missing
        if len(gone) <= limit and len(gone) < len(numbers):
            return True
        which = ", ".join(f"{n} ({self.sheet.reasons[n - 1]})" for n in gone[:6]) + (" and more" if gone[6:] else "")
        self.not_scored[key] = (
            f"{len(gone)} of {len(numbers)} items without an answer, the rule allows {limit}: item {which}"
            if len(gone) < len(numbers)
            else f"none of the {len(numbers)} items was answered"
        )
        return False
