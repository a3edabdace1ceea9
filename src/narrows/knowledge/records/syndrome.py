"""Syndromes: what it may be, which criteria speak for and against it, what it is in plain words."""

from typing import Literal

from narrows.knowledge.records.base import Entry, Part


class Course(Part, frozen=True, kw_only=True):
    """What is known of the course without an operation, over one length of time."""

    says: str
    source: str
    months: int | None = None
    certainty: str | None = None


class Syndrome(Entry, frozen=True, kw_only=True):
    """A condition that the findings may point to.

    Its standing: `excluded_by` true gives unlikely; else the strongest of `established_by`, `likely_by`,
    `possible_by` that holds a true criterion, at most likely when one of `against` is true; else unlikely when one of
    `against` is true or when all that could speak for it are false; else unknown. All are ids of criteria.
    """

    id: str
    label: str
    region: Literal["lumbar", "cervical", "any"]
    kind: Literal["stenosis", "emergency", "serious", "mimic"]
    plain: str  # sixty words or more, for the person
    clinical: str  # one or two sentences for the clinician
    natural_course: tuple[Course, ...]
    sources: tuple[str, ...]
    established_by: tuple[str, ...] = ()
    likely_by: tuple[str, ...] = ()
    possible_by: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    excluded_by: tuple[str, ...] = ()
    mimics: tuple[str, ...] = ()  # syndromes that this one may be mistaken for: it is named before them
