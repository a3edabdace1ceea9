"""The small records that the reader passes on: tokens, levels, what was read, and the whole reading."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from narrows.knowledge.levels import LEVELS_OF

#: The grade of the canal, by region.
CANAL_GRADE: Final = {"cervical": "cervical_kang_grade", "lumbar": "lee_central_grade"}


class Token(NamedTuple):
    """A word or phrase of the report with its kind; offsets in characters of the text read."""

    kind: str
    value: Any
    start: int
    end: int


class Row(NamedTuple):
    """One finding as the report words it.

    value: a number, a code, an interval "1..2", or "" when the words give none.
    status: present, absent, possible or historical. certainty: certain, probable or possible.
    section: findings, impression or history, where the words stand.
    """

    finding: str
    level: str
    side: str
    value: int | float | str
    status: str
    certainty: str
    start: int
    end: int
    section: str = "findings"

    def as_dict(self) -> dict[str, Any]:
        """The row in the shape of `narrows read --json`."""
        kept = self._asdict()
        del kept["section"]
        return kept


class Urgent(NamedTuple):
    """Something that cannot wait, with the place of its words."""

    what: str
    start: int
    end: int


@dataclass
class Study:
    """What was done: modality (mri, ct, ct_myelogram, xray or ""), contrast, date and comparison as worded."""

    modality: str = ""
    regions: tuple[str, ...] = ()
    contrast: str = ""
    date: str = ""
    comparison: str = ""


@dataclass
class Reading:
    """A report that was read. `text` has names, birth dates and record numbers blotted out, offsets unchanged."""

    text: str
    findings: tuple[Row, ...] = ()
    urgent: tuple[Urgent, ...] = ()
    warnings: tuple[str, ...] = ()
    study: Study = field(default_factory=Study)
    not_understood: tuple[tuple[int, int], ...] = ()
    asks: tuple[str, ...] = ()
    extras: tuple[Row, ...] = ()  # understood, but without a place in the dictionary: shown, never entered
    #: (finding, level) that the report says in two ways; never entered into a case
    disputed: frozenset[tuple[str, str]] = frozenset()

    @property
    def levels_read(self) -> tuple[str, ...]:
        """Regions of which the report gives the canal one certain grade at every level; another level is never hidden."""
        graded = {
            (r.finding, r.level)
            for r in self.findings
            if r.status in ("present", "absent") and r.value != "" and ".." not in str(r.value)
        } - self.disputed
        return tuple(
            region
            for region, name in CANAL_GRADE.items()
            if all((name, level) in graded for level in LEVELS_OF[region])
        )

    def as_dict(self) -> dict[str, Any]:
        """The answer of `narrows read --json`."""
        return {
            "findings": [row.as_dict() for row in self.findings],
            "urgent": [u._asdict() for u in self.urgent],
            "warnings": list(self.warnings),
        }
