"""Records of epidemiology."""

from narrows.knowledge.records.base import Entry, Part


class PrevalenceByAge(Part, frozen=True, kw_only=True):
    age: str
    relative_percent: float | None = None
    absolute_percent: float | None = None
    percent: float | None = None


class PrevalenceRows(Part, frozen=True, kw_only=True):
    setting: str
    percent: int
    ci_low: int
    ci_high: int


class PrevalenceBySex(Part, frozen=True, kw_only=True):
    sex: str
    percent: float
    ci_low: float
    ci_high: float


class Prevalence(Entry, frozen=True, kw_only=True):
    id: str
    region_body: str
    definition: str
    measure: str
    population: str
    country: str
    n: int | None = None
    year: int | None = None
    relative_percent: float | None = None
    absolute_percent: float | None = None
    verified: str
    url: str
    urls: tuple[str, ...] = ()
    by_age: tuple[PrevalenceByAge, ...] = ()
    association: str | None = None
    caution: str | None = None
    moderate_or_worse_percent: float | None = None
    severe_percent: float | None = None
    symptomatic_among_severe_percent: float | None = None
    seen_url: str | None = None
    meaning: str | None = None
    rows: tuple[PrevalenceRows, ...] = ()
    percent: float | None = None
    percent_low: float | None = None
    percent_high: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    by_sex: tuple[PrevalenceBySex, ...] = ()
    by_age_note: str | None = None
    cases: int | None = None
    people_estimated: int | None = None
    associated_with: tuple[str, ...] = ()
    also: str | None = None
    says: str | None = None


class Incidence(Entry, frozen=True, kw_only=True):
    id: str
    region_body: str
    measure: str
    per_million_per_year: int | None = None
    population: str
    verified: str
    url: str
    per_100000_per_year: int | None = None


class SurgeryratePoints(Part, frozen=True, kw_only=True):
    year: int
    rate: float


class SurgeryrateComplexFusion(Part, frozen=True, kw_only=True):
    year: int
    rate: float


class SurgeryrateDecompressionOnly(Part, frozen=True, kw_only=True):
    year: int
    rate: float


class SurgeryrateFusion(Part, frozen=True, kw_only=True):
    year: int
    rate: float


class SurgeryrateFusionSharePercent(Part, frozen=True, kw_only=True):
    year: int
    percent: float


class SurgeryRate(Entry, frozen=True, kw_only=True):
    id: str
    country: str
    population: str
    unit: str | None = None
    points: tuple[SurgeryratePoints, ...] = ()
    complex_fusion: tuple[SurgeryrateComplexFusion, ...] = ()
    n: int | None = None
    n_note: str | None = None
    harms: str | None = None
    study: str | None = None
    verified: str
    url: str
    urls: tuple[str, ...] = ()
    says: str | None = None
    low: int | None = None
    high: int | None = None
    decompression_only: tuple[SurgeryrateDecompressionOnly, ...] = ()
    diagnosed: int | None = None
    operations: int | None = None
    share_operated_percent: int | None = None
    share_note: str | None = None
    fusion: tuple[SurgeryrateFusion, ...] = ()
    fusion_share_percent: tuple[SurgeryrateFusionSharePercent, ...] = ()
    over_65_printed: str | None = None
    caution: str | None = None
    regional_2018: str | None = None


class NaturalCourse(Entry, frozen=True, kw_only=True):
    study: str
    population: str
    months: int | None = None
    leg_pain: dict[str, int] | None = None
    back_pain: dict[str, int] | None = None
    url: str
    symptoms: dict[str, int] | None = None
    caution: str | None = None
    better_chance: str | None = None
    says: str | None = None
    region_body: str | None = None


class PopularFigure(Entry, frozen=True, kw_only=True):
    id: str
    says: str
    verdict: str
    because: str
    compare: tuple[str, ...] = ()
    claim: str | None = None
    verified: str | None = None
    url: str
    derived: str | None = None
    certainty: str | None = None
    urls: tuple[str, ...] = ()
    study: str | None = None
