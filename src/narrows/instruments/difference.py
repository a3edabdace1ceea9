"""Two scores of one person: what changed, by several definitions side by side, and against measurement error."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from narrows.instruments.catalogue import instrument_of
from narrows.instruments.levels import SAME, bands, compare, of_version, scale_of
from narrows.instruments.scoring import Score, score
from narrows.knowledge import Knowledge
from narrows.knowledge.records.instrument import Instrument, InstrumentThreshold
from narrows.problem import InputError, Problem

_IMPORTANT = ("mic", "mcid", "responder", "pass", "deterioration")
_ERRORS = ("sdc", "mdc", "sem")
#: From the standard error of one measurement to the smallest change that 95 % of unchanged people stay under.
_SEM_TO_CHANGE = 1.96 * math.sqrt(2)


@dataclass(frozen=True, slots=True)
class Definition:
    """One published definition of an important change or an acceptable state, and whether this person meets it."""

    scale: str
    kind: str
    #: success or worsening
    of: str
    #: the definition in words, with its value and unit
    says: str
    #: yes, no, or undecided with the reason in `because`
    met: str
    because: str
    population: str
    method: str
    source: str
    recommended: bool
    #: the change that it asks for is no larger than the largest published measurement error of one person;
    #: None: no error to compare with
    within_error: bool | None


@dataclass(frozen=True, slots=True)
class MeasurementError:
    """A published measurement error, and whether the change of this person is larger."""

    scale: str
    kind: str
    #: the change that has to be exceeded, in points
    value: float
    #: computed from a standard error of measurement (1.96 * sqrt(2) * SEM), not printed
    derived: bool
    beyond: bool
    population: str
    method: str
    source: str


@dataclass(frozen=True, slots=True)
class Change:
    """The change between two scores of one person, with every definition beside every other."""

    instrument: str
    variant: str | None
    before: dict[str, float]
    after: dict[str, float]
    #: after minus before
    difference: dict[str, float]
    #: better, worse or same, by the direction of the score
    trend: dict[str, str]
    definitions: tuple[Definition, ...]
    errors: tuple[MeasurementError, ...]
    #: by score: yes beyond every published error, no beyond none, undecided where they disagree, unknown without one
    beyond_error: dict[str, str]
    #: recovery rate and the like
    measures: dict[str, float]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The change as plain data for JSON."""
        return asdict(self)


def change(
    instrument_id: str,
    before: Score | Mapping[Any, Any] | Sequence[Any] | float,
    after: Score | Mapping[Any, Any] | Sequence[Any] | float,
    knowledge: Knowledge,
) -> Change:
    """What changed between two scores, or two sets of answers, of one person.

    A bare number stands for the main score where only that was kept. Every definition of success is applied with its
    population and source beside it; none is called the one. A change counts as beyond measurement error when it is
    larger than the smallest detectable change (from a standard error of measurement: 1.96 * sqrt(2) * SEM, the
    formula of https://journals.lww.com/spinejournalabstracts/Fulltext/2015/00002/Presentation__59__Minimum_Clinically_Important.54.aspx).
    Raises InputError for wrong answers, for scores of another instrument, and for two versions or value sets.
    """
    instrument = instrument_of(instrument_id, knowledge)
    first, second = _as_score(instrument, before, knowledge), _as_score(instrument, after, knowledge)
    _refuse_mixing(instrument, first, second)
    variant = second.variant if second.variant is not None else first.variant
    keys = [key for key in second.scores if key in first.scores]
    difference = {key: second.scores[key] - first.scores[key] for key in keys}
    errors = tuple(_errors(instrument, difference, variant))
    measures = _recovery(instrument, first, second)
    definitions = tuple(_definitions(instrument, first, second, errors, measures, variant))
    return Change(
        instrument=instrument.id,
        variant=variant,
        before=first.scores,
        after=second.scores,
        difference=difference,
        trend={key: _trend(instrument, key, amount) for key, amount in difference.items()},
        definitions=definitions,
        errors=errors,
        beyond_error={key: _beyond(key, errors) for key in keys},
        measures=measures,
        notes=tuple(_notes(instrument, first, second, definitions)),
    )


