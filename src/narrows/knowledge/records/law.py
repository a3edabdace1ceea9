"""Records of law."""

import msgspec

from narrows.knowledge.records.base import Entry, Part


class JurisdictionEvent(Part, frozen=True, kw_only=True):
    date: str
    what: str
    url: str


class Jurisdiction(Entry, frozen=True, kw_only=True):
    code: str
    name: str
    legal_basis: str
    summary: str
    as_of: str
    url: str
    urls: tuple[str, ...] = ()
    verified: str
    status: dict[str, str]
    event: tuple[JurisdictionEvent, ...] = ()


class Society(Entry, frozen=True, kw_only=True):
    id: str
    name: str
    year: int
    position: str
    url: str
    note: str | None = None


class RegulationNotVerified(Entry, frozen=True, kw_only=True):
    codes: tuple[str, ...]
    note: str


class ProductQuality(Entry, frozen=True, kw_only=True):
    id: str
    class_: str = msgspec.field(name="class")
    applies_to: tuple[str, ...]
    measure: str
    limit: str
    unit: str | None = None
    note: str | None = None
    url: str
    urls: tuple[str, ...] = ()
    verified: str
    derived: bool | None = None
