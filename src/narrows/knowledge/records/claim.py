"""Records of claim."""

from narrows.knowledge.records.base import Entry, Part


class ClaimSources(Part, frozen=True, kw_only=True):
    citation: str
    year: int
    url: str
    ref: str | None = None


class Claim(Entry, frozen=True, kw_only=True):
    id: str
    statement: str
    topic: str
    applies_to: tuple[str, ...]
    verdict: str
    certainty: str
    because: str
    sources: tuple[ClaimSources, ...]
    what_to_ask: str
    phrasings: tuple[str, ...]
    not_this: tuple[str, ...]


class MarketingSign(Entry, frozen=True, kw_only=True):
    id: str
    statement: str
    category: str
    severity: str
    why: str
    url: str
    patterns: tuple[str, ...]


class MarketingStudy(Entry, frozen=True, kw_only=True):
    id: str
    what: str
    n_sites: int
    year: int
    finding: str
    categories: tuple[str, ...]
    method: str
    numbers: str | None = None
    url: str
    verified: str
    categories_note: str | None = None
