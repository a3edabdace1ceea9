"""Records of exercise."""

from narrows.knowledge.records.base import Entry


class Programme(Entry, frozen=True, kw_only=True):
    id: str
    study: str | None = None
    name: str
    country: str
    who: str
    delivered_by: str
    setting: str
    sessions: int | None = None
    parts: tuple[str, ...]
    compared_with: str
    found: str | None = None
    origin: str
    url: str
    urls: tuple[str, ...] = ()
    sessions_note: str | None = None
    per_week: int | None = None
    weeks: int | None = None
    per_week_note: str | None = None


class ExerciseComponent(Entry, frozen=True, kw_only=True):
    id: str
    name: str
    why: str
    examples: tuple[str, ...] = ()
    dose: str
    progression: str | None = None
    evidence_strength: str
    studies: tuple[str, ...]
    who_should_not: tuple[str, ...]
    who_should_not_origin: str | None = None
    url: str
    urls: tuple[str, ...] = ()
    harms: str | None = None
    harm_studies: tuple[str, ...] = ()
    caution_for: tuple[str, ...] = ()
    who_should_not_note: str | None = None


class PainRule(Entry, frozen=True, kw_only=True):
    id: str
    says: str
    origin: str
    url: str


class StopSign(Entry, frozen=True, kw_only=True):
    id: str
    sign: str
    do: str
    criteria_note: str | None = None
    origin: str
    criteria: tuple[str, ...] = ()


class ReviewRule(Entry, frozen=True, kw_only=True):
    id: str
    says: str
    origin: str
    studies: tuple[str, ...]


class CervicalExercise(Entry, frozen=True, kw_only=True):
    id: str
    says: str
    origin: str
    url: str
    urls: tuple[str, ...] = ()
    guideline: str | None = None
    study: str | None = None


class FallsAdvice(Entry, frozen=True, kw_only=True):
    id: str
    says: str
    url: str
    caution: str | None = None
    urls: tuple[str, ...] = ()
    effect: str | None = None
    year: int | None = None
    origin: str | None = None
    study: str | None = None
