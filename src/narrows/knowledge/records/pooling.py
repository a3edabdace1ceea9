"""Records of the words that studies use for outcomes, units, analyses and conditions, and of the rules of pooling and certainty."""

from typing import Literal

import msgspec

from narrows.knowledge.records.base import Entry

OutcomeKind = Literal["benefit", "harm", "course", "cost", "description"]
UnitForm = Literal[
    "score",  # a score, its change or a difference between arms; which of them the row shows
    "change",  # follow-up minus baseline
    "improvement",  # a change counted upward when it is good
    "percent-change",
    "smd",
    "odds-ratio",
    "risk-ratio",
    "rate-ratio",
    "risk-difference",
    "share",
    "count",
    "not-normalised",
]


class OutcomeWord(Entry, frozen=True, kw_only=True):
    """One outcome under one name: what the studies call it, its scale, which way is better."""

    id: str
    label: str
    kind: OutcomeKind
    names: tuple[str, ...]
    better: Literal["lower", "higher", ""] = ""
    scale: tuple[float, float] | None = None
    unit: str = ""
    instrument: str | None = None
    important: float | None = None  # the smallest difference that people notice, in units of the scale
    important_source: str | None = None
    scale_of_name: dict[str, tuple[float, float]] = msgspec.field(default_factory=dict)
    operated_cohorts: bool = False  # most rows come from people who were all operated on


class UnitWord(Entry, frozen=True, kw_only=True):
    """One printed unit and what it means."""

    text: str
    form: UnitForm
    scale: tuple[float, float] | None = None
    factor: float = 1.0  # printed value times factor = share
    adjusted: bool = False
    approximate: bool = False
    only: str | None = None  # the printed unit names a part of the people, or a time
    why: str | None = None  # for "not-normalised"


class AnalysisWord(Entry, frozen=True, kw_only=True):
    """One printed way of analysis, and the class that it belongs to."""

    text: str
    group: Literal["as-randomised", "per-protocol", "as-treated", "cohort", "review", "model", "unclear"]
    rank: int  # lower first, when one trial reports the same outcome by several analyses
    caution: str | None = None  # why a row of this analysis is not pooled unless asked


class ConditionWord(Entry, frozen=True, kw_only=True):
    """One condition of the studies: its plain name, and the syndromes of a person that it covers."""

    id: str
    name: str
    syndromes: tuple[str, ...] = ()


class PoolingRule(Entry, frozen=True, kw_only=True):
    """Which estimator pools what the appraisal shows, and how far apart horizons may lie."""

    id: str
    model: Literal["fixed", "DL", "PM", "REML"]
    interval: Literal["wald", "hksj"]
    reason: str
    sources: tuple[str, ...]


class HorizonWindow(Entry, frozen=True, kw_only=True):
    """How many months a study's follow-up may lie from the horizon asked for."""

    id: str
    up_to_months: float
    window_months: float
    origin: str


class CertaintyRule(Entry, frozen=True, kw_only=True):
    """One rule by which certainty starts or steps down."""

    id: str
    domain: Literal[
        "design", "risk-of-bias", "inconsistency", "indirectness", "imprecision", "publication-bias", "reporting"
    ]
    steps: int
    limit: float | None = None
    says: str
    origin: str
