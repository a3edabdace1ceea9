"""The dictionary: what can be known of a person, with type, unit, limits and who can answer."""

from typing import Literal

from narrows.knowledge.records.base import Entry, Part


class Choice(Part, frozen=True, kw_only=True):
    """One answer of a choice or one grade of an ordered scale."""

    code: int | str
    label: str


class Finding(Entry, frozen=True, kw_only=True):
    """One thing that can be known: of the person, of a level, of a side."""

    name: str
    label: str
    group: str
    type: Literal["boolean", "integer", "quantity", "ordinal", "choice", "date"]
    per_level: bool
    side: bool
    who_can_answer: Literal["patient", "clinician", "scan", "lab"]
    source: str
    question: str | None = None
    unit: str | None = None
    min: float | None = None
    max: float | None = None
    choices: tuple[Choice, ...] = ()
    #: which of two sides a rule reads: the low or high number, the first or last choice; "extreme" = low for `<`, high for `>`
    worse: Literal["low", "high", "first", "last", "extreme"] | None = None
    region: Literal["cervical", "lumbar", "both"] | None = None


class Implication(Entry, frozen=True, kw_only=True):
    """What follows from another answer: `finding` is `value` when `when` equals something or is at least a number."""

    id: str
    finding: str
    value: bool
    when: str
    says: str
    source: str | None = None  # none where the words themselves say it
    equals: bool | int | float | str | None = None
    at_least: float | None = None


class Contradiction(Entry, frozen=True, kw_only=True):
    """Answers that cannot be right together."""

    id: str
    both: dict[str, bool | int | float | str]
    says: str
