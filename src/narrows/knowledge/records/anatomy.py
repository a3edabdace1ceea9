"""Records of anatomy."""

from narrows.knowledge.records.base import Entry


class NormalMeasure(Entry, frozen=True, kw_only=True):
    measure: str
    level: str | None = None
    unit: str
    kind: str
    mean: float | None = None
    sd: float | None = None
    population: str
    source: str
    vertebra: str | None = None
    low: float | None = None
    sex: str | None = None
    side: str | None = None
    high: float | None = None


class RecogniseRule(Entry, frozen=True, kw_only=True):
    if_labels_present: tuple[int, ...] = ()
    then: str
    and_any_of: tuple[int, ...] = ()
    only_labels: tuple[int, ...] = ()
