"""What an option's `expected` says, read into typed rows; the one place that knows the shape of that mapping.

outcomes    [{outcome, months, estimate, ci: [low, high], unit, measure, better: lower|higher, comparator, k, n,
              certainty: {level, reasons}, studies: [{study, estimate, ci, weight}], prediction: [low, high],
              i2, tau2, follow_up: {mean, ci}, left_out: [{study, why}], population, note}]
responders  [{study, outcome, definition, months, population, arms: [{option, label, events, total}]}]
nearest     [{study, says, mismatch}]        where stenosis has no controlled study
not_studied bool
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from narrows.appraisal.answer import OptionAnswer
from narrows.knowledge import Knowledge
from narrows.report.icon_array import Counted

#: outcome word: (plain words, scale in plain words)
OUTCOMES: Final[dict[str, tuple[str, str]]] = {
    "odi": ("limits in daily life", "points of 100"),
    "disability-0-100": ("limits in daily life", "points of 100"),
    "nrs-leg": ("leg pain", "points of 10"),
    "nrs-back": ("back pain", "points of 10"),
    "nrs-pain": ("pain", "points of 10"),
    "nrs-arm": ("arm pain", "points of 10"),
    "nrs-neck": ("neck pain", "points of 10"),
    "vas-pain": ("pain", "points of 10"),
    "pain-0-100": ("pain", "points of 100"),
    "rmdq": ("limits in daily life", "points of 24"),
    "zcq-symptom": ("symptoms when walking", "points, on a scale of 1 to 5"),
    "zcq-function": ("how well you walk", "points, on a scale of 1 to 4"),
    "sf36-pf": ("what your body can do", "points of 100"),
    "sf36-bp": ("pain of the body", "points of 100"),
    "sf36-pcs": ("health of the body", "points"),
    "six-minute-walk-m": ("distance walked in six minutes", "m"),
    "walking-distance-m": ("walking distance", "m"),
    "steps-per-day": ("steps a day", "steps"),
    "mjoa": ("use of hands and legs", "points of 18"),
    "eq5d": ("quality of life", "points, on a scale up to 1"),
}

#: responder words: what was counted, in plain words
COUNTED: Final[dict[str, str]] = {
    "responder-odi-30pct": "had clearly fewer limits in daily life",
    "responder-zcq-symptom": "had clearly milder symptoms",
    "responder-zcq-function": "walked clearly better",
    "responder-walking-30pct": "walked clearly further",
    "responder-30pct": "had clearly less pain",
    "pain-relief-50pct": "had half the pain or less",
    "global-recovery": "said they had recovered",
    "satisfied": "were satisfied",
    "reoperation": "had another operation",
    "received-surgery": "later had an operation",
}


class StudyRow(NamedTuple):
    """One study in a pooled difference."""

    study: str
    estimate: float
    low: float
    high: float
    weight: float | None


class Outcome(NamedTuple):
    """A difference between an option and its comparator at one time."""

    outcome: str
    months: float | None
    estimate: float
    low: float | None
    high: float | None
    unit: str
    measure: str
    lower_is_better: bool | None
    comparator: str
    k: int | None
    n: int | None
    certainty: str
    reasons: tuple[str, ...]
    studies: tuple[StudyRow, ...]
    prediction: tuple[float, float] | None
    i2: float | None
    tau2: float | None
    left_out: tuple[str, ...]
    population: str
    note: str

    @property
    def ratio(self) -> bool:
        """Whether the estimate is a ratio (its null is 1)."""
        return self.measure.upper() in ("OR", "RR")

    @property
    def favours_option(self) -> bool | None:
        """Whether the whole interval speaks for the option; None when it does not speak clearly, or is unknown."""
        if self.low is None or self.high is None or self.lower_is_better is None:
            return None
        null = 1.0 if self.ratio else 0.0
        if self.low < null < self.high or null in (self.low, self.high):
            return None
        return (self.high < null) == self.lower_is_better


class Responders(NamedTuple):
    """People counted in both arms of one comparison."""

    study: str
    outcome: str
    counted: str
    months: float | None
    population: str
    arms: tuple[Counted, ...]


class Nearest(NamedTuple):
    """Evidence from elsewhere, with what makes it not fit."""

    study: str
    says: str
    mismatch: str


class Expected(NamedTuple):
    """All that is known of what an option brings."""

    outcomes: tuple[Outcome, ...]
    responders: tuple[Responders, ...]
    nearest: tuple[Nearest, ...]
    not_studied: bool
    note: str


def of(option: OptionAnswer, knowledge: Knowledge) -> Expected:
    """What is known of an option, as typed rows; rows without an estimate are left out."""
    raw = option.expected
    entry = knowledge.options.get(option.option)
    unstudied = bool(raw.get("not_studied", entry is not None and entry.evidence_in_stenosis == "none-found"))
    return Expected(
        outcomes=tuple(_outcome(o) for o in raw.get("outcomes", ()) if _number(o.get("estimate")) is not None),
        responders=tuple(r for r in (_responders(o, knowledge) for o in raw.get("responders", ())) if r is not None),
        nearest=tuple(
            Nearest(
                study=str(o.get("study", "")),
                says=str(o.get("says", "")),
                mismatch=_joined(o.get("mismatch", "")),
            )
            for o in _rows(raw.get("nearest"))
        ),
        not_studied=unstudied,
        note=str(raw.get("says", "") or raw.get("note", "") or ""),
    )


def plain_outcome(outcome: str) -> tuple[str, str]:
    """An outcome word in plain words, with its scale."""
    return OUTCOMES.get(outcome, (outcome.replace("-", " "), ""))


#: comparators that are no options, in plain words
COMPARATORS: Final[dict[str, str]] = {
    "usual-care": "usual care",
    "conventional-care": "care without an operation",
    "sham": "a sham treatment",
    "saline": "salt water",
    "epidural-anaesthetic-only": "the numbing drug alone",
    "calcitonin": "calcitonin",
}


def comparator_words(comparator: str, knowledge: Knowledge) -> str:
    """What an option was compared with, in plain words."""
    if comparator in COMPARATORS:
        return COMPARATORS[comparator]
    entry = knowledge.options.get(comparator)
    if entry is not None:
        return entry.name[0].lower() + entry.name[1:]
    known: dict[str, str] = getattr(knowledge, "comparators", {})
    return str(known.get(comparator, comparator.replace("-", " ")))


def level_of(certainty: Any) -> str:
    """The level of a certainty, given as a word or as {level, reasons}."""
    level = certainty.get("level", "") if isinstance(certainty, Mapping) else certainty
    return str(level or "").replace("_", "-").replace(" ", "-")


def _outcome(raw: Mapping[str, Any]) -> Outcome:
    low, high = _interval(raw)
    certainty = raw.get("certainty") or {}
    better = raw.get("better")
    if better is None and "lower better" in str(raw.get("unit", "")):
        better = "lower"
    if better is None and "higher better" in str(raw.get("unit", "")):
        better = "higher"
    prediction = raw.get("prediction")
    return Outcome(
        outcome=str(raw.get("outcome", "")),
        months=_number(raw.get("months")),
        estimate=float(raw["estimate"]),
        low=low,
        high=high,
        unit=str(raw.get("unit", "") or ""),
        measure=str(raw.get("measure", "MD") or "MD"),
        lower_is_better=None if better is None else str(better).startswith("lower"),
        comparator=str(raw.get("comparator", "") or ""),
        k=raw.get("k"),
        n=raw.get("n"),
        certainty=level_of(certainty),
        reasons=tuple(_reason(r) for r in (certainty.get("reasons", ()) if isinstance(certainty, Mapping) else ())),
        studies=tuple(_study_row(s) for s in raw.get("studies", ()) if _plottable(s)),
        prediction=_pair(prediction) or _pair((raw.get("prediction_low"), raw.get("prediction_high"))),
        i2=_number(raw.get("i2")),
        tau2=_number(raw.get("tau2")),
        left_out=tuple(_left_out(s) for s in raw.get("left_out", ())),
        population=str(raw.get("population", "") or ""),
        note=str(raw.get("note", "") or ""),
    )


def _responders(raw: Mapping[str, Any], knowledge: Knowledge) -> Responders | None:
    arms = []
    for arm in raw.get("arms", ()):
        if arm.get("events") is None or not arm.get("total"):
            return None  # without counts in every arm there is no picture
        label = str(arm.get("label") or comparator_words(str(arm.get("option", "")), knowledge))
        arms.append(Counted(label, int(arm["events"]), int(arm["total"])))
    if len(arms) < 2:
        return None  # one arm alone would be set against nothing
    outcome = str(raw.get("outcome", ""))
    return Responders(
        study=str(raw.get("study", "")),
        outcome=outcome,
        counted=COUNTED.get(outcome, str(raw.get("definition") or outcome.replace("-", " "))),
        months=_number(raw.get("months")),
        population=str(raw.get("population", "") or ""),
        arms=tuple(arms),
    )


def _study_row(raw: Mapping[str, Any]) -> StudyRow:
    low, high = _interval(raw)
    if low is None or high is None:  # effect and variance: the interval of its normal approximation
        half = 1.959963984540054 * math.sqrt(float(raw["vi"]))
        low, high = float(raw["yi"]) - half, float(raw["yi"]) + half
    estimate = raw.get("estimate", raw.get("yi"))
    weight = _number(raw.get("weight"))
    return StudyRow(str(raw.get("study", "")), float(estimate or 0.0), low, high, weight)


def _plottable(raw: Mapping[str, Any]) -> bool:
    low, high = _interval(raw)
    return (_number(raw.get("estimate")) is not None and low is not None and high is not None) or (
        _number(raw.get("yi")) is not None and _number(raw.get("vi")) is not None
    )


def _interval(raw: Mapping[str, Any]) -> tuple[float | None, float | None]:
    pair = _pair(raw.get("ci"))
    return pair or (_number(raw.get("ci_low")), _number(raw.get("ci_high")))


def _pair(raw: Any) -> tuple[float, float] | None:
    if isinstance(raw, Mapping):
        raw = (raw.get("low"), raw.get("high"))
    if not isinstance(raw, list | tuple) or len(raw) != 2:
        return None
    low, high = _number(raw[0]), _number(raw[1])
    return None if low is None or high is None else (low, high)


def _number(raw: Any) -> float | None:
    return float(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) and math.isfinite(raw) else None


def _rows(raw: Any) -> Iterable[Mapping[str, Any]]:
    if isinstance(raw, Mapping):
        return (raw,)
    return raw if isinstance(raw, list | tuple) else ()


def _joined(raw: Any) -> str:
    return "; ".join(str(r) for r in raw) if isinstance(raw, list | tuple) else str(raw or "")


def _reason(raw: Any) -> str:
    if isinstance(raw, Mapping):
        return ": ".join(str(raw[k]) for k in ("domain", "why", "says", "reason") if raw.get(k))
    return str(raw)


def _left_out(raw: Any) -> str:
    if isinstance(raw, Mapping):
        return f"{raw.get('study', '')}: {raw.get('why', raw.get('reason', ''))}"
    return str(raw)
