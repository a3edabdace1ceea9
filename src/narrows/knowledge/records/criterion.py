"""Criteria: one condition each, what it is for, and the cases that prove it."""

from typing import Any, Literal

import msgspec

from narrows.knowledge.records.base import Entry, Part

Truth = Literal["true", "false", "unknown"]
Kind = Literal[
    "red-flag",
    "diagnosis",
    "imaging",
    "severity",
    "indication",
    "contraindication",
    "caution",
    "predictor",
    "aftercare",
]
Urgency = Literal["emergency-same-day", "urgent-within-2-weeks", "soon"]


class CriterionPoints(Part, frozen=True, kw_only=True):
    """One item of a point rule: its points count when its condition is true."""

    when: str
    add: int


class CriterionCase(Part, frozen=True, kw_only=True):
    """A small person written from the meaning of the rule, and the answer that the rule must give."""

    expect: Truth
    who: str
    findings: dict[str, Any] = msgspec.field(default_factory=dict)
    levels: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    levels_read: tuple[str, ...] = ()


class Criterion(Entry, frozen=True, kw_only=True):
    """A rule: a condition over findings, its meaning, its sources."""

    id: str
    label: str
    kind: Kind
    scope: Literal["person", "level"]
    says: str
    sources: tuple[str, ...]
    source_kind: Literal["guideline", "study", "consensus", "trial-criterion", "clinic-statement"]
    verified: bool
    when: str | None = None
    assume: dict[str, bool | int | float | str] = msgspec.field(default_factory=dict)
    points_at_least: int | None = None
    points: tuple[CriterionPoints, ...] = ()
    quantifier: Literal["any", "all", "at-least-2"] | None = None
    region: Literal["cervical", "lumbar"] | None = None
    levels: tuple[str, ...] = ()
    applies_to: tuple[str, ...] = ()
    strength: Literal["absolute", "relative"] | None = None
    urgency: Urgency | None = None
    pathway: str | None = None
    only_when_told: bool = False  # an alarm that listens and does not ask: while open it blocks no all-clear
    effect: str | None = None
    recommendations: tuple[
        str, ...
    ] = ()  # guideline rows that speak of exactly the people whom an indication describes
    unseen: str | None = None
    case: tuple[CriterionCase, ...] = ()