def _as_score(instrument: Instrument, given: object, knowledge: Knowledge) -> Score:
    if isinstance(given, Score):
        if given.instrument != instrument.id:
            raise InputError(
                Problem(f"a score of {given.instrument}", f"change of {instrument.id}", "compare one instrument only")
            )
        return given
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        return _bare(instrument, float(given))
    if isinstance(given, (Mapping, list, tuple)):
        return score(instrument.id, given, knowledge)
    raise InputError(
        Problem(f"{given!r} is no score", f"change of {instrument.id}", "give a score, answers or a number")
    )


def _bare(instrument: Instrument, value: float) -> Score:
    main = instrument.scores[0]
    key = "pain" if instrument.method == "sites" else main.id
    if not math.isfinite(value) or (main.range and not main.range[0] <= value <= main.range[-1]):
        limits = f"{main.range[0]:g} to {main.range[-1]:g}" if main.range else "a number"
        raise InputError(Problem(f"{value!r} is no score", f"{instrument.id}.{key}", limits))
    default = next((v.id for v in instrument.versions if v.default), None)
    scores = {key: value}
    return Score(
        instrument=instrument.id,
        scores=scores,
        missing=(),
        bands=bands(instrument, scores, default),
        thresholds=(),
        notes=(),
        fills={},
        variant=default,
        main=key,
    )


def _refuse_mixing(instrument: Instrument, first: Score, second: Score) -> None:
    if first.variant == second.variant:
        return
    if instrument.method == "value_set" and None in (first.variant, second.variant):
        return  # without an index there is no value set to mix
    what = "value sets" if instrument.method == "value_set" else "versions"
    raise InputError(
        Problem(
            f"two {what}, {first.variant or 'not named'} before and {second.variant or 'not named'} after",
            f"change of {instrument.id}",
            instrument.variants or instrument.not_interchangeable or f"score both with one of the {what}",
        )
    )


def _lower_better(instrument: Instrument, key: str) -> bool:
    own = next((s.direction for s in instrument.scores if s.id == key), None)
    return (own or instrument.direction) == "lower_better"


def _trend(instrument: Instrument, key: str, amount: float) -> str:
    if abs(amount) <= SAME:
        return "same"
    return "better" if (amount < 0) == _lower_better(instrument, key) else "worse"


def _errors(instrument: Instrument, difference: Mapping[str, float], variant: str | None) -> Iterable[MeasurementError]:
    for threshold in instrument.threshold:
        if threshold.kind not in _ERRORS or threshold.basis != "points" or not of_version(threshold, variant):
            continue
        if isinstance(threshold.value, tuple):
            continue
        derived = threshold.kind == "sem"
        value = threshold.value * _SEM_TO_CHANGE if derived else threshold.value
        for scale in scale_of(instrument, threshold):
            if scale in difference:
                yield MeasurementError(
                    scale=scale,
                    kind=threshold.kind,
                    value=value,
                    derived=derived,
                    beyond=abs(difference[scale]) > value + SAME,
                    population=threshold.population,
                    method=threshold.method,
                    source=threshold.source,
                )


def _beyond(key: str, errors: Sequence[MeasurementError]) -> str:
    found = {e.beyond for e in errors if e.scale == key}
    if not found:
        return "unknown"
    return "undecided" if len(found) == 2 else "yes" if True in found else "no"


def _recovery(instrument: Instrument, first: Score, second: Score) -> dict[str, float]:
    """100 * (after - before) / (full - before), undefined when the first score is full."""
    full, before, after = instrument.recovery_full, first.value, second.value
    if full is None or before is None or after is None or before >= full:
        return {}
    return {"recovery_rate": 100 * (after - before) / (full - before)}


def _definitions(
    instrument: Instrument,
    first: Score,
    second: Score,
    errors: Sequence[MeasurementError],
    measures: Mapping[str, float],
    variant: str | None,
) -> Iterable[Definition]:
    for threshold in instrument.threshold:
        if threshold.kind not in _IMPORTANT or not of_version(threshold, variant):
            continue
        for scale in scale_of(instrument, threshold):
            if instrument.method == "sites" and scale not in first.scores and scale not in second.scores:
                continue
            band = first.bands.get(scale)
            if threshold.baseline_band is not None and band is not None and band != threshold.baseline_band:
                continue
            met, because = _met(threshold, scale, first, second, measures)
            yield Definition(
                scale=scale,
                kind=threshold.kind,
                of="worsening" if threshold.kind == "deterioration" else "success",
                says=_in_words(threshold),
                met=met,
                because=because,
                population=threshold.population,
                method=threshold.method,
                source=threshold.source,
                recommended=bool(threshold.recommended),
                within_error=_within(threshold, scale, errors, first.scores.get(scale)),
            )


