"""Records of instrument."""

from narrows.knowledge.records.base import Entry, Part


class InstrumentThreshold(Part, frozen=True, kw_only=True):
    kind: str
    value: tuple[float, ...] | float
    unit: str
    direction: str
    population: str
    method: str
    source: str
    label: str | None = None
    recommended: bool | None = None
    baseline_band: str | None = None
    site: str | None = None
    scale: str | None = None


class InstrumentLevels(Part, frozen=True, kw_only=True):
    item: str
    points: tuple[int, ...]
    labels: tuple[str, ...] = ()


class InstrumentSubscales(Part, frozen=True, kw_only=True):
    id: str
    items: tuple[int | str, ...]
    raw: tuple[int, ...] = ()
    response: tuple[int, ...] = ()
    max_missing: int | None = None
    post_treatment_only: bool | None = None


class InstrumentRecode(Part, frozen=True, kw_only=True):
    items: tuple[int, ...]
    map: tuple[int, ...]


class Instrument(Entry, frozen=True, kw_only=True):
    id: str
    name: str
    region: str
    reporter: str
    unit: str | None = None
    direction: str
    algorithm: str | None = None
    missing_rule: str | None = None
    text_may_ship: str
    licence: str
    licence_seen: bool
    sources: tuple[str, ...]
    threshold: tuple[InstrumentThreshold, ...] = ()
    items: int | None = None
    response: tuple[int, ...] = ()
    range: tuple[float, ...] = ()
    weights: tuple[int, ...] | dict[str, object] | None = None
    age_points: str | None = None
    example: tuple[dict[str, object], ...] = ()
    levels_text: dict[str, str] | None = None
    suffix_d: str | None = None
    recall: str | None = None
    item_labels: tuple[str, ...] = ()
    five_point_values: tuple[float, ...] = ()
    max_missing: int | None = None
    plus_vas: tuple[int, ...] = ()
    value_set_warning: str | None = None
    value_set_sources: tuple[str, ...] = ()
    loinc_score: str | None = None
    half_points: bool | None = None
    levels: tuple[InstrumentLevels, ...] = ()
    recovery_rate: str | None = None
    not_interchangeable: str | None = None
    variants: str | None = None
    range_percent: tuple[int, ...] = ()
    sites: tuple[str, ...] = ()
    optional_items: tuple[int, ...] = ()
    two_boxes_rule: str | None = None
    rounding: str | None = None
    loinc_panel: str | None = None
    loinc_warning: str | None = None
    warning: str | None = None
    subscales: tuple[InstrumentSubscales, ...] = ()
    safety_item: int | None = None
    safety_rule: str | None = None
    recode_pain_0_10: dict[str, int] | None = None
    t_physical: tuple[float, ...] = ()
    t_mental: tuple[float, ...] = ()
    t_index_first_raw: int | None = None
    t: tuple[float, ...] = ()
    se: tuple[float, ...] = ()
    older_table_v1: tuple[float, ...] = ()
    provenance: str | None = None
    table_seen: bool | None = None
    note: str | None = None
    loinc_section_pf6b: str | None = None
    recode: tuple[InstrumentRecode, ...] = ()
    psychosocial_items: tuple[int, ...] = ()
    not_for: str | None = None
    reverse_items: tuple[int, ...] = ()
    symptom_domains: dict[str, object] | None = None
    allowed_values_item7: tuple[int, ...] = ()
    response_anchors: dict[str, str] | None = None
    optional_percent: str | None = None


class ValueSet(Entry, frozen=True, kw_only=True):
    id: str
    version: str
    country: str
    doi: str
    source: str
    start: float
    any_problem: float
    any_level3: float | None = None
    mo: tuple[float, ...]
    sc: tuple[float, ...]
    ua: tuple[float, ...]
    pd: tuple[float, ...]
    ad: tuple[float, ...]
    d1: float | None = None
    i2_squared: float | None = None
    i3: float | None = None
    i3_squared: float | None = None
    d1_rule: str | None = None
