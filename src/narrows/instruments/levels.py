"""What one score means as it stands: its band, and the cut-offs and acceptable states beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from narrows.knowledge.records.instrument import Instrument, InstrumentThreshold

#: Two numbers that differ by less are the same: scores are floats, thresholds are printed decimals.
SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Level:
    """A cut-off or an acceptable state, and whether a score meets it."""

    scale: str
    kind: str
    test: str
    value: float
    unit: str
    #: yes, no, or undecided where the source does not say how to compare, or on which scale
    met: str
    population: str
    method: str
    source: str
    recommended: bool = False


def compare(score: float, test: str, value: float) -> bool:
    """Whether a score is at least, above or at most a value; equal within 1e-9 counts as equal."""
    match test:
        case "at_least":
            return score >= value - SAME
        case "above":
            return score > value + SAME
        case "at_most":
            return score <= value + SAME
    raise ValueError(test)


def scale_of(instrument: Instrument, threshold: InstrumentThreshold) -> tuple[str, ...]:
    """The scores that a threshold speaks of: the one it names, its place, or the first one (pain: every place)."""
    named = threshold.scale or threshold.site
    if named:
        return (named,)
    if instrument.method == "sites":
        return tuple(s.id for s in instrument.scores)
    return (instrument.scores[0].id,)


def of_version(threshold: InstrumentThreshold, version: str | None) -> bool:
    """Whether a threshold was found with this version, or holds for every one."""
    return threshold.version is None or threshold.version == version


def bands(instrument: Instrument, scores: Mapping[str, float], version: str | None) -> dict[str, str]:
    """The severity band of each score, by the key of the score.

    At an edge that two bands share the lower one holds: 20 on the Oswestry index is minimal (printed 0-20, 21-40),
    z = -2 of the six-minute walk is moderate. A filled-up score between two bands of whole numbers has not reached
    the higher one. No band: nothing is said.
    """
    found = {}
    for key, score in scores.items():
        ranges = sorted(
            (t.value[0], t.value[-1], t.label or t.method)
            for t in instrument.threshold
            if t.kind == "band"
            and isinstance(t.value, tuple)
            and key in scale_of(instrument, t)
            and of_version(t, version)
        )
        label = _band(score, ranges)
        if label is not None:
            found[key] = label
    return found


def _band(score: float, ranges: list[tuple[float, float, str]]) -> str | None:
    reached = None
    for low, high, label in ranges:
        if low - SAME <= score <= high + SAME:
            return label
        if score > high:
            reached = label
    top = ranges[-1][1] if ranges else score
    return reached if score < top else None


def levels(instrument: Instrument, scores: Mapping[str, float], version: str | None) -> tuple[Level, ...]:
    """Every cut-off and acceptable state of the instrument, each with its population and source, side by side."""
    return tuple(
        level
        for threshold in instrument.threshold
        if threshold.kind in ("cutoff", "pass", "responder")
        and threshold.direction == "level"
        and threshold.basis in ("points", "other-scale")
        and of_version(threshold, version)
        for level in _levels(instrument, threshold, scores)
    )


def _levels(instrument: Instrument, threshold: InstrumentThreshold, scores: Mapping[str, float]) -> Iterable[Level]:
    value = threshold.value
    if isinstance(value, tuple) or threshold.test is None:
        return
    for scale in scale_of(instrument, threshold):
        if scale not in scores:
            continue
        usable = threshold.basis == "points" and threshold.test != "not-stated"
        met = "undecided"
        if usable:
            met = "yes" if compare(scores[scale], threshold.test, value) else "no"
        yield Level(
            scale=scale,
            kind=threshold.kind,
            test=threshold.test,
            value=value,
            unit=threshold.unit,
            met=met,
            population=threshold.population,
            method=threshold.method,
            source=threshold.source,
            recommended=bool(threshold.recommended),
        )
