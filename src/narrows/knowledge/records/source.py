"""Records of source."""

from narrows.knowledge.records.base import Entry


class Source(Entry, frozen=True, kw_only=True):
    id: str
    citation: str
    url: str | None = None
    numbers: str
    kind: str
    year: int | None = None
    doi: str | None = None
    pmid: str | None = None
    seen_at: str | None = None