def _met(
    threshold: InstrumentThreshold, scale: str, first: Score, second: Score, measures: Mapping[str, float]
) -> tuple[str, str]:
    if threshold.basis == "other-scale":
        return "undecided", "found on another scale, shown only"
    value = threshold.value
    if threshold.basis == "recovery":
        rate = measures.get("recovery_rate")
        if rate is None:
            return "undecided", "no recovery rate: a score is missing, or the first one was full"
        return _against(rate, value, f"recovery rate {rate:.1f} %")
    after = second.scores.get(scale)
    if after is None:
        return "undecided", f"no second score: {second.not_scored.get(scale, 'not given')}"
    if threshold.direction == "level":
        if threshold.test in (None, "not-stated") or isinstance(value, tuple):
            return "undecided", "the source does not say how to compare"
        assert threshold.test is not None
        return ("yes" if compare(after, threshold.test, value) else "no"), f"second score {after:.4g}"
    before = first.scores.get(scale)
    if before is None:
        return "undecided", f"no first score: {first.not_scored.get(scale, 'not given')}"
    if threshold.baseline_band is not None and first.bands.get(scale) is None:
        return "undecided", f"for {threshold.baseline_band} at the start, and the first score has no band"
    amount = before - after if threshold.direction == "decrease" else after - before
    unit = "points"
    if threshold.basis == "relative":
        if abs(before) <= SAME:
            return "undecided", "no percentage of a first score of 0"
        amount, unit = 100 * amount / before, "%"
    word = "lower" if threshold.direction == "decrease" else "higher"
    return _against(amount, value, f"{amount:.4g} {unit} {word}")


def _against(amount: float, value: tuple[float, ...] | float, because: str) -> tuple[str, str]:
    """At least the value: yes or no; inside a published range of values: undecided."""
    low, high = (value[0], value[-1]) if isinstance(value, tuple) else (value, value)
    if amount >= high - SAME:
        return "yes", because
    if amount < low - SAME:
        return "no", because
    return "undecided", f"{because}, inside the published range {low:g} to {high:g}"


def _in_words(threshold: InstrumentThreshold) -> str:
    value = threshold.value
    text = f"{value[0]:g} to {value[-1]:g}" if isinstance(value, tuple) else f"{value:g}"
    unit = "% of the first score" if threshold.basis == "relative" else threshold.unit
    if threshold.direction == "level":
        word = {"at_most": "at most", "above": "above"}.get(threshold.test or "", "at least")
        return f"{word} {text} {unit}" + (" after" if threshold.kind in ("pass", "responder") else "")
    return f"at least {text} {unit} {'lower' if threshold.direction == 'decrease' else 'higher'}"


def _within(
    threshold: InstrumentThreshold, scale: str, errors: Sequence[MeasurementError], before: float | None
) -> bool | None:
    """Whether the change that a definition asks for is no larger than the largest published measurement error."""
    largest = max((e.value for e in errors if e.scale == scale), default=None)
    value = threshold.value[-1] if isinstance(threshold.value, tuple) else threshold.value
    if largest is None or threshold.direction == "level" or threshold.basis not in ("points", "relative"):
        return None
    if threshold.basis == "relative":
        if before is None:
            return None
        value = value * before / 100
    return value <= largest + SAME


def _notes(instrument: Instrument, first: Score, second: Score, definitions: Sequence[Definition]) -> Iterable[str]:
    if any(d.within_error for d in definitions):
        yield (
            "Some of these definitions ask for a change no larger than the measurement error of one person: meeting"
            " them may be chance."
        )
    if instrument.recovery_full is not None and first.value is not None and first.value >= instrument.recovery_full:
        yield "The first score was full, so there is no recovery rate."
    for threshold in instrument.threshold:
        if threshold.kind == "variability" and threshold.basis == "points":
            yield f"Without treatment: {threshold.value:g} {threshold.unit} ({threshold.population}; {threshold.method})."
    if instrument.method == "value_set" and "index" in first.scores and "index" in second.scores:
        errors = [t for t in instrument.threshold if t.kind in _ERRORS]
        yield (
            "The index is for groups: for one person its measurement error is several times the important change."
            if errors
            else "No measurement error of one person was read for this index: use it for groups."
        )
    for key in first.scores.keys() ^ second.scores.keys():
        where = "before" if key in first.scores else "after"
        yield f"{key} is known {where} only, so its change is not."
