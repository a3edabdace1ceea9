"""Records of economy."""

from narrows.knowledge.records.base import Entry


class Price(Entry, frozen=True, kw_only=True):
    id: str
    option: str
    option_note: str | None = None
    region_body: str
    country: str
    currency: str
    mean: int | None = None
    sd: int | None = None
    ci_low: int | None = None
    ci_high: int | None = None
    n: int | None = None
    year: int
    basis: str
    insurance: str
    verified: str
    url: str | None = None
    low: float | None = None
    high: float | None = None
    year_approximate: bool | None = None
    derived: bool | None = None
    conflict: str | None = None
    source: str | None = None
    year_note: str | None = None
    caution: str | None = None


class Coverage(Entry, frozen=True, kw_only=True):
    payer: str
    option_class: str
    status: str
    detail: str
    as_of: str
    url: str
    verified: str
    conflict: str | None = None


class PriceNotVerified(Entry, frozen=True, kw_only=True):
    items: tuple[str, ...]
