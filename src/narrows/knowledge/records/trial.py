"""Records of trial."""

from narrows.knowledge.records.base import Entry


class Trial(Entry, frozen=True, kw_only=True):
    id: str
    registry: str
    title: str
    option: tuple[str, ...]
    condition: str
    phase: str
    design: str
    control: str
    n: int | None = None
    country: str
    sponsor_kind: str
    participant_pays: str
    status: str
    as_of: str
    status_note: str | None = None
    results_published: bool
    study: str | None = None
    caution: str | None = None
    url: str
    urls: tuple[str, ...] = ()
    seen: str
    n_actual: int | None = None
    option_note: str | None = None
    excludes_stenosis: bool | None = None
    control_note: str | None = None


class TitleOnlyTrial(Entry, frozen=True, kw_only=True):
    ids: tuple[str, ...]
    about: str
    url: str


class TrialSummary(Entry, frozen=True, kw_only=True):
    id: str
    says: str
    basis: tuple[str, ...]
    certainty: str


class HowToJudge(Entry, frozen=True, kw_only=True):
    id: str
    question: str
    good: str
    warning: str
    why: str
    caution: str | None = None
    sources: tuple[str, ...]
    studies: tuple[str, ...] = ()


class PayToJoin(Entry, frozen=True, kw_only=True):
    year: int
    finding: str
    verified: str
    url: str
    original: str


class TrialRegistry(Entry, frozen=True, kw_only=True):
    id: str
    name: str
    number_looks_like: str
    url: str
