"""Steps of a plan: what to do next, with whom, by when, and the criteria that call for it."""

from typing import Literal

import msgspec

from narrows.knowledge.records.base import Entry


class Step(Entry, frozen=True, kw_only=True):
    """One step. It belongs to a plan when one of `when_true` is true, one of `when_unknown` is unknown,

    one of `when_standing` (option id = standings) holds, or one of `when_syndrome` is at least possible; with none of
    the four it belongs to every plan. `not_in` names the urgencies in whose plans it never stands; a step `while_open`
    stands only while a question is open that a person can answer and an emergency rule needs.
    """

    id: str
    order: int  # lower comes first
    says: str  # to the person, plain words
    clinical: str  # to the clinician
    who: str  # whom to see
    by: Literal["now", "today", "within-2-weeks", "within-4-weeks", "within-3-months", "before-procedure", "ongoing"]
    sources: tuple[str, ...]
    when_true: tuple[str, ...] = ()
    when_unknown: tuple[str, ...] = ()
    when_standing: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    when_syndrome: tuple[str, ...] = ()  # one of these is established, likely or possible
    while_open: bool = False
    not_in: tuple[Literal["emergency-same-day", "urgent-within-2-weeks", "soon", "none"], ...] = ()


class EmergencyNumber(Entry, frozen=True, kw_only=True):
    """Where to turn in an emergency, by country."""

    code: str  # ISO 3166-1 alpha-2
    name: str
    number: str
    advice: str
    url: str


class QuestionGroup(Entry, frozen=True, kw_only=True):
    """Findings that are asked together, so that a person answers a few groups and not forty questions."""

    id: str
    order: int
    label: str
    findings: tuple[str, ...]


class HarmReport(Entry, frozen=True, kw_only=True):
    """Where a person reports harm after a product or procedure, by country."""

    code: str  # ISO 3166-1 alpha-2, or EU
    name: str
    to: str
    how: str
    tell: str
    url: str
