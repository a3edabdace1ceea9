"""Records of claim."""

from narrows.knowledge.records.base import Entry, Part


class ClaimSources(Part, frozen=True, kw_only=True):
    citation: str
    year: int
    url: str
    ref: str | None = None


class ClaimEvidence(Part, frozen=True, kw_only=True):
    """A question to the studies whose answer, worked out anew each time, stands beside a verdict.

    With an outcome: what `option` reached against `versus`. Without one: whether any study held here compares the option
    with something else in the condition and prints a number.
    """

    option: str
    versus: str | None = None
    outcome: str | None = None
    months: float | None = None
    condition: str = "lumbar-spinal-stenosis"


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
    evidence: tuple[ClaimEvidence, ...] = ()


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
