"""Records of follow up."""

from narrows.knowledge.records.base import Entry


class Registry(Entry, frozen=True, kw_only=True):
    id: str
    name: str
    visits: tuple[int, ...] = ()
    instruments: tuple[str, ...] = ()
    patients_registered: str | None = None
    one_year_nonresponse_percent: int | None = None
    origin: str
    sources: tuple[str, ...]
    primary_outcome: str | None = None
    lumbar_cases_2007_2021: int | None = None
    coverage_percent: int | None = None
    capture_percent_2021: int | None = None
    response_12_months_percent: float | None = None
    baseline_odi_mean_sd: tuple[float, ...] = ()
    stenosis_share_percent: float | None = None
    later_report: str | None = None
    optional_visits: tuple[int, ...] = ()
    visits_note: str | None = None
    mode: str | None = None
    result_lss_1y: str | None = None
    benchmark_note: str | None = None
    visits_days: tuple[object, ...] = ()
    purpose: tuple[str, ...] = ()


class Visit(Entry, frozen=True, kw_only=True):
    id: str
    target_day: int
    window_days: tuple[int, ...]
    origin: str
    reason: str | None = None
    reason_source: str | None = None
    core: tuple[str, ...]
    arms: tuple[str, ...] = ()


class Attrition(Entry, frozen=True, kw_only=True):
    study: str
    n: int
    setting: str
    nonresponse_percent: float
    finding: str
    source: str
    caveat: str | None = None


class CourseWithoutTreatment(Entry, frozen=True, kw_only=True):
    what: str
    specific_percent: int | None = None
    placebo_percent: int | None = None
    no_treatment_percent: int | None = None
    n: int | None = None
    trials: int | None = None
    source: str
    pain_smd: float | None = None
    pain_smd_ci95: tuple[float, ...] = ()
    pain_points_of_100: int | None = None
    function_smd: float | None = None
    function_smd_ci95: tuple[float, ...] = ()
    medium_term: str | None = None
    first_mean_sd: tuple[float, ...] = ()
    second_mean_sd: tuple[float, ...] = ()
    mean_change: float | None = None
    mean_absolute_change: float | None = None
    improved_unchanged_worse: tuple[int, ...] = ()
    meaning: str | None = None
    improved_percent: int | None = None
    no_longer_positive_percent: int | None = None


class PredictionModel(Entry, frozen=True, kw_only=True):
    id: str
    registry: str | None = None
    form: str
    outcomes: tuple[str, ...] = ()
    auc: dict[str, object] | None = None
    coefficients_published: str | None = None
    source: str
    predictors: tuple[str, ...] = ()
    external_validation: dict[str, object] | None = None
    c_index: tuple[float, ...] = ()
    c_index_gain: tuple[float, ...] = ()
    calibration_slope_min: float | None = None
    meaning: str | None = None
    r2: dict[str, object] | None = None


class CaseMixLesson(Entry, frozen=True, kw_only=True):
    finding: str
    source: str
