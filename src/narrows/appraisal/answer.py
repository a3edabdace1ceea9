"""The shape of an appraisal: what `narrows appraise --json` prints, as types."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from narrows.knowledge.records.criterion import Truth, Urgency

Standing = Literal["indicated", "possible", "trial-only", "not-indicated", "contraindicated", "undetermined", "waits"]
SyndromeStanding = Literal["established", "likely", "possible", "unlikely", "unknown"]


class Shape(msgspec.Struct, kw_only=True):
    """A piece of the answer."""


class Leaf(Shape):
    """One deciding comparison: the finding, the person's value in words, and whether it holds."""

    finding: str
    text: str  # "age 72 is at least 60"; for an unknown: "age is not known"
    holds: Truth
    level: str = ""


class Reason(Shape):
    """A criterion as a reason: what it says, why it holds for this person, where it comes from."""

    criterion: str
    says: str
    why: tuple[Leaf, ...]
    sources: tuple[str, ...]
    source_kind: str = ""
    strength: str = ""  # absolute or relative, for contraindications
    verified: bool = True
    unseen: str = ""
    assuming: tuple[str, ...] = ()  # "days since … taken as 0", only where the assumption decided
    levels: tuple[str, ...] = ()  # the levels at which it is true


class RedFlag(Shape):
    """A red flag that is true, or not yet known."""

    criterion: str
    label: str
    truth: Truth
    urgency: Urgency
    says: str
    pathway: str
    why: tuple[Leaf, ...]
    missing: tuple[str, ...]
    sources: tuple[str, ...]
    assuming: tuple[str, ...] = ()
    verified: bool = True
    unseen: str = ""
    reviewed: str = "not yet reviewed by a clinician"


class Question(Shape):
    """A question still open: the finding, its words, how many decisions it could settle."""

    finding: str
    question: str
    settles: int
    who_can_answer: str = "patient"
    decides: tuple[str, ...] = ()  # "urgency", "option:decompression", "syndrome:…"


class Clearance(Shape):
    """Whether everything that a person can answer, and an emergency rule needs, has been answered."""

    complete: bool
    says: str
    groups: tuple[QuestionGroup, ...] = ()


class QuestionGroup(Shape):
    """A few questions that belong together."""

    label: str
    questions: tuple[Question, ...]


class SyndromeAnswer(Shape):
    """How a syndrome stands for this person."""

    id: str
    label: str
    kind: str
    standing: SyndromeStanding
    because: tuple[Reason, ...]
    against: tuple[Reason, ...]
    missing: tuple[str, ...]
    plain: str
    clinical: str
    natural_course: tuple[dict[str, Any], ...]
    sources: tuple[str, ...]
    also_consider: tuple[str, ...] = ()  # mimics that fit as well, named first


class SeverityLine(Shape):
    """One aspect of severity: symptoms, function or imaging."""

    aspect: Literal["symptoms", "function", "imaging"]
    criterion: str
    says: str
    why: tuple[Leaf, ...]
    sources: tuple[str, ...]
    levels: tuple[str, ...] = ()


class LevelNarrowing(Shape):
    """What narrows one level: what was recorded there, which thresholds it crosses, shares of lost area."""

    findings: dict[str, Any]
    criteria: tuple[Reason, ...]
    causes: tuple[dict[str, Any], ...] = ()
    note: str = ""


class OptionAnswer(Shape):
    """How one treatment stands for this person, and what is known of it."""

    option: str
    name: str
    family: str
    standing: Standing
    because: str  # one sentence: why this standing
    for_: tuple[Reason, ...] = msgspec.field(name="for")
    against: tuple[Reason, ...]
    cautions: tuple[Reason, ...]
    predictors: tuple[Reason, ...]
    missing: tuple[str, ...]
    waits_for: tuple[str, ...] = ()
    expected: dict[str, Any] = msgspec.field(default_factory=dict)
    harms: tuple[dict[str, Any], ...] = ()
    recovery: tuple[dict[str, Any], ...] = ()
    price: tuple[dict[str, Any], ...] = ()
    regulation: tuple[dict[str, Any], ...] = ()
    certainty: dict[str, Any] = msgspec.field(default_factory=dict)
    guidelines: tuple[dict[str, Any], ...] = ()
    about: dict[str, Any] = msgspec.field(default_factory=dict)  # what happens, aim, experience, preparation, aftercare


class PlanStep(Shape):
    """One next step."""

    id: str
    says: str
    clinical: str
    who: str
    by: str
    why: tuple[str, ...]
    sources: tuple[str, ...]


class FollowUpVisit(Shape):
    """One visit of the follow-up: when, its window, what is measured."""

    id: str
    due: str  # ISO date
    window: tuple[str, str]
    measures: tuple[str, ...]
    origin: str


class Appraisal(Shape):
    """The whole answer for one person."""

    case: dict[str, Any]
    knowledge: dict[str, Any]
    urgency: Urgency | None
    clearance: Clearance
    criteria: dict[str, Truth]
    red_flags: tuple[RedFlag, ...]
    syndromes: tuple[SyndromeAnswer, ...]
    severity: tuple[SeverityLine, ...]
    narrowing: dict[str, LevelNarrowing]
    options: tuple[OptionAnswer, ...]
    ask_next: tuple[Question, ...]
    plan: tuple[PlanStep, ...]
    follow_up: tuple[FollowUpVisit, ...]
    disagreements: tuple[dict[str, Any], ...] = ()
    aftercare: tuple[Reason, ...] = ()
    without_treatment: tuple[dict[str, Any], ...] = ()  # what came without the treatments compared here
    changes: tuple[dict[str, Any], ...] = ()  # in the knowledge since the case was saved
    notices: tuple[str, ...] = ()  # what was derived, dropped, assumed, replaced


#: One sentence that stands where it matters, once.
DISCLAIMER = (
    "narrows is decision support whose basis you can see. It is not a cleared or approved medical device, names no diagnosis as certain, "
    "and does not replace an examination."
)
