"""Records of instruments: how a questionnaire, a grade or a test is answered, scored and read."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from narrows.knowledge.records.base import Entry, Part

#: How the answers become scores; each has its function in `narrows.instruments`.
Method = Literal[
    "sum",  # items added, some turned round; with a missing item the mean of the answered times the number of items
    "percent",  # 100 * sum / (highest answer * number answered)
    "weighted_sum",  # weights of the items that are present
    "count",  # items that are present, and their share
    "ticked",  # statements ticked on a list
    "scale_means",  # mean of the answered items of each scale, never a total
    "recoded_mean",  # items recoded by position, then the mean of each scale
    "t_table",  # sum looked up in a table of T-scores
    "single",  # one answer is the score
    "sites",  # one answer for each place of the body
    "grades",  # one grade for each event; the worst counts
    "measured",  # a measurement or a score of a test as it stands
    "accepted",  # scores computed elsewhere, because the formula or table may not or cannot ship
    "walk",
    "charlson",
    "comi",
    "promis_global",
    "startback",
    "value_set",
]


class InstrumentThreshold(Part, frozen=True, kw_only=True):
    """A band, a cut-off, an important change or a measurement error: in whom it was found, how, and where that stands."""

    #: sem = standard error of measurement; sdc, mdc = smallest detectable change; pass = acceptable state
    kind: Literal[
        "mcid", "mic", "pass", "band", "cutoff", "sdc", "mdc", "sem", "responder", "deterioration", "variability"
    ]
    value: tuple[float, ...] | float
    unit: str
    #: a change from the first score (decrease, increase), or one score as it stands (level)
    direction: Literal["decrease", "increase", "level"]
    population: str
    method: str
    source: str
    label: str | None = None
    recommended: bool | None = None
    baseline_band: str | None = None
    site: str | None = None
    #: the score that it speaks of; none named: the first score of the instrument
    scale: str | None = None
    #: what the value is counted in; "other-scale" is shown and never applied
    basis: Literal["points", "relative", "recovery", "other-scale"] = "points"
    #: how a level is compared; "not-stated" is shown and never applied
    test: Literal["at_least", "above", "at_most", "not-stated"] | None = None
    #: the version that it was found with; none named: every version
    version: str | None = None


class InstrumentLevels(Part, frozen=True, kw_only=True):
    """One item of a clinician's scale: the points from lowest to highest, with labels of ours."""

    item: str
    points: tuple[int, ...]
    labels: tuple[str, ...] = ()


class InstrumentSubscales(Part, frozen=True, kw_only=True):
    """A scale of its own inside an instrument."""

    id: str
    items: tuple[int | str, ...]
    raw: tuple[int, ...] = ()
    response: tuple[int, ...] = ()
    max_missing: int | None = None
    post_treatment_only: bool | None = None


class InstrumentRecode(Part, frozen=True, kw_only=True):
    """What the first, second, … answer of some items is worth."""

    items: tuple[int, ...]
    map: tuple[int, ...]


class InstrumentScore(Part, frozen=True, kw_only=True):
    """A number that scoring gives: its key, what it is, its limits and unit; the first is the main one."""

    id: str
    says: str
    range: tuple[float, ...] = ()
    unit: str | None = None
    #: where it differs from the direction of the instrument
    direction: Literal["lower_better", "higher_better"] | None = None


class InstrumentField(Part, frozen=True, kw_only=True):
    """Something that stands beside the items: a scale, a reason for stopping, the name of a value set."""

    id: str
    says: str
    range: tuple[float, ...] = ()
    unit: str | None = None
    choices: tuple[str, ...] = ()


class InstrumentVersion(Part, frozen=True, kw_only=True):
    """A version that goes by the same name; scores of two versions are never compared."""

    id: str
    says: str
    default: bool = False
    #: false: only a total computed elsewhere is kept, without bands, thresholds or findings
    scored: bool = True
    reverse_items: tuple[int, ...] = ()
    table: str | None = None


class Instrument(Entry, frozen=True, kw_only=True):
    """A questionnaire, a grade or a test: answers, scores, missing-item rule, thresholds, licence, worked examples."""

    id: str
    name: str
    region: Literal["lumbar", "cervical", "any"]
    reporter: Literal["patient", "clinician", "performance"]
    unit: str | None = None
    direction: Literal["lower_better", "higher_better", "mixed"]
    method: Method
    scores: tuple[InstrumentScore, ...]
    #: finding of the dictionary to the score that means the same
    fills: dict[str, str] = msgspec.field(default_factory=dict)
    fields: tuple[InstrumentField, ...] = ()
    versions: tuple[InstrumentVersion, ...] = ()
    algorithm: str | None = None
    missing_rule: str | None = None
    #: most unanswered items with which a score is still given
    max_missing: int | None = None
    #: the missing-item rule may not be changed
    missing_fixed: bool = False
    text_may_ship: Literal["yes", "no", "with-permission", "non-commercial-only"]
    licence: str
    licence_seen: bool
    sources: tuple[str, ...]
    threshold: tuple[InstrumentThreshold, ...] = ()
    items: int | None = None
    #: lowest and highest answer of every item, in whole numbers
    response: tuple[int, ...] = ()
    #: allowed answers item by item, where they differ
    item_values: tuple[tuple[float, ...], ...] = ()
    #: words that stand for an answer
    codes: dict[str, int] = msgspec.field(default_factory=dict)
    range: tuple[float, ...] = ()
    weights: tuple[int, ...] | dict[str, tuple[str, ...]] | None = None
    #: more severe form of a disease to the milder one that it replaces
    replaces: dict[str, str] = msgspec.field(default_factory=dict)
    age_points: str | None = None
    age_point_bands: tuple[tuple[int, int], ...] = ()
    example: tuple[dict[str, Any], ...] = ()
    levels_text: dict[str, str] | None = None
    suffix_d: str | None = None
    recall: str | None = None
    item_labels: tuple[str, ...] = ()
    five_point_values: tuple[float, ...] = ()
    plus_vas: tuple[int, ...] = ()
    value_set_warning: str | None = None
    value_set_sources: tuple[str, ...] = ()
    loinc_score: str | None = None
    half_points: bool | None = None
    levels: tuple[InstrumentLevels, ...] = ()
    recovery_rate: str | None = None
    #: the full score of the recovery rate, 100 * (after - before) / (full - before)
    recovery_full: int | None = None
    not_interchangeable: str | None = None
    variants: str | None = None
    range_percent: tuple[int, ...] = ()
    sites: tuple[str, ...] = ()
    optional_items: tuple[int, ...] = ()
    two_boxes_rule: str | None = None
    two_boxes: Literal["higher"] | None = None
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
    #: where a rule of groups cuts, by name
    cuts: dict[str, int] = msgspec.field(default_factory=dict)
    not_for: str | None = None
    reverse_items: tuple[int, ...] = ()
    symptom_domains: dict[str, tuple[int, ...]] | None = None
    allowed_values_item7: tuple[int, ...] = ()
    response_anchors: dict[str, str] | None = None
    optional_percent: str | None = None


class ValueSet(Entry, frozen=True, kw_only=True):
    """What a country's people hold the health states of the EQ-5D to be worth.

    The index is `start`, plus the decrement of each dimension's level, plus the constants that apply.
    """

    id: str
    version: Literal["3L", "5L"]
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


class Wording(Entry, frozen=True, kw_only=True):
    """The wording of an instrument that a user is licensed to show; ours ships none of a licensed questionnaire."""

    instrument: str
    language: str
    licence: str
    items: tuple[str, ...]
