"""Records of study."""

from narrows.knowledge.records.base import Entry, Part


class StudyArm(Part, frozen=True, kw_only=True):
    id: str
    option: str
    label: str
    n: int | None = None
    cell_source: str | None = None
    dose: str | None = None
    route: str | None = None


class StudyResult(Part, frozen=True, kw_only=True):
    outcome: str
    unit: str
    kind: str
    verified: str
    seen_at: str
    months: float | None = None
    analysis: str | None = None
    arm: str | None = None
    arm_vs: str | None = None
    estimate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p: float | str | None = None
    i2: float | None = None
    total: int | None = None
    events: int | None = None
    favours: str | None = None
    note: str | None = None
    mean_baseline: float | None = None
    sd_baseline: float | None = None
    mean_followup: float | None = None
    sd_followup: float | None = None
    sd: float | None = None
    range_low: float | None = None
    range_high: float | None = None
    subgroup: str | None = None
    interaction_p: float | str | None = None
    derived: bool | None = None
    derived_estimate: bool | None = None
    derived_events: bool | None = None
    caution: str | None = None  # why this row is not pooled unless asked
    trials: int | None = None  # for a row of a review: how many trials it pools


class Study(Entry, frozen=True, kw_only=True):
    id: str
    title: str
    year: int | None = None
    design: str
    blinding: str
    region: str
    condition: str
    n: int | None = None
    k: int | None = None
    url: str | None = None
    risk_of_bias: str
    risk_reason: str
    note: str | None = None
    arm: tuple[StudyArm, ...]
    result: tuple[StudyResult, ...] = ()
    doi: str | None = None
    country: str | None = None
    pmid: str | None = None
    n_randomised: int | None = None
    year_verified: bool | None = None
    registration: str | None = None
    funding: str | None = None
    overlaps: str | tuple[str, ...] | None = None  # studies that hold some of the same people
    seen_url: str | None = None
    status: str | None = None
    n_note: str | None = None
    arms_differ: str | None = None  # the arms hold different people: no arm is a comparison for another
    year_note: str | None = None


class UnverifiedStudy(Entry, frozen=True, kw_only=True):
    id: str
    title: str
    why: str
    doi: str | None = None
    pmid: str | None = None
    registration: str | None = None


class Recommendation(Entry, frozen=True, kw_only=True):
    id: str
    guideline: str
    issuer: str
    year: int
    doi: str | None = None
    condition: str
    url: str
    option: str
    direction: str
    strength: str
    quality_of_evidence: str | None = None
    population: str
    verified: str
    seen_at: str
    caution: str | None = None
