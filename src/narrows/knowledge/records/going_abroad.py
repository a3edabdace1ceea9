"""Records of going abroad."""

from narrows.knowledge.records.base import Entry


class AbroadFact(Entry, frozen=True, kw_only=True):
    id: str
    topic: str
    says: str
    verified: str
    url: str
    seen_url: str | None = None
    as_of: str | None = None
    urls: tuple[str, ...] = ()
    caution: str | None = None


class InfectionReport(Entry, frozen=True, kw_only=True):
    id: str
    where: str
    what: str
    people: int
    outcome: str
    study: str | None = None
    verified: str
    url: str
    urls: tuple[str, ...] = ()
    people_note: str | None = None
    as_of: str | None = None
    meaning: str | None = None
    studies: tuple[str, ...] = ()


class Accreditation(Entry, frozen=True, kw_only=True):
    id: str
    name: str
    covers: str
    who_can_have_it: str | None = None
    lasts_years: int | None = None
    does_not_mean: tuple[str, ...]
    check: str
    caution: str | None = None
    verified: str
    url: str
    urls: tuple[str, ...] = ()
    as_of: str | None = None
    quality: tuple[str, ...] = ()


class AbroadCheck(Entry, frozen=True, kw_only=True):
    id: str
    when: str
    ask: str
    url: str | None = None
    note: str | None = None
    urls: tuple[str, ...] = ()
    origin: str | None = None


class AbroadRecord(Entry, frozen=True, kw_only=True):
    id: str
    direction: str
    items: tuple[str, ...]
    why: str
    url: str
    quality: tuple[str, ...] = ()


class AbroadFollowUp(Entry, frozen=True, kw_only=True):
    id: str
    says: str
    url: str | None = None
    urls: tuple[str, ...] = ()
    studies: tuple[str, ...] = ()
    origin: str | None = None


class CostItem(Entry, frozen=True, kw_only=True):
    id: str
    item: str
    often_missing: bool
    why: str | None = None
    url: str | None = None


class Insurer(Entry, frozen=True, kw_only=True):
    id: str
    country: str
    says: str
    verified: str
    url: str
    as_of: str | None = None
    urls: tuple[str, ...] = ()


class InsurerQuestion(Entry, frozen=True, kw_only=True):
    id: str
    ask: str
    url: str | None = None


class ChecklistItem(Entry, frozen=True, kw_only=True):
    id: str
    group: str
    item: str
    why: str | None = None
    basis: str
    see: str | None = None
    url: str | None = None
    urls: tuple[str, ...] = ()
    quality: tuple[str, ...] = ()


class Specialist(Entry, frozen=True, kw_only=True):
    id: str
    question: str
    who: str
    what_they_do: str
    verified: str | None = None
    url: str | None = None
    origin: str | None = None
    urls: tuple[str, ...] = ()
    see: str | None = None


class Licence(Entry, frozen=True, kw_only=True):
    country: str
    where: str
    shows: str
    note: str | None = None
    as_of: str | None = None
    verified: str
    url: str
    urls: tuple[str, ...] = ()


class LicenceRule(Entry, frozen=True, kw_only=True):
    id: str
    says: str
    verified: str
    url: str
