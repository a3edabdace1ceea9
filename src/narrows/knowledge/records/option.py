"""Records of option."""

from narrows.knowledge.records.base import Entry, Part


class OptionPreparation(Part, frozen=True, kw_only=True):
    when: str
    do: str | None = None
    source: str
    avoid: str | None = None


class OptionAftercare(Part, frozen=True, kw_only=True):
    when: str
    do: str | None = None
    source: str
    avoid: str | None = None


class OptionRecovery(Part, frozen=True, kw_only=True):
    milestone: str
    from_days: int | None = None
    to_days: int | None = None
    basis: str | None = None
    source: str | None = None
    study: str | None = None
    note: str | None = None
    days: str | None = None


class OptionHarm(Part, frozen=True, kw_only=True):
    harm: str
    severity: str
    rate_low: float | None = None
    rate_high: float | None = None
    per: int | None = None
    events: int | None = None
    total: int | None = None
    derived: bool | None = None
    population: str
    certainty: str
    study: str | None = None
    seen: str
    studies: tuple[str, ...] = ()
    rate: str | None = None
    horizon: str | None = None
    source: str | None = None
    risk_ratio: float | None = None
    risk_ratio_ci: tuple[float, ...] = ()
    note: str | None = None
    odds_ratio: float | None = None
    odds_ratio_ci: tuple[float, ...] = ()


class OptionPrice(Part, frozen=True, kw_only=True):
    ref: str


class Option(Entry, frozen=True, kw_only=True):
    id: str
    name: str
    also_called: tuple[str, ...]
    family: str
    region: tuple[str, ...]
    invasiveness: int
    setting: str
    anaesthesia: str
    duration: str
    duration_source: str | None = None
    stay: str
    what_happens: tuple[str, ...]
    text_sources: tuple[str, ...] = ()
    experience: dict[str, str]
    aim: str
    insurance: str
    reversible: bool
    burns_bridges: str
    what_if_it_fails: tuple[str, ...]
    alternatives: tuple[str, ...]
    follow_up: tuple[str, ...]
    follow_up_model: str
    questions_to_ask: tuple[str, ...]
    evidence_in_stenosis: str
    evidence_note: str
    evidence_elsewhere: str
    guidelines: tuple[str, ...]
    not_found: tuple[str, ...] = ()
    preparation: tuple[OptionPreparation, ...] = ()
    aftercare: tuple[OptionAftercare, ...] = ()
    recovery: tuple[OptionRecovery, ...]
    harm: tuple[OptionHarm, ...]
    price: tuple[OptionPrice, ...] = ()
    stay_source: str | None = None
    what_if_it_fails_note: str | None = None
    elective: bool = False  # waits when something is urgent within two weeks
    elective_unless: tuple[str, ...] = ()  # criteria that, when true, make it more than elective
    treats_emergency: tuple[str, ...] = ()  # red flags that this option treats: it does not wait for them
